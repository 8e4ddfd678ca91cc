import type { TokenBody } from '@binnacle/contracts';
import { Button, Checkbox } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { KeyRound, Plus } from 'lucide-react';
import { useState } from 'react';
import { DataTable } from '../../shell/DataTable';
import { LoadMore } from '../../shell/LoadMore';
import { EmptyState, PageState } from '../../shell/PageState';
import { PageTitle } from '../../shell/PageTitle';
import { useMay } from '../../shell/session';
import { OneTimeSecret } from '../OneTimeSecret';
import { CreateTokenDialog } from './CreateTokenDialog';
import { EndTokenDialog, type TokenEnd } from './EndTokenDialog';
import { tokensQuery } from './queries';
import { tokenState } from './token-state';
import { TokenRow } from './TokenRow';

type Open =
  | { readonly dialog: 'create' }
  | { readonly dialog: 'end'; readonly token: TokenBody; readonly end: TokenEnd }
  | { readonly dialog: 'show'; readonly secret: string };

const COLUMNS = ['Name', 'May', 'Last used', 'Expires', 'Made by', ''];

export function TokensPage() {
  const query = useInfiniteQuery(tokensQuery);
  const may = useMay();
  const [open, setOpen] = useState<Open>();
  const [isAll, setAll] = useState(false);
  const close = () => setOpen(undefined);
  const show = (secret: string) => setOpen({ dialog: 'show', secret });
  // One that was rotated meanwhile has expired since the page was opened.
  const nowMs = query.dataUpdatedAt;
  const create = (
    <Button leftSection={<Plus size={14} aria-hidden />} onClick={() => setOpen({ dialog: 'create' })}>
      Create token
    </Button>
  );
  return (
    <>
      <PageTitle
        title="Tokens"
        description="What programs sign in with: agents, pipelines, the command line."
        {...(may('tokens:write') ? { actions: create } : {})}
      />
      <Checkbox
        size="xs"
        mb="sm"
        label="Expired and revoked too"
        checked={isAll}
        onChange={({ currentTarget }) => setAll(currentTarget.checked)}
      />
      <PageState
        query={query}
        isEmpty={({ pages }) => pages.every(({ items }) => items.length === 0)}
        empty={
          <EmptyState icon={KeyRound} title="No tokens yet" action={create}>
            A service needs one with the role agent to subscribe to its configuration.
          </EmptyState>
        }
      >
        {({ pages }) => (
          <DataTable label="Tokens" columns={COLUMNS} minWidth={860}>
            {pages
              .flatMap(({ items }) => items)
              .filter((token) => isAll || tokenState(token, nowMs) === 'active')
              .map((token) => (
                <TokenRow
                  key={token.id}
                  token={token}
                  state={tokenState(token, nowMs)}
                  onEnd={(end) => setOpen({ dialog: 'end', token, end })}
                />
              ))}
          </DataTable>
        )}
      </PageState>
      <LoadMore query={query} />
      {open?.dialog === 'create' && <CreateTokenDialog onCreated={show} onClose={close} />}
      {open?.dialog === 'end' && (
        <EndTokenDialog token={open.token} end={open.end} onRotated={show} onClose={close} />
      )}
      {open?.dialog === 'show' && (
        <OneTimeSecret title="The token" secret={open.secret} copyLabel="Copy the token" onClose={close}>
          Binnacle keeps only a hash of it: who loses it makes a new one.
        </OneTimeSecret>
      )}
    </>
  );
}
