import { Button, Group, Select, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { useState } from 'react';
import type { AuditFilter } from './audit-filter';

const TYPING_PAUSE_MS = 300;

interface Props {
  readonly filter: AuditFilter;
  readonly onChange: (filter: AuditFilter) => void;
}

type Key = keyof AuditFilter;

export function AuditFilterBar({ filter, onChange }: Props) {
  const set = (key: Key, value: string) => onChange(withKey(filter, key, value));
  return (
    <Group component="search" gap="xs" mb="sm">
      <Field
        id="actor"
        label="By"
        placeholder="user:ann@example.org"
        width={190}
        filter={filter}
        onSet={set}
      />
      <Field
        id="action"
        label="Action"
        placeholder="token. or token.create"
        width={170}
        filter={filter}
        onSet={set}
      />
      <Field
        id="target"
        label="Target"
        placeholder="document:orders/prod"
        width={180}
        filter={filter}
        onSet={set}
      />
      <Field id="service" label="Service" placeholder="Service" width={120} filter={filter} onSet={set} />
      <Field
        id="environment"
        label="Environment"
        placeholder="Environment"
        width={120}
        filter={filter}
        onSet={set}
      />
      <Select
        size="xs"
        w={120}
        clearable
        aria-label="Outcome"
        placeholder="Any outcome"
        value={filter.outcome ?? null}
        data={[
          { value: 'done', label: 'Done' },
          { value: 'refused', label: 'Refused' },
        ]}
        onChange={(value) => set('outcome', value ?? '')}
      />
      <TextInput
        size="xs"
        type="date"
        aria-label="From day"
        value={filter.from ?? ''}
        onChange={({ currentTarget }) => set('from', currentTarget.value)}
      />
      <TextInput
        size="xs"
        type="date"
        aria-label="To day"
        value={filter.to ?? ''}
        onChange={({ currentTarget }) => set('to', currentTarget.value)}
      />
      {Object.keys(filter).length > 0 && (
        <Button variant="subtle" color="gray" size="compact-xs" onClick={() => onChange({})}>
          Clear
        </Button>
      )}
    </Group>
  );
}

interface FieldProps {
  readonly id: Exclude<Key, 'outcome' | 'from' | 'to'>;
  readonly label: string;
  readonly placeholder: string;
  readonly width: number;
  readonly filter: AuditFilter;
  readonly onSet: (key: Key, value: string) => void;
}

function Field({ id, label, placeholder, width, filter, onSet }: FieldProps) {
  const [typed, setTyped] = useState(filter[id] ?? '');
  const set = useDebouncedCallback((text: string) => onSet(id, text.trim()), TYPING_PAUSE_MS);
  const [seen, setSeen] = useState(filter[id]);
  if (seen !== filter[id]) {
    // The address changed by itself: back, "Clear", or a click in the list.
    setSeen(filter[id]);
    if (typed.trim() !== (filter[id] ?? '')) setTyped(filter[id] ?? '');
  }
  return (
    <TextInput
      size="xs"
      w={width}
      aria-label={label}
      placeholder={placeholder}
      value={typed}
      onChange={({ currentTarget }) => {
        setTyped(currentTarget.value);
        set(currentTarget.value);
      }}
    />
  );
}

function withKey(filter: AuditFilter, key: Key, value: string): AuditFilter {
  const { [key]: _before, ...rest } = filter;
  return value === '' ? rest : { ...rest, [key]: value };
}
