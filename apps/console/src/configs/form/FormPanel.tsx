import { Text, TextInput, UnstyledButton } from '@mantine/core';
import type { Json, JsonObject } from '@binnacle/domain';
import type { TextEdit } from '@binnacle/domain/edit-text';
import { useVirtualizer } from '@tanstack/react-virtual';
import { ChevronDown, ChevronRight, Search } from 'lucide-react';
import { memo, useDeferredValue, useMemo, useRef, useState } from 'react';
import { FieldRow } from './FieldRow';
import classes from './FormPanel.module.css';
import { type FormRow, formRows, type FormSection } from './form-rows';

interface Props {
  readonly schema: Json | undefined;
  /** Of the text as it was last readable. */
  readonly value: JsonObject;
  readonly below: JsonObject;
  readonly isOverlay: boolean;
  /** While the text cannot be read, fields would change another text than the one in sight. */
  readonly isReadable: boolean;
  readonly isReadOnly: boolean;
  readonly onEdit: (edit: TextEdit) => void;
  readonly onGo: (pointer: string) => void;
}

const ROW_HEIGHT = 58;

/**
 * The document as fields. Each change goes into the text, and leaves the rest of it as it is. Not drawn again while
 * somebody types in the text, until that is read.
 */
export const FormPanel = memo(function FormPanel(props: Props) {
  const { schema, below, isReadable } = props;
  const value = useDeferredValue(props.value);
  const [search, setSearch] = useState('');
  const wanted = useDeferredValue(search);
  const [toggled, setToggled] = useState<ReadonlyMap<string, boolean>>(new Map());
  const rows = useMemo(
    () => formRows({ schema, value, below, isOpen: (pointer) => toggled.get(pointer), search: wanted }),
    [schema, value, below, toggled, wanted],
  );
  const scroller = useRef<HTMLDivElement>(null);
  // oxlint-disable-next-line react/incompatible-library -- it keeps nothing that is memoised
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: 8,
    getItemKey: (index) => rows[index]?.pointer ?? index,
  });
  return (
    <div className={classes['panel']}>
      <div className={classes['head']}>
        <TextInput
          size="xs"
          aria-label="Find a field"
          placeholder="Find a field"
          leftSection={<Search size={13} aria-hidden />}
          value={search}
          onChange={({ currentTarget }) => setSearch(currentTarget.value)}
        />
        {!isReadable && (
          <Text size="xs" className={classes['unreadable']} role="status">
            The text has a mistake. Fields can be changed again when it is mended.
          </Text>
        )}
      </div>
      <div ref={scroller} className={classes['scroller']} role="group" aria-label="Fields">
        {rows.length === 0 && (
          <Text size="sm" c="dimmed" p="sm">
            {search === ''
              ? 'No fields yet. What you write in the text, and what the schema names, shows up here.'
              : 'No field matches.'}
          </Text>
        )}
        <div className={classes['rows']} style={{ height: virtualizer.getTotalSize() }}>
          {virtualizer.getVirtualItems().map(({ index, key, start }) => {
            const row = rows[index] as FormRow;
            return (
              <div
                key={key}
                data-index={index}
                ref={virtualizer.measureElement}
                className={classes['row']}
                style={{ transform: `translateY(${start}px)` }}
              >
                {row.kind === 'section' ? (
                  <SectionRow
                    section={row}
                    onToggle={() => setToggled(new Map(toggled).set(row.pointer, !row.isOpen))}
                  />
                ) : (
                  <FieldRow
                    field={row}
                    isOverlay={props.isOverlay}
                    isDisabled={props.isReadOnly || !isReadable}
                    onEdit={props.onEdit}
                    onGo={props.onGo}
                  />
                )}
              </div>
            );
          })}
        </div>
      </div>
    </div>
  );
});

function SectionRow({ section, onToggle }: { readonly section: FormSection; readonly onToggle: () => void }) {
  const { name, description, depth, isOpen, isSet } = section;
  return (
    <UnstyledButton
      className={classes['section']}
      style={{ paddingLeft: 10 + depth * 14 }}
      aria-expanded={isOpen}
      onClick={onToggle}
    >
      {isOpen ? <ChevronDown size={14} aria-hidden /> : <ChevronRight size={14} aria-hidden />}
      <span>{description?.title ?? name}</span>
      {description?.title !== undefined && <code className={classes['name']}>{name}</code>}
      {!isSet && <span className={classes['unset']}>not set here</span>}
    </UnstyledButton>
  );
}
