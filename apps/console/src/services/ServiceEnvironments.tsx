import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { Layers3 } from 'lucide-react';
import { useMemo } from 'react';
import { environmentsQuery } from '../environments/queries';
import { useLive } from '../shell/live';
import { EmptyState, PageState } from '../shell/PageState';
import { useMay } from '../shell/session';
import { EnvironmentPanel } from './EnvironmentPanel';
import { IncludedBy } from './IncludedBy';
import { InstancesPanel } from './InstancesPanel';
import { serviceQuery } from './queries';
import classes from './ServiceEnvironments.module.css';

const serviceEnvironmentsRoute = getRouteApi('/signed-in/services/$service/');

/** Every environment side by side: what is live, who runs it, and what waits. */
export function ServiceEnvironments() {
  const { service } = serviceEnvironmentsRoute.useParams();
  const { data } = useQuery(serviceQuery(service));
  if (data?.kind === 'shared') return <IncludedBy service={service} />;
  return <Environments service={service} />;
}

function Environments({ service }: { readonly service: string }) {
  const may = useMay();
  const search = serviceEnvironmentsRoute.useSearch();
  const navigate = serviceEnvironmentsRoute.useNavigate();
  const query = useQuery(environmentsQuery);
  const visible = useMemo(
    () => query.data?.filter(({ name }) => may('config:read', { service, environment: name })) ?? [],
    [query.data, may, service],
  );
  useLive(
    useMemo(
      () => ['services', 'approvals', ...visible.map(({ name }) => `instances:${service}/${name}`)],
      [visible, service],
    ),
  );
  const opened = visible.find(({ name }) => name === search.instances)?.name;
  return (
    <PageState
      query={query}
      isEmpty={() => visible.length === 0}
      empty={
        <EmptyState icon={Layers3} title="No environment to show">
          There is none yet, or none in which you may see this service.
        </EmptyState>
      }
    >
      {() => (
        <>
          <div className={classes['panels']}>
            {visible.map((environment) => (
              <EnvironmentPanel
                key={environment.name}
                service={service}
                environment={environment}
                isOpened={environment.name === opened}
              />
            ))}
          </div>
          {opened !== undefined && (
            <InstancesPanel
              service={service}
              environment={opened}
              show={search.show ?? 'all'}
              onShow={(show) =>
                void navigate({
                  search: { instances: opened, ...(show === 'all' ? {} : { show }) },
                  replace: true,
                })
              }
              onClose={() => void navigate({ search: {}, replace: true })}
            />
          )}
        </>
      )}
    </PageState>
  );
}
