import type { ExportEnd, ImportedBody, importWorkspaceSchema, WorkspaceFileBody } from '@binnacle/contracts';
import type { Input } from '../http/input.js';
import { PlaneUnreachable } from '../http/plane-unreachable.js';
import type { CallOptions, CreateOptions, Transport } from '../http/transport.js';

/** An import may have thousands of documents to publish. */
const IMPORT_TIMEOUT_MS = 60_000;

/** `/export` and `/import` */
export class WorkspaceFilesClient {
  constructor(private readonly transport: Transport) {}

  /**
   * Every file of the workspace as it is at this moment. The time limit holds for each wait.
   *
   * @throws PlaneUnreachable also when the export broke off: what came so far is not all
   */
  async *export(options?: CallOptions): AsyncGenerator<WorkspaceFileBody, void> {
    let files = 0;
    for await (const line of this.transport.lines({ method: 'GET', path: 'export' }, options)) {
      const value = parsed(line);
      if (isEnd(value)) {
        if (value.files === files) return;
        throw new PlaneUnreachable(`The export has ${files} files instead of ${value.files}.`);
      }
      if (!isFile(value)) throw new PlaneUnreachable('The export does not come from the API.');
      files += 1;
      yield value;
    }
    throw new PlaneUnreachable(`The export broke off after ${files} files.`);
  }

  /** Makes the workspace what the files say, all of it or nothing; with `dryRun` only tells what that would do. */
  import(files: Input<typeof importWorkspaceSchema>, options?: CreateOptions): Promise<ImportedBody> {
    return this.transport.read(
      { method: 'POST', path: 'import', body: files },
      { timeoutMs: IMPORT_TIMEOUT_MS, ...options },
    );
  }
}

// Looked at by hand, so that no page loads zod for it.
function isEnd(value: unknown): value is ExportEnd {
  const { complete, files } = fieldsOf<ExportEnd>(value);
  return complete === true && Number.isInteger(files);
}

function isFile(value: unknown): value is WorkspaceFileBody {
  const { path, content } = fieldsOf<WorkspaceFileBody>(value);
  return typeof path === 'string' && path !== '' && typeof content === 'string';
}

function fieldsOf<Body>(value: unknown): Partial<Record<keyof Body, unknown>> {
  return typeof value === 'object' && value !== null ? value : {};
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch (error) {
    throw new PlaneUnreachable('The export broke off within a line, or does not come from the API.', {
      cause: error,
    });
  }
}
