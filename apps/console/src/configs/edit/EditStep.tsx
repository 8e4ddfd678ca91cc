import { Button, Group, SegmentedControl, Tabs, Text } from '@mantine/core';
import { useHotkeys, useMediaQuery } from '@mantine/hooks';
import type { EnvironmentBody } from '@binnacle/contracts';
import type { Json } from '@binnacle/domain';
import type { TextEdit } from '@binnacle/domain/edit-text';
import { useQuery } from '@tanstack/react-query';
import { useCallback, useMemo, useRef, useState } from 'react';
import { LoadingLines } from '../../shell/PageState';
import type { DraftState, DraftText } from '../drafts/draft-state';
import type { DocumentFaults, LocatedFault } from '../editor/document-diagnostics';
import { TextEditor, type TextEditorHandle } from '../editor/TextEditor';
import { ExplainPanel } from '../explain/ExplainPanel';
import { valuesBelow } from '../explain/explain-rows';
import { FormPanel } from '../form/FormPanel';
import { explainQuery } from '../queries';
import classes from './EditStep.module.css';
import { DiscardButton } from './DraftBanner';
import { Editors } from './Editors';
import { FormatMenu } from './FormatMenu';
import { ProblemsPanel } from './ProblemsPanel';
import { SaveStatus } from './SaveStatus';
import type { ParsedDraft } from './use-parsed-draft';

interface Props {
  readonly service: string;
  readonly layer: string;
  readonly state: DraftState;
  readonly parsed: ParsedDraft;
  readonly schema: Json | undefined;
  readonly environments: readonly EnvironmentBody[];
  readonly isReadOnly: boolean;
  /** Who else changes this document now. */
  readonly others: readonly string[];
  /** Undefined while there is no draft, or not this one any more. */
  readonly onDiscarded: (() => void) | undefined;
  readonly onChange: (text: DraftText) => void;
  readonly onEdit: (edit: TextEdit) => void;
  readonly onSave: () => void;
  readonly onReview: () => void;
}

type Panel = 'text' | 'form' | 'explain' | 'problems';

/** The text with the form, the explained effective config and the problems beside it. */
export function EditStep(props: Props) {
  const { service, layer, state, parsed, schema, environments, isReadOnly } = props;
  const editor = useRef<TextEditorHandle>(null);
  const [located, setLocated] = useState<readonly LocatedFault[]>([]);
  const isWide = useMediaQuery('(min-width: 62em)', undefined, { getInitialValueInEffect: false }) ?? true;
  const [chosen, setPanel] = useState<Panel>(isWide ? 'form' : 'text');
  const isOverlay = layer !== 'base';
  const { data: released } = useQuery({ ...explainQuery(service, layer), enabled: isOverlay });
  const below = useMemo(
    () => (released?.origins === undefined ? {} : valuesBelow(released.content, released.origins, layer)),
    [released, layer],
  );
  const document = useMemo(
    () => ({ format: state.text.format, schema, isOverlay }),
    [state.text.format, schema, isOverlay],
  );
  const { draft } = state;
  const faults = useMemo<DocumentFaults>(
    () => ({
      syntax: parsed.errors,
      errors: draft?.validation.errors ?? [],
      warnings: draft?.validation.warnings ?? [],
    }),
    [parsed.errors, draft],
  );
  useHotkeys(
    [
      ['mod+S', props.onSave],
      ['mod+Enter', props.onReview],
    ],
    ['INPUT', 'TEXTAREA', 'SELECT'],
  );
  const panel = isWide && chosen === 'text' ? 'form' : chosen;
  const go = useCallback(
    (show: (handle: TextEditorHandle) => void): void => {
      if (!isWide) setPanel('text');
      // On a narrow page the editor comes into sight first.
      requestAnimationFrame(() => editor.current !== null && show(editor.current));
    },
    [isWide],
  );
  const reveal = useCallback((pointer: string) => go((handle) => handle.reveal(pointer)), [go]);
  const setIn = (pointer: string): string | undefined => {
    const origin = released?.origins?.[pointer];
    return origin === undefined || origin.layer === layer ? undefined : origin.document;
  };
  // A warning of what another document sets cannot be settled here, and would count for ever.
  const problemCount = located.filter(({ severity, isExact }) => isExact || severity === 'error').length;
  const names = useMemo(() => environments.map(({ name }) => name), [environments]);
  const panels = [
    ...(isWide ? [] : [{ value: 'text', label: 'Text' }]),
    { value: 'form', label: 'Form' },
    { value: 'explain', label: 'Explain' },
    { value: 'problems', label: problemCount === 0 ? 'Problems' : `Problems ${problemCount}` },
  ];
  const hasErrors = located.some(({ severity }) => severity === 'error');
  return (
    <div className={classes['step']}>
      <Group justify="space-between" gap="xs" className={classes['bar']}>
        <Group gap="sm" wrap="nowrap">
          <FormatMenu text={state.text} isReadOnly={isReadOnly} onChange={props.onChange} />
          <SaveStatus save={state.save} />
        </Group>
        <Group gap="sm" wrap="nowrap" ml="auto">
          <Editors
            service={service}
            layer={layer}
            others={props.others}
            isEditing={!isReadOnly && state.save.kind !== 'untouched'}
          />
          {props.onDiscarded !== undefined && !isReadOnly && draft !== undefined && (
            <DiscardButton
              service={service}
              layer={layer}
              etag={draft.etag}
              others={props.others}
              onDiscarded={props.onDiscarded}
            />
          )}
          <Button
            // What comes first then is to settle the conflict.
            variant={state.save.kind === 'conflict' ? 'default' : 'filled'}
            onClick={props.onReview}
            disabled={isReadOnly || state.save.kind === 'untouched'}
            title="Ctrl+Enter"
          >
            Review
          </Button>
        </Group>
      </Group>
      {!isWide && (
        <SegmentedControl
          fullWidth
          size="xs"
          value={panel}
          onChange={(value) => setPanel(value as Panel)}
          data={panels}
        />
      )}
      <div className={classes['panes']}>
        <div className={classes['text']} hidden={!isWide && panel !== 'text'}>
          <TextEditor
            ref={editor}
            label={`${service} ${layer}`}
            source={state.text.source}
            document={document}
            faults={faults}
            isReadOnly={isReadOnly}
            onChange={(source) => props.onChange({ source, format: state.text.format })}
            onLocated={setLocated}
            onSave={props.onSave}
            onReview={props.onReview}
          />
        </div>
        <div className={classes['side']} hidden={!isWide && panel === 'text'}>
          {isWide && (
            <Tabs
              value={panel}
              onChange={(value) => setPanel((value ?? 'form') as Panel)}
              className={classes['tabs'] ?? ''}
            >
              <Tabs.List>
                {panels.map(({ value, label }) => (
                  <Tabs.Tab
                    key={value}
                    value={value}
                    {...(value === 'problems' && hasErrors ? { className: classes['bad'] ?? '' } : {})}
                  >
                    {label}
                  </Tabs.Tab>
                ))}
              </Tabs.List>
            </Tabs>
          )}
          <div className={classes['panel']}>
            {panel === 'form' && !parsed.isKnown && <LoadingLines />}
            {panel === 'form' && parsed.isKnown && (
              <FormPanel
                schema={schema}
                value={parsed.value}
                below={below}
                isOverlay={isOverlay}
                isReadable={parsed.errors.length === 0}
                isReadOnly={isReadOnly}
                onEdit={props.onEdit}
                onGo={reveal}
              />
            )}
            {panel === 'explain' && (
              <ExplainPanel service={service} layer={layer} environments={names} onGo={reveal} />
            )}
            {panel === 'problems' && (
              <ProblemsPanel
                faults={located}
                setIn={setIn}
                onGo={(at) => go((handle) => handle.revealAt(at))}
              />
            )}
          </div>
        </div>
      </div>
      {isWide && (
        <Text size="xs" c="dimmed">
          Ctrl+Space completes, Ctrl+S saves, Ctrl+Enter goes on to the review. Escape and then Tab leaves the
          editor.
        </Text>
      )}
    </div>
  );
}
