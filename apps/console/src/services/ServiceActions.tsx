import type { ServiceBody } from '@binnacle/contracts';
import { ActionIcon, Menu } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { Archive, Ellipsis, Pencil } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { apiClient } from '../shell/api-client';
import { ConfirmDialog } from '../shell/ConfirmDialog';
import { notifyDone } from '../shell/notify';
import { useMay } from '../shell/session';

const EditServiceDialog = lazy(async () => ({
  default: (await import('./EditServiceDialog')).EditServiceDialog,
}));

export function ServiceActions({ service }: { readonly service: ServiceBody }) {
  const { name, archivedAt } = service;
  const may = useMay();
  const [open, setOpen] = useState<'edit' | 'archive'>();
  const close = () => setOpen(undefined);
  const mayEdit = may('services:write', { service: name }) && archivedAt === null;
  // The same as publishing: services that ran on it run on nothing new from then on.
  const mayArchive = may('config:publish', { service: name }) && archivedAt === null;
  if (!mayEdit && !mayArchive) return null;
  return (
    <>
      <Menu position="bottom-end" width={200}>
        <Menu.Target>
          <ActionIcon variant="default" size={30} aria-label={`Actions for ${name}`}>
            <Ellipsis size={16} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {mayEdit && (
            <Menu.Item leftSection={<Pencil size={14} aria-hidden />} onClick={() => setOpen('edit')}>
              Edit details
            </Menu.Item>
          )}
          {mayArchive && (
            <Menu.Item leftSection={<Archive size={14} aria-hidden />} onClick={() => setOpen('archive')}>
              Archive
            </Menu.Item>
          )}
        </Menu.Dropdown>
      </Menu>
      {open === 'archive' && <ArchiveDialog name={name} onClose={close} />}
      {open === 'edit' && (
        <Suspense>
          <EditServiceDialog service={service} onClose={close} />
        </Suspense>
      )}
    </>
  );
}

function ArchiveDialog({ name, onClose }: { readonly name: string; readonly onClose: () => void }) {
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const archive = useMutation({
    mutationFn: () => apiClient.services.archive(name),
    onSuccess: async () => {
      onClose();
      notifyDone(`${name} is archived.`);
      await navigate({ to: '/services' });
      await queryClient.invalidateQueries({ queryKey: ['services'] });
    },
  });
  return (
    <ConfirmDialog
      isOpen
      title={`Archive ${name}?`}
      confirmLabel={`Archive ${name}`}
      isDangerous
      isBusy={archive.isPending}
      error={archive.error}
      onConfirm={() => archive.mutate()}
      onClose={onClose}
    >
      It disappears from lists, and its agents get no new configuration. Its history and its audit stay.
    </ConfirmDialog>
  );
}
