import { SegmentedControl, useMantineColorScheme } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { CircleUser, LogOut, Settings2 } from 'lucide-react';
import classes from './AccountMenu.module.css';
import { apiClient } from './api-client';
import { Flyout } from './Flyout';
import { saveBeforeSignOut } from './kept-in-browser';
import { endLive, restartLive } from './live';
import { notifyProblem } from './notify';
import { enterSession, useSession } from './session';

const SCHEMES = [
  { value: 'auto', label: 'System' },
  { value: 'light', label: 'Light' },
  { value: 'dark', label: 'Dark' },
] as const;

/** Who is signed in, how the console looks, and the way out. */
export function AccountMenu() {
  const { name, user } = useSession();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const signOut = useMutation({
    mutationFn: async () => {
      await saveBeforeSignOut();
      endLive();
      await apiClient.session.signOut();
    },
    onSuccess: () => {
      enterSession(null);
      restartLive();
    },
    onError: (error) => {
      notifyProblem(error);
      restartLive();
    },
  });
  const shown = user?.name ?? name;
  return (
    <Flyout
      isAbove
      label={`Account of ${shown}`}
      buttonClassName={classes['button']}
      button={
        <>
          <CircleUser size={16} strokeWidth={1.75} aria-hidden />
          <span className={classes['name']}>{shown}</span>
        </>
      }
    >
      {(close) => (
        <>
          {user !== null && <div data-words>{user.email}</div>}
          <div className={classes['scheme']}>
            <SegmentedControl
              fullWidth
              size="xs"
              aria-label="Colour scheme"
              value={colorScheme}
              onChange={(value) => setColorScheme(value)}
              data={[...SCHEMES]}
            />
          </div>
          <hr />
          <Link to="/account" data-item onClick={close}>
            <Settings2 size={14} aria-hidden />
            Password and sessions
          </Link>
          <button type="button" data-item onClick={() => signOut.mutate()} disabled={signOut.isPending}>
            <LogOut size={14} aria-hidden />
            Sign out
          </button>
        </>
      )}
    </Flyout>
  );
}
