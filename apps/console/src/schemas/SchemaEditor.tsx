import type { ConfigSchemaBody, FieldError } from '@binnacle/contracts';
import { Button, Checkbox, Group, Stack, Text, Title } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useMemo, useRef, useState } from 'react';
import { type DocumentFaults, type LocatedFault, NO_FAULTS } from '../configs/editor/document-diagnostics';
import type { EditorDocument } from '../configs/editor/editor-document';
import { TextEditor, type TextEditorHandle } from '../configs/editor/TextEditor';
import { ProblemsPanel } from '../configs/edit/ProblemsPanel';
import { apiClient } from '../shell/api-client';
import { notifyDone } from '../shell/notify';
import { ProblemAlert } from '../shell/ProblemAlert';
import { RelativeTime } from '../shell/RelativeTime';
import { useMay } from '../shell/session';
import { parseSchemaText } from './parse-schema-text';
import { SCHEMA_TIMEOUT_MS, schemaCheckQuery } from './queries';
import { SchemaBreaks } from './SchemaBreaks';

interface Props {
  readonly service: string;
  /** Null while the service has none. */
  readonly inForce: ConfigSchemaBody | null;
}

const TYPING_PAUSE_MS = 600;
const DOCUMENT: EditorDocument = { format: 'json', schema: undefined, isOverlay: false };
const FIRST_SCHEMA = `{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "type": "object",
  "properties": {}
}
`;

/** The rules that a service's configuration keeps, tried on every environment while they are written. */
export function SchemaEditor({ service, inForce }: Props) {
  const may = useMay();
  const queryClient = useQueryClient();
  const editor = useRef<TextEditorHandle>(null);
  // What it was begun from: somebody else's newer version is a conflict, not to be written over.
  const [base, setBase] = useState(inForce);
  const [text, setText] = useState(() => textOf(inForce));
  const [isForced, setForced] = useState(false);
  const [located, setLocated] = useState<readonly LocatedFault[]>([]);
  const [settled] = useDebouncedValue(text, TYPING_PAUSE_MS);
  const parsed = useMemo(() => parseSchemaText(settled), [settled]);
  const isChanged = text !== textOf(base);
  const check = useQuery({
    ...schemaCheckQuery(service, parsed.ok && isChanged ? parsed.schema : undefined),
    placeholderData: keepPreviousData,
  });
  const answer = parsed.ok && isChanged ? check.data : undefined;
  const faults = useMemo((): DocumentFaults => {
    if (!parsed.ok) return { ...NO_FAULTS, syntax: parsed.errors };
    return { ...NO_FAULTS, errors: answer?.errors ?? [], warnings: answer?.warnings.map(inSchema) ?? [] };
  }, [parsed, answer]);
  const put = useMutation({
    mutationFn: async () => {
      const now = parseSchemaText(text);
      if (!now.ok) throw new Error('The text cannot be read: see the marks in it.');
      return apiClient.schemas.put(service, now.schema, {
        timeoutMs: SCHEMA_TIMEOUT_MS,
        force: isForced,
        ...(base === null ? {} : { basedOn: base.version }),
      });
    },
    onSuccess: (saved) => {
      notifyDone(`Version ${saved.version} of the schema is in force.`);
      setBase(saved);
      setText(textOf(saved));
      setForced(false);
    },
    onSettled: () =>
      Promise.all([
        queryClient.invalidateQueries({ queryKey: ['schemas'] }),
        queryClient.invalidateQueries({ queryKey: ['configs', 'schema', service] }),
      ]),
  });
  const mayWrite = may('schemas:write', { service });
  const breaks = answer?.breaks ?? [];
  const isNewer = inForce !== null && inForce.version !== base?.version;
  return (
    <Stack gap="sm">
      <Group justify="space-between" align="flex-end">
        <div>
          <Title order={2}>Schema</Title>
          <Text size="sm" c="dimmed">
            {base === null ? (
              'None yet: any configuration is valid.'
            ) : (
              <>
                Version {base.version}, {base.author}, <RelativeTime at={base.createdAt} />
              </>
            )}
          </Text>
        </div>
        {mayWrite && (
          <Group gap="sm">
            {breaks.length > 0 && (
              <Checkbox
                size="xs"
                label="Although it breaks what runs"
                checked={isForced}
                onChange={({ currentTarget }) => setForced(currentTarget.checked)}
              />
            )}
            {isChanged && (
              <Button variant="default" onClick={() => setText(textOf(base))}>
                Undo all
              </Button>
            )}
            <Button
              loading={put.isPending}
              disabled={!isChanged || !parsed.ok || (breaks.length > 0 && !isForced)}
              onClick={() => put.mutate()}
            >
              Put in force
            </Button>
          </Group>
        )}
      </Group>
      {isNewer && (
        <Group gap="xs">
          <Text size="sm" c="var(--text-warning)">
            {inForce.author} has put version {inForce.version} in force meanwhile.
          </Text>
          <Button
            variant="default"
            size="compact-xs"
            onClick={() => {
              setBase(inForce);
              setText(textOf(inForce));
            }}
          >
            Begin again from it
          </Button>
        </Group>
      )}
      {put.error !== null && <ProblemAlert error={put.error} />}
      <TextEditor
        ref={editor}
        label={`Schema of ${service}`}
        source={text}
        document={DOCUMENT}
        faults={faults}
        isReadOnly={!mayWrite}
        onChange={setText}
        onLocated={setLocated}
        onSave={() => undefined}
        onReview={() => undefined}
      />
      {isChanged && (
        <>
          <ProblemsPanel faults={located} onGo={(position) => editor.current?.revealAt(position)} />
          {check.error !== null && <ProblemAlert error={check.error} />}
          <SchemaBreaks breaks={breaks} />
        </>
      )}
    </Stack>
  );
}

function textOf(schema: ConfigSchemaBody | null): string {
  return schema === null ? FIRST_SCHEMA : `${JSON.stringify(schema.schema, null, 2)}\n`;
}

/** A warning is about an effective config, not about a place of the schema. */
function inSchema({ pointer, ...warning }: FieldError): FieldError {
  return { ...warning, pointer: '', message: `${pointer} ${warning.message}` };
}
