import { ActionIcon, Group, NativeSelect, Stack, Text, Tooltip } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { ArrowLeftRight, ArrowRight } from 'lucide-react';
import { PageState } from '../../shell/PageState';
import type { HistorySearch } from '../config-search';
import { diffQuery, versionQuery } from '../queries';
import { ChangeList } from '../review/ChangeList';
import { LazyDiff } from '../review/LazyDiff';
import type { VersionOption } from './version-option';

interface Props {
  readonly service: string;
  readonly layer: string;
  readonly versions: readonly VersionOption[];
  readonly selection: { readonly from: number; readonly to: number };
  /** While a restore is asked for, what is compared stays. */
  readonly isFixed: boolean;
  readonly onSelect: (selection: HistorySearch) => void;
}

/** Any two versions, as a list of changes and as text. */
export function VersionDiff({ service, layer, versions, selection, isFixed, onSelect }: Props) {
  const { from, to } = selection;
  const diff = useQuery(diffQuery(service, layer, from, to));
  const before = useQuery(versionQuery(service, layer, from));
  const after = useQuery(versionQuery(service, layer, to));
  return (
    <Stack gap="sm">
      <Group gap="xs" wrap="nowrap">
        <VersionSelect
          label="From version"
          versions={versions}
          value={from}
          isFixed={isFixed}
          onChange={(chosen) => onSelect({ from: chosen, to })}
        />
        <ArrowRight size={14} aria-hidden />
        <VersionSelect
          label="To version"
          versions={versions}
          value={to}
          isFixed={isFixed}
          onChange={(chosen) => onSelect({ from, to: chosen })}
        />
        {!isFixed && (
          <Tooltip label="The other way round">
            <ActionIcon aria-label="The other way round" onClick={() => onSelect({ from: to, to: from })}>
              <ArrowLeftRight size={14} />
            </ActionIcon>
          </Tooltip>
        )}
      </Group>
      <PageState query={diff}>
        {({ changes, total }) =>
          total === 0 ? (
            <Text size="sm" c="dimmed">
              The content is the same.
            </Text>
          ) : (
            <ChangeList changes={changes} total={total} />
          )
        }
      </PageState>
      {before.data !== undefined && after.data !== undefined && before.data.source !== after.data.source && (
        <LazyDiff label={`Version ${from} against version ${to}`} before={before.data} after={after.data} />
      )}
    </Stack>
  );
}

interface SelectProps {
  readonly label: string;
  readonly versions: readonly VersionOption[];
  readonly value: number;
  readonly isFixed: boolean;
  readonly onChange: (version: number) => void;
}

function VersionSelect({ label, versions, value, isFixed, onChange }: SelectProps) {
  const known = versions.map(({ version, label: name }) => ({ value: String(version), label: name }));
  if (!known.some((option) => option.value === String(value)) && value !== 0)
    known.push({ value: String(value), label: `v${value}` });
  known.push({ value: '0', label: 'nothing (before v1)' });
  return (
    <NativeSelect
      flex={1}
      miw={0}
      size="xs"
      aria-label={label}
      value={String(value)}
      data={known}
      disabled={isFixed}
      onChange={({ currentTarget }) => onChange(Number(currentTarget.value))}
    />
  );
}
