import { Button, Checkbox, Kbd, SegmentedControl, TextInput } from '@mantine/core';
import { useDebouncedCallback, useHotkeys } from '@mantine/hooks';
import { Search, Tag, User, X } from 'lucide-react';
import { useRef, useState } from 'react';
import classes from './ServicesFilterBar.module.css';
import { isFiltered, type ServicesFilter } from './services-filter';

const TYPING_PAUSE_MS = 250;

interface Props {
  readonly filter: ServicesFilter;
  readonly onChange: (filter: ServicesFilter) => void;
}

export function ServicesFilterBar({ filter, onChange }: Props) {
  const { kind, owner, label, archived = false } = filter;
  return (
    <search className={classes['bar']}>
      <SearchInput filter={filter} onChange={onChange} />
      <SegmentedControl
        size="xs"
        aria-label="Kind"
        value={kind ?? 'all'}
        onChange={(value) =>
          onChange({ ...without(filter, 'kind'), ...(value === 'all' ? {} : { kind: value }) })
        }
        data={[
          { value: 'all', label: 'All' },
          { value: 'service', label: 'Services' },
          { value: 'shared', label: 'Shared' },
        ]}
      />
      <Checkbox
        size="xs"
        label="Archived too"
        checked={archived}
        onChange={({ currentTarget }) =>
          onChange({ ...without(filter, 'archived'), ...(currentTarget.checked ? { archived: true } : {}) })
        }
      />
      {owner !== undefined && (
        <Chosen icon={User} words={owner} onClear={() => onChange(without(filter, 'owner'))} />
      )}
      {label !== undefined && (
        <Chosen icon={Tag} words={label} onClear={() => onChange(without(filter, 'label'))} />
      )}
      {isFiltered(filter) && (
        <Button variant="subtle" color="gray" size="compact-xs" onClick={() => onChange({})}>
          Clear
        </Button>
      )}
    </search>
  );
}

function SearchInput({ filter, onChange }: Props) {
  const input = useRef<HTMLInputElement>(null);
  const [typed, setTyped] = useState(filter.search ?? '');
  const search = useDebouncedCallback((text: string) => {
    const next = text.trim();
    onChange({ ...without(filter, 'search'), ...(next === '' ? {} : { search: next }) });
  }, TYPING_PAUSE_MS);
  const [seen, setSeen] = useState(filter.search);
  if (seen !== filter.search) {
    // The address changed by itself: back, or "Clear".
    setSeen(filter.search);
    if (typed.trim() !== (filter.search ?? '')) setTyped(filter.search ?? '');
  }
  useHotkeys([['/', () => input.current?.focus()]]);
  return (
    <TextInput
      ref={input}
      className={classes['search'] ?? ''}
      size="xs"
      type="search"
      aria-label="Search services"
      placeholder="Search services"
      value={typed}
      leftSection={<Search size={14} aria-hidden />}
      rightSection={<Kbd size="xs">/</Kbd>}
      onChange={({ currentTarget }) => {
        setTyped(currentTarget.value);
        search(currentTarget.value);
      }}
      onKeyDown={(event) => {
        if (event.key !== 'ArrowDown') return;
        event.preventDefault();
        document.querySelector<HTMLElement>('[data-row-link]')?.focus();
      }}
    />
  );
}

interface ChosenProps {
  readonly icon: typeof Tag;
  readonly words: string;
  readonly onClear: () => void;
}

function Chosen({ icon: Icon, words, onClear }: ChosenProps) {
  return (
    <button type="button" className={classes['chosen']} onClick={onClear} aria-label={`Without ${words}`}>
      <Icon size={12} aria-hidden />
      <span>{words}</span>
      <X size={12} aria-hidden />
    </button>
  );
}

function without(filter: ServicesFilter, key: keyof ServicesFilter): ServicesFilter {
  const { [key]: _gone, ...rest } = filter;
  return rest;
}
