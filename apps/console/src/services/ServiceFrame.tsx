import type { ServiceBody } from '@binnacle/contracts';
import { Anchor, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link, Outlet, useLocation } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { useLive } from '../shell/live';
import { PageState } from '../shell/PageState';
import { PageTitle } from '../shell/PageTitle';
import { useMay } from '../shell/session';
import { LabelChips } from './LabelChips';
import { serviceQuery } from './queries';
import { SERVICE_TABS } from './service-tabs';
import { ServiceActions } from './ServiceActions';
import classes from './ServiceFrame.module.css';
import { ServiceMark } from './ServiceMark';

const serviceRoute = getRouteApi('/signed-in/services/$service');

/** The head and the tabs of one service, around what the chosen tab shows. */
export function ServiceFrame() {
  const { service } = serviceRoute.useParams();
  useLive([`service:${service}`]);
  const query = useQuery(serviceQuery(service));
  return (
    <PageState query={query} isPage>
      {(found) => (
        <>
          <nav aria-label="Way here" className={classes['way']}>
            <Anchor component={Link} to="/services" size="xs" c="dimmed">
              Services
            </Anchor>
            <span aria-hidden>/</span>
            <span>{found.name}</span>
          </nav>
          <PageTitle
            title={found.displayName ?? found.name}
            heading={
              <>
                {found.displayName ?? found.name}
                <ServiceMark service={found} />
              </>
            }
            description={<About service={found} />}
            actions={<ServiceActions service={found} />}
          />
          <Tabs service={found.name} />
          <Outlet />
        </>
      )}
    </PageState>
  );
}

function About({ service }: { readonly service: ServiceBody }) {
  const { description, owner, labels, includes } = service;
  return (
    <>
      {description !== null && <div className={classes['description']}>{description}</div>}
      <div className={classes['facts']}>
        {owner !== null && <span>{owner}</span>}
        <LabelChips labels={labels} isWhole />
        {includes.length > 0 && (
          <span>
            includes{' '}
            {includes.map((name, place) => (
              <span key={name}>
                {place > 0 && ', '}
                <Anchor
                  component={Link}
                  to="/services/$service"
                  params={{ service: name } as never}
                  size="sm"
                  underline="always"
                >
                  {name}
                </Anchor>
              </span>
            ))}
          </span>
        )}
      </div>
    </>
  );
}

function Tabs({ service }: { readonly service: string }) {
  const may = useMay();
  const strip = useRef<HTMLElement>(null);
  const { pathname } = useLocation();
  const shown = useRef('');
  useEffect(() => {
    if (shown.current === pathname) return;
    shown.current = pathname;
    // On a narrow screen the open tab may be beyond the edge.
    const open = strip.current?.querySelector<HTMLElement>('[aria-current]');
    if (open) strip.current?.scrollTo({ left: open.offsetLeft - open.offsetWidth });
  }, [pathname]);
  const tabs = SERVICE_TABS.filter(({ need }) => may(need, { service }));
  if (tabs.length < 2) return null;
  return (
    <nav ref={strip} aria-label="Of this service" className={classes['tabs']}>
      {tabs.map(({ label, to, params, isExact = false }) => (
        <Link
          key={label}
          to={to}
          params={{ service, ...params } as never}
          activeOptions={{ exact: isExact, includeSearch: false }}
          activeProps={{ 'aria-current': 'page' }}
          className={classes['tab']}
        >
          <Text component="span" inherit>
            {label}
          </Text>
        </Link>
      ))}
    </nav>
  );
}
