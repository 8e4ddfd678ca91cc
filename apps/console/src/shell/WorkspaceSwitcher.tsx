import { useMutation } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { Check, ChevronsUpDown, Plus } from 'lucide-react';
import { apiClient } from './api-client';
import { Flyout } from './Flyout';
import { restartLive } from './live';
import { notifyProblem } from './notify';
import { enterSession, useSession } from './session';
import classes from './WorkspaceSwitcher.module.css';

/** Which workspace everything on the page belongs to, and the way to another. */
export function WorkspaceSwitcher() {
  const { workspace, workspaces } = useSession();
  const navigate = useNavigate();
  const choose = useMutation({
    mutationFn: (id: string) => apiClient.session.chooseWorkspace(id),
    onSuccess: async (state) => {
      // A page of one workspace means nothing in another.
      await navigate({ to: '/services' });
      enterSession(state);
      restartLive();
    },
    onError: notifyProblem,
  });
  return (
    <Flyout
      label={`Workspace ${workspace?.name ?? ''}`}
      buttonClassName={classes['button']}
      button={
        <>
          <span className={classes['name']}>{workspace?.name}</span>
          <ChevronsUpDown size={14} aria-hidden />
        </>
      }
    >
      {(close) => (
        <>
          <div data-words>Workspaces</div>
          {workspaces.map(({ id, name }) => (
            <button
              key={id}
              type="button"
              data-item
              disabled={choose.isPending}
              aria-current={id === workspace?.id}
              onClick={() => {
                close();
                if (id !== workspace?.id) choose.mutate(id);
              }}
            >
              <Check size={14} visibility={id === workspace?.id ? 'visible' : 'hidden'} aria-hidden />
              <span className={classes['name']}>{name}</span>
            </button>
          ))}
          <hr />
          <Link to="/workspaces" data-item onClick={close}>
            <Plus size={14} aria-hidden />
            New or other workspace
          </Link>
        </>
      )}
    </Flyout>
  );
}
