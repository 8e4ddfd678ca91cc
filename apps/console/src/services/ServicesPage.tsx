import { Button } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { Boxes, Plus } from 'lucide-react';
import { lazy, Suspense, useMemo, useState } from 'react';
import { environmentsQuery } from '../environments/queries';
import { LoadMore } from '../shell/LoadMore';
import { useLive } from '../shell/live';
import { EmptyState, PageState } from '../shell/PageState';
import { PageTitle } from '../shell/PageTitle';
import { useMay } from '../shell/session';
import { servicesQuery } from './queries';
import { ServiceCards } from './ServiceCards';
import { isFiltered, type ServicesFilter } from './services-filter';
import { ServicesFilterBar } from './ServicesFilterBar';
import { ServicesTable } from './ServicesTable';

const servicesRoute = getRouteApi('/signed-in/services');

const RegisterServiceDialog = lazy(async () => ({
  default: (await import('./RegisterServiceDialog')).RegisterServiceDialog,
}));

/** Columns for so many fit; the page of a service shows all. */
const MAX_ENVIRONMENT_COLUMNS = 6;

export function ServicesPage() {
  const filter = servicesRoute.useSearch();
  const navigate = servicesRoute.useNavigate();
  const may = useMay();
  const [isRegistering, setRegistering] = useState(false);
  const isNarrow = useMediaQuery('(max-width: 56em)', false, { getInitialValueInEffect: false });
  const { data: allEnvironments = [] } = useQuery(environmentsQuery);
  const environments = useMemo(
    () => allEnvironments.slice(0, MAX_ENVIRONMENT_COLUMNS).map(({ name }) => name),
    [allEnvironments],
  );
  useLive(useMemo(() => ['services', ...environments.map((name) => `overview:${name}`)], [environments]));
  const query = useInfiniteQuery({ ...servicesQuery(filter), placeholderData: keepPreviousData });
  const change = (next: ServicesFilter) => void navigate({ search: next, replace: true });
  const register = may('services:write') ? (
    <Button leftSection={<Plus size={14} />} onClick={() => setRegistering(true)}>
      Register service
    </Button>
  ) : undefined;
  const List = isNarrow ? ServiceCards : ServicesTable;
  return (
    <>
      <PageTitle title="Services" actions={register} />
      <ServicesFilterBar filter={filter} onChange={change} />
      <PageState
        query={query}
        isEmpty={({ pages }) => pages.every(({ items }) => items.length === 0)}
        empty={<NoServices filter={filter} register={register} onClear={() => change({})} />}
      >
        {({ pages }) => (
          <List
            services={pages.flatMap(({ items }) => items)}
            environments={environments}
            onFilter={change}
          />
        )}
      </PageState>
      <LoadMore query={query} />
      {isRegistering && (
        <Suspense>
          <RegisterServiceDialog onClose={() => setRegistering(false)} />
        </Suspense>
      )}
    </>
  );
}

interface NoServicesProps {
  readonly filter: ServicesFilter;
  readonly register: React.ReactNode;
  readonly onClear: () => void;
}

function NoServices({ filter, register, onClear }: NoServicesProps) {
  if (isFiltered(filter))
    return (
      <EmptyState
        icon={Boxes}
        title="No service fits"
        action={
          <Button variant="default" onClick={onClear}>
            Show all services
          </Button>
        }
      >
        Nothing here is called so, or it belongs to services that you may not see.
      </EmptyState>
    );
  return (
    <EmptyState
      icon={Boxes}
      title="No services yet"
      {...(register === undefined ? {} : { action: register })}
    >
      A service is what your programs register as: it has configuration per environment, and instances that
      run it.
    </EmptyState>
  );
}
