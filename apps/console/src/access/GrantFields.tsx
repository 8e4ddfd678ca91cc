import type { Grant, Role } from '@binnacle/contracts';
import { MultiSelect, Select, TagsInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { environmentsQuery } from '../environments/queries';
import { PERMISSION_WORDS, ROLE_WORDS } from './grant-words';

interface Props {
  readonly grant: Grant;
  readonly roles: readonly Role[];
  readonly onChange: (grant: Grant) => void;
}

const PERMISSIONS = Object.entries(PERMISSION_WORDS).map(([value, label]) => ({ value, label }));

/** A role, and the part of the workspace that it holds for. */
export function GrantFields({ grant, roles, onChange }: Props) {
  const { data: environments = [] } = useQuery(environmentsQuery);
  return (
    <>
      <Select
        label="Role"
        allowDeselect={false}
        value={grant.role}
        data={roles.map((role) => ({ value: role, label: ROLE_WORDS[role] }))}
        onChange={(role) => onChange({ ...grant, role: (role ?? grant.role) as Role })}
      />
      <TagsInput
        label="Services"
        description="Names, each followed by Enter. None means all of them."
        value={grant.services}
        maxTags={100}
        onChange={(services) => onChange({ ...grant, services })}
      />
      <MultiSelect
        label="Environments"
        description="None means all of them."
        value={grant.environments}
        data={environments.map(({ name }) => name)}
        onChange={(names) => onChange({ ...grant, environments: names })}
      />
      <MultiSelect
        label="Beyond the role"
        value={grant.permissions}
        data={PERMISSIONS}
        onChange={(permissions) => onChange({ ...grant, permissions: permissions as Grant['permissions'] })}
      />
    </>
  );
}
