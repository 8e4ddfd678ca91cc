import { grantsInclude } from '@binnacle/contracts';
import { Burger } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { Link, Outlet, useLocation, useRouter } from '@tanstack/react-router';
import { useEffect } from 'react';
import { AccountMenu } from './AccountMenu';
import classes from './AppFrame.module.css';
import { LiveBadge } from './LiveBadge';
import { Logo } from './Logo';
import { NAVIGATION } from './navigation';
import { sessionQuery, useSession } from './session';
import { WorkspaceSwitcher } from './WorkspaceSwitcher';

/** What stands around every page for signed-in people. */
export function AppFrame() {
  const { data: session } = useQuery(sessionQuery);
  const router = useRouter();
  const isOver = session === null || session?.workspace === null;
  useEffect(() => {
    // The route of this frame decides again, and leads to the sign-in.
    if (isOver) void router.invalidate();
  }, [isOver, router]);
  return isOver ? null : <Frame />;
}

function Frame() {
  const [isOpen, { toggle, close }] = useDisclosure(false);
  const { pathname } = useLocation();
  useEffect(close, [pathname, close]);
  useEffect(() => {
    if (!isOpen) return;
    const closeByKey = ({ key }: KeyboardEvent) => key === 'Escape' && close();
    addEventListener('keydown', closeByKey);
    return () => removeEventListener('keydown', closeByKey);
  }, [isOpen, close]);
  return (
    <div className={classes['frame']}>
      <a href="#page" className={classes['skip']}>
        Skip to the page
      </a>
      <header className={classes['bar']}>
        <Burger
          opened={isOpen}
          onClick={toggle}
          size="sm"
          aria-label={isOpen ? 'Close the navigation' : 'Open the navigation'}
          aria-expanded={isOpen}
          aria-controls="navigation"
        />
        <Logo />
      </header>
      {isOpen && <div className={classes['veil']} onClick={close} aria-hidden />}
      <Sidebar isOpen={isOpen} />
      <main id="page" tabIndex={-1} className={classes['main']}>
        <div className={classes['page']}>
          <Outlet />
        </div>
      </main>
    </div>
  );
}

function Sidebar({ isOpen }: { readonly isOpen: boolean }) {
  const { grants } = useSession();
  return (
    <aside id="navigation" aria-label="Navigation and account" className={classes['side']} data-open={isOpen}>
      <div className={classes['sidebar']}>
        <div className={classes['logo']}>
          <Logo />
        </div>
        <WorkspaceSwitcher />
        <nav aria-label="Main" className={classes['nav']}>
          {NAVIGATION.filter(({ need }) => grantsInclude(grants, need)).map(({ label, to, icon: Icon }) => (
            <Link key={to} to={to} className={classes['link']} activeProps={{ 'aria-current': 'page' }}>
              <Icon size={16} strokeWidth={1.75} aria-hidden />
              {label}
            </Link>
          ))}
        </nav>
        <div className={classes['foot']}>
          <LiveBadge />
          <AccountMenu />
        </div>
      </div>
    </aside>
  );
}
