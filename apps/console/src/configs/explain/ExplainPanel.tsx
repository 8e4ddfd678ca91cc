import type { LeafOriginBody } from '@binnacle/contracts';
import { ActionIcon, Badge, Group, NativeSelect, Text, TextInput, UnstyledButton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useVirtualizer } from '@tanstack/react-virtual';
import { ChevronDown, ChevronRight, CornerDownRight, Search } from 'lucide-react';
import { memo, type ReactNode, useDeferredValue, useMemo, useRef, useState } from 'react';
import { EmptyState, PageState } from '../../shell/PageState';
import { explainQuery } from '../queries';
import classes from './ExplainPanel.module.css';
import { type ExplainRow, explainRows } from './explain-rows';

interface Props {
  readonly service: string;
  readonly environments: readonly string[];
  /** The layer that is being edited: its leaves stand out. */
  readonly layer: string;
  readonly onGo: (pointer: string) => void;
}

const ROW_HEIGHT = 30;
const MAX_VALUE_LENGTH = 120;

/** The effective config of an environment as it is released: every leaf with the layer it came from, and what that hid. */
export const ExplainPanel = memo(function ExplainPanel({ service, environments, layer, onGo }: Props) {
  const [chosen, setChosen] = useState(environments.includes(layer) ? layer : environments[0]);
  const environment = chosen ?? environments[0];
  if (environment === undefined) return <EmptyState title="There is no environment yet" />;
  return (
    <div className={classes['panel']}>
      <Environment
        key={environment}
        service={service}
        environment={environment}
        layer={layer}
        onGo={onGo}
        picker={
          <NativeSelect
            size="xs"
            aria-label="Environment"
            value={environment}
            data={[...environments]}
            onChange={({ currentTarget }) => setChosen(currentTarget.value)}
          />
        }
      />
    </div>
  );
});

interface EnvironmentProps extends Pick<Props, 'service' | 'layer' | 'onGo'> {
  readonly environment: string;
  readonly picker: ReactNode;
}

function Environment({ service, environment, layer, onGo, picker }: EnvironmentProps) {
  const query = useQuery(explainQuery(service, environment));
  const [search, setSearch] = useState('');
  const wanted = useDeferredValue(search);
  const [closed, setClosed] = useState<ReadonlySet<string>>(new Set());
  const { data } = query;
  const rows = useMemo(
    () =>
      data
        ? explainRows({
            content: data.content,
            origins: data.origins ?? {},
            isClosed: (pointer) => closed.has(pointer),
            search: wanted,
          })
        : [],
    [data, closed, wanted],
  );
  const toggle = (pointer: string): void => {
    const next = new Set(closed);
    if (!next.delete(pointer)) next.add(pointer);
    setClosed(next);
  };
  return (
    <>
      <Group gap="xs" p="xs" wrap="nowrap">
        {picker}
        <TextInput
          size="xs"
          flex={1}
          aria-label="Find in the effective configuration"
          placeholder="Key, value or document"
          leftSection={<Search size={13} aria-hidden />}
          value={search}
          onChange={({ currentTarget }) => setSearch(currentTarget.value)}
        />
        {data && (
          <Text size="xs" c="dimmed" className={classes['revision']}>
            r{data.revision}
          </Text>
        )}
      </Group>
      <PageState
        query={query}
        isEmpty={(found) => found === null}
        empty={
          <EmptyState title="Nothing is released here yet">
            What you publish shows up here, leaf by leaf.
          </EmptyState>
        }
      >
        {() => <Rows rows={rows} layer={layer} onToggle={toggle} onGo={onGo} />}
      </PageState>
    </>
  );
}

interface RowsProps {
  readonly rows: readonly ExplainRow[];
  readonly layer: string;
  readonly onToggle: (pointer: string) => void;
  readonly onGo: (pointer: string) => void;
}

function Rows({ rows, layer, onToggle, onGo }: RowsProps) {
  const scroller = useRef<HTMLDivElement>(null);
  // oxlint-disable-next-line react/incompatible-library -- it keeps nothing that is memoised
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: 12,
    getItemKey: (index) => rows[index]?.pointer ?? index,
  });
  if (rows.length === 0)
    return (
      <Text size="sm" c="dimmed" p="sm">
        Nothing matches.
      </Text>
    );
  return (
    <div ref={scroller} className={classes['scroller']} role="group" aria-label="Effective configuration">
      <div className={classes['rows']} style={{ height: virtualizer.getTotalSize() }}>
        {virtualizer.getVirtualItems().map(({ index, key, start }) => {
          const row = rows[index] as ExplainRow;
          return (
            <div
              key={key}
              data-index={index}
              ref={virtualizer.measureElement}
              className={classes['row']}
              style={{ transform: `translateY(${start}px)` }}
            >
              <Row row={row} layer={layer} onToggle={onToggle} onGo={onGo} />
            </div>
          );
        })}
      </div>
    </div>
  );
}

function Row({ row, layer, onToggle, onGo }: { readonly row: ExplainRow } & Omit<RowsProps, 'rows'>) {
  const { name, depth, leaf, pointer, isOpen } = row;
  const indent = { paddingLeft: 8 + depth * 14 };
  if (leaf === undefined)
    return (
      <UnstyledButton
        className={classes['section']}
        style={indent}
        aria-expanded={isOpen}
        onClick={() => onToggle(pointer)}
      >
        {isOpen ? <ChevronDown size={13} aria-hidden /> : <ChevronRight size={13} aria-hidden />}
        {name}
      </UnstyledButton>
    );
  const isOwn = leaf.origin?.layer === layer;
  return (
    <div className={classes['leaf']} style={indent}>
      <div className={classes['line']}>
        <span className={classes['name']} title={pointer}>
          {name}
        </span>
        <code className={classes['value']}>{short(leaf.value)}</code>
        {leaf.origin !== undefined && <Origin origin={leaf.origin} isOwn={isOwn} />}
        {isOwn && (
          <ActionIcon size="xs" aria-label={`Show ${pointer} in the text`} onClick={() => onGo(pointer)}>
            <CornerDownRight size={12} />
          </ActionIcon>
        )}
      </div>
      {leaf.origin?.hides.map((hidden) => (
        <div key={`${hidden.document} ${hidden.version}`} className={classes['hidden']}>
          hides {hidden.value === undefined ? 'a value' : <code>{short(hidden.value)}</code>} of{' '}
          {hidden.document} v{hidden.version}
        </div>
      ))}
    </div>
  );
}

function Origin({ origin, isOwn }: { readonly origin: LeafOriginBody; readonly isOwn: boolean }) {
  return (
    <Badge
      size="sm"
      variant={isOwn ? 'light' : 'default'}
      className={classes['origin'] ?? ''}
      title={`${origin.document}, version ${origin.version}`}
    >
      {origin.layer} v{origin.version}
    </Badge>
  );
}

function short(value: unknown): string {
  const text = JSON.stringify(value) ?? '';
  return text.length > MAX_VALUE_LENGTH ? `${text.slice(0, MAX_VALUE_LENGTH)}…` : text;
}
