import type { UserBody } from '@binnacle/contracts';
import { Button } from '@mantine/core';
import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { Plus } from 'lucide-react';
import { useState } from 'react';
import { apiClient } from '../../shell/api-client';
import { ConfirmDialog } from '../../shell/ConfirmDialog';
import { DataTable } from '../../shell/DataTable';
import { LoadMore } from '../../shell/LoadMore';
import { notifyDone, notifyProblem } from '../../shell/notify';
import { PageState } from '../../shell/PageState';
import { PageTitle } from '../../shell/PageTitle';
import { useMay, useSession } from '../../shell/session';
import { OneTimeSecret } from '../OneTimeSecret';
import { ChangePersonDialog } from './ChangePersonDialog';
import { InviteDialog } from './InviteDialog';
import { OpenInvitations } from './OpenInvitations';
import { type PersonAct, PersonRow } from './PersonRow';
import { peopleKey, peopleQuery } from './queries';

type Open =
  | { readonly dialog: 'invite' }
  | { readonly dialog: 'change' | 'remove'; readonly person: UserBody }
  | { readonly dialog: 'link'; readonly title: string; readonly words: string; readonly link: string };

export function PeoplePage() {
  const query = useInfiniteQuery(peopleQuery);
  const may = useMay();
  const { user } = useSession();
  const [open, setOpen] = useState<Open>();
  const close = () => setOpen(undefined);
  const reset = useMutation({
    mutationFn: (person: UserBody) => apiClient.users.resetPassword(person.id),
    onSuccess: ({ token }, person) =>
      setOpen({
        dialog: 'link',
        title: `A new password for ${person.name}`,
        words: 'Whoever opens this link chooses the password of the account. It holds for an hour, once.',
        link: `${location.origin}/password-reset#${token}`,
      }),
    onError: notifyProblem,
  });
  const act = (chosen: PersonAct, person: UserBody) =>
    chosen === 'reset' ? reset.mutate(person) : setOpen({ dialog: chosen, person });
  const mayChange = may('users:write');
  return (
    <>
      <PageTitle
        title="People"
        description="Who works in this workspace, and what they may do."
        {...(mayChange
          ? {
              actions: (
                <Button
                  leftSection={<Plus size={14} aria-hidden />}
                  onClick={() => setOpen({ dialog: 'invite' })}
                >
                  Invite
                </Button>
              ),
            }
          : {})}
      />
      <PageState query={query}>
        {({ pages }) => (
          <DataTable label="People" columns={['Name', 'May', 'Since', '']}>
            {pages
              .flatMap(({ items }) => items)
              .map((person) => (
                <PersonRow
                  key={person.id}
                  person={person}
                  mayChange={mayChange}
                  mayReset={user?.isOperator === true}
                  onAct={(chosen) => act(chosen, person)}
                />
              ))}
          </DataTable>
        )}
      </PageState>
      <LoadMore query={query} />
      {mayChange && <OpenInvitations />}
      {open?.dialog === 'invite' && (
        <InviteDialog
          onClose={close}
          onInvited={(token, email) =>
            setOpen({
              dialog: 'link',
              title: `An invitation for ${email}`,
              words:
                'Send this link. Whoever opens it joins the workspace as that person. It holds for a week, once.',
              link: `${location.origin}/invitations/accept#${token}`,
            })
          }
        />
      )}
      {open?.dialog === 'change' && <ChangePersonDialog person={open.person} onClose={close} />}
      {open?.dialog === 'remove' && <RemovePersonDialog person={open.person} onClose={close} />}
      {open?.dialog === 'link' && (
        <OneTimeSecret title={open.title} secret={open.link} copyLabel="Copy the link" onClose={close}>
          {open.words}
        </OneTimeSecret>
      )}
    </>
  );
}

function RemovePersonDialog({
  person,
  onClose,
}: {
  readonly person: UserBody;
  readonly onClose: () => void;
}) {
  const queryClient = useQueryClient();
  const remove = useMutation({
    mutationFn: () => apiClient.users.remove(person.id),
    onSuccess: () => {
      notifyDone(`${person.name} is not in this workspace any more.`);
      onClose();
    },
    onSettled: () => queryClient.invalidateQueries({ queryKey: peopleKey }),
  });
  return (
    <ConfirmDialog
      isOpen
      title={`Remove ${person.name}?`}
      confirmLabel="Remove"
      isDangerous
      isBusy={remove.isPending}
      error={remove.error}
      onConfirm={() => remove.mutate()}
      onClose={onClose}
    >
      The tokens and invitations that {person.name} made here end too. The account itself stays.
    </ConfirmDialog>
  );
}
