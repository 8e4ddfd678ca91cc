import type { SecretBody } from '@binnacle/contracts';
import { Button, Code, Group, Select } from '@mantine/core';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { LockKeyhole, Plus } from 'lucide-react';
import { useState } from 'react';
import { environmentsQuery } from '../environments/queries';
import { DataTable } from '../shell/DataTable';
import { LoadMore } from '../shell/LoadMore';
import { EmptyState, PageState } from '../shell/PageState';
import { useMay } from '../shell/session';
import { DeleteSecretDialog } from './DeleteSecretDialog';
import { PutSecretDialog } from './PutSecretDialog';
import { secretsQuery } from './queries';
import { RevealSecretDialog } from './RevealSecretDialog';
import { type SecretAct, SecretRow } from './SecretRow';

const secretsRoute = getRouteApi('/signed-in/services/$service/secrets');

export function SecretsPage() {
  const { service } = secretsRoute.useParams();
  const { environment } = secretsRoute.useSearch();
  const navigate = secretsRoute.useNavigate();
  const environments = useQuery(environmentsQuery);
  return (
    <PageState query={environments}>
      {(all) => {
        const chosen = all.find(({ name }) => name === environment)?.name ?? all[0]?.name;
        if (chosen === undefined) return null;
        return (
          <>
            <Select
              size="xs"
              w={200}
              mb="sm"
              label="Environment"
              allowDeselect={false}
              value={chosen}
              data={all.map(({ name }) => name)}
              onChange={(name) =>
                void navigate({ search: name === null ? {} : { environment: name }, replace: true })
              }
            />
            <SecretsOf key={chosen} service={service} environment={chosen} />
          </>
        );
      }}
    </PageState>
  );
}

type Open = { readonly act: 'create' } | { readonly act: SecretAct; readonly secret: SecretBody };

function SecretsOf({ service, environment }: { readonly service: string; readonly environment: string }) {
  const query = useInfiniteQuery(secretsQuery(service, environment));
  const may = useMay();
  const [open, setOpen] = useState<Open>();
  const close = () => setOpen(undefined);
  const place = { service, environment };
  const add = may('secrets:write', place) ? (
    <Button leftSection={<Plus size={14} aria-hidden />} onClick={() => setOpen({ act: 'create' })}>
      Add a secret
    </Button>
  ) : undefined;
  return (
    <>
      {add !== undefined && <Group mb="sm">{add}</Group>}
      <PageState
        query={query}
        isEmpty={({ pages }) => pages.every(({ items }) => items.length === 0)}
        empty={
          <EmptyState icon={LockKeyhole} title={`No secrets in ${environment}`}>
            A document refers to one by <Code>{'{"$secret": "db-password"}'}</Code>. Only the agents of this
            service get its value.
          </EmptyState>
        }
      >
        {({ pages }) => (
          <DataTable label={`Secrets in ${environment}`} columns={['Name', 'Version', 'Set', '']}>
            {pages
              .flatMap(({ items }) => items)
              .map((secret) => (
                <SecretRow
                  key={secret.name}
                  secret={secret}
                  mayWrite={may('secrets:write', place)}
                  mayReveal={may('secrets:reveal', place)}
                  onAct={(act) => setOpen({ act, secret })}
                />
              ))}
          </DataTable>
        )}
      </PageState>
      <LoadMore query={query} />
      {open?.act === 'create' && <PutSecretDialog {...place} secret={undefined} onClose={close} />}
      {open?.act === 'change' && <PutSecretDialog {...place} secret={open.secret} onClose={close} />}
      {open?.act === 'reveal' && <RevealSecretDialog {...place} secret={open.secret} onClose={close} />}
      {open?.act === 'delete' && <DeleteSecretDialog {...place} secret={open.secret} onClose={close} />}
    </>
  );
}
