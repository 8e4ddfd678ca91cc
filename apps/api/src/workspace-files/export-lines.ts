import {
  type EnvironmentsFile,
  type ExportEnd,
  formatWorkspacePath,
  MAX_DOCUMENT_BYTES,
  type ServiceFile,
  type WorkspaceFileBody,
} from '@binnacle/contracts';
import type { ServiceDescription, WorkspaceContent, WorkspaceContentStore } from '@binnacle/store';

/** Texts that are in memory at once. */
const BATCH_BYTES = 2_097_152;
const BATCH_FILES = 100;

type Texts = Pick<WorkspaceContentStore, 'sources' | 'schemas'>;

/**
 * The files of a workspace as newline-delimited JSON, a batch at a time, and a last line which says that nothing is missing.
 * `onAsked` is called whenever the reader wants more.
 */
export async function* exportLines(
  workspaceId: string,
  texts: Texts,
  content: WorkspaceContent,
  onAsked: () => void,
): AsyncGenerator<string, void> {
  let files = 0;
  const lines = (batch: readonly WorkspaceFileBody[]): string => {
    onAsked();
    files += batch.length;
    return batch.map((file) => `${JSON.stringify(file)}\n`).join('');
  };
  yield lines([environmentsFile(content)]);
  for (const batch of batches(content.services, () => 0)) yield lines(batch.map(serviceFile));
  for (const batch of batches(content.schemas, ({ bytes }) => bytes)) {
    const found = await texts.schemas(workspaceId, batch);
    yield lines(
      batch.map(({ service }, index) => ({
        path: formatWorkspacePath({ kind: 'schema', service }),
        content: pretty(JSON.parse(there(found[index]))),
      })),
    );
  }
  for (const batch of batches(content.documents, ({ bytes }) => bytes)) {
    const found = await texts.sources(workspaceId, batch);
    yield lines(
      batch.map(({ service, layer, format }, index) => ({
        path: formatWorkspacePath({ kind: 'document', service, layer, format }),
        content: there(found[index]),
      })),
    );
  }
  const end: ExportEnd = { complete: true, files };
  yield `${JSON.stringify(end)}\n`;
}

function environmentsFile({ environments }: WorkspaceContent): WorkspaceFileBody {
  const file: EnvironmentsFile = {
    environments: environments.map(({ name, protected: isProtected }) => ({ name, protected: isProtected })),
  };
  return { path: formatWorkspacePath({ kind: 'environments' }), content: pretty(file) };
}

/** What nobody said is left out; labels go in order, as the database keeps no order of theirs. */
function serviceFile({ name, description: held }: WorkspaceContent['services'][number]): WorkspaceFileBody {
  return {
    path: formatWorkspacePath({ kind: 'service', service: name }),
    content: pretty(toServiceFile(held)),
  };
}

export function toServiceFile(held: ServiceDescription): ServiceFile {
  const { kind, displayName, description, owner, labels, includes } = held;
  return {
    kind,
    ...(displayName === null ? {} : { displayName }),
    ...(description === null ? {} : { description }),
    ...(owner === null ? {} : { owner }),
    labels: Object.fromEntries(Object.entries(labels).toSorted(([one], [other]) => (one < other ? -1 : 1))),
    includes: [...includes],
  };
}

/** With indentation, unless it would be too long for a file then. */
function pretty(value: unknown): string {
  const indented = `${JSON.stringify(value, null, 2)}\n`;
  return Buffer.byteLength(indented) <= MAX_DOCUMENT_BYTES ? indented : `${JSON.stringify(value)}\n`;
}

/** Versions that are in use are never deleted; one that was replaced since, and deleted, ends the export. */
function there(text: string | undefined): string {
  if (text === undefined) throw new Error('A version that the export holds was deleted meanwhile');
  return text;
}

function* batches<Item>(items: readonly Item[], bytesOf: (item: Item) => number): Generator<Item[]> {
  let batch: Item[] = [];
  let bytes = 0;
  for (const item of items) {
    bytes += bytesOf(item);
    if (batch.length > 0 && (bytes > BATCH_BYTES || batch.length === BATCH_FILES)) {
      yield batch;
      batch = [];
      bytes = bytesOf(item);
    }
    batch.push(item);
  }
  if (batch.length > 0) yield batch;
}
