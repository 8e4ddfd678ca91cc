import { setImmediate } from 'node:timers/promises';
import type { z } from 'zod';
import {
  type EnvironmentsFile,
  environmentsFileSchema,
  type FieldError,
  MAX_DOCUMENT_BYTES,
  parseWorkspacePath,
  type ServiceFile,
  serviceFileSchema,
  type WorkspaceFileBody,
  type WorkspacePath,
} from '@binnacle/contracts';
import {
  appendPointer,
  canonicalJson,
  checkContentLimits,
  type ContentError,
  type ContentLimits,
  contentHash,
  DEFAULT_CONTENT_LIMITS,
  type Json,
  type JsonObject,
} from '@binnacle/domain';
import type { ParsedContent } from '@binnacle/domain/parse-content';
import { SCHEMA_LIMITS } from '@binnacle/domain/schemas';

/** What a file says, and which of the files it is. */
export interface WantedFile<Content> {
  readonly index: number;
  readonly content: Content;
}

export interface WantedSchema {
  /** Canonical JSON, and its SHA-256. */
  readonly canonical: string;
  readonly hash: string;
}

export interface WantedDocument {
  readonly service: string;
  readonly layer: string;
  readonly format: 'json' | 'yaml';
  /** As its author wrote it. */
  readonly text: string;
}

/** A workspace as files tell it. */
export interface WantedWorkspace {
  readonly environments: WantedFile<EnvironmentsFile['environments']> | undefined;
  readonly services: ReadonlyMap<string, WantedFile<ServiceFile>>;
  readonly schemas: ReadonlyMap<string, WantedFile<WantedSchema>>;
  readonly documents: readonly WantedFile<WantedDocument>[];
}

/** Where in the request a file stands. */
export function filePointer(index: number): string {
  return `/files/${index}/content`;
}

type Parse = (text: string, limits: ContentLimits) => Promise<ParsedContent>;

/** Reads the files of a workspace; documents are only told apart here, and parsed when they differ from what there is. */
export async function readFiles(
  files: readonly WorkspaceFileBody[],
  parse: Parse,
): Promise<{ readonly wanted: WantedWorkspace; readonly errors: readonly FieldError[] }> {
  const reader = new FilesReader(parse);
  for (const [index, file] of files.entries()) {
    await reader.read(file, index);
    // Files of usual size are parsed here: between two of them others have their turn.
    await setImmediate();
  }
  return { wanted: reader, errors: reader.errors };
}

class FilesReader implements WantedWorkspace {
  environments: WantedFile<EnvironmentsFile['environments']> | undefined;
  readonly services = new Map<string, WantedFile<ServiceFile>>();
  readonly schemas = new Map<string, WantedFile<WantedSchema>>();
  readonly documents: WantedFile<WantedDocument>[] = [];
  readonly errors: FieldError[] = [];
  /** What has a file already. */
  readonly #taken = new Set<string>();

  constructor(private readonly parse: Parse) {}

  async read({ path: text, content }: WorkspaceFileBody, index: number): Promise<void> {
    const path = parseWorkspacePath(text);
    if (path === undefined) {
      const message =
        'is no file of a workspace: there are environments.json, services/<name>/service.json and schema.json, ' +
        'and services/<name>/<base or environment>.json or .yaml';
      return void this.errors.push({ pointer: `/files/${index}/path`, message });
    }
    const name = nameOf(path);
    if (this.#taken.has(name)) {
      const message =
        path.kind === 'document' ? 'is a document that another file holds, too' : 'is there twice';
      return void this.errors.push({ pointer: `/files/${index}/path`, message });
    }
    this.#taken.add(name);
    switch (path.kind) {
      case 'environments': {
        const file = await this.#readAs(environmentsFileSchema, content, index);
        if (file !== undefined) this.environments = { index, content: file.environments };
        return;
      }
      case 'service': {
        const file = await this.#readAs(serviceFileSchema, content, index);
        if (file !== undefined) this.services.set(path.service, { index, content: file });
        return;
      }
      case 'schema': {
        const schema = await this.#readSchema(content, index);
        if (schema === undefined) return;
        const canonical = canonicalJson(schema);
        this.schemas.set(path.service, { index, content: { canonical, hash: contentHash(canonical) } });
        return;
      }
      case 'document': {
        const { service, layer, format } = path;
        this.documents.push({ index, content: { service, layer, format, text: content } });
        return;
      }
    }
  }

  async #readAs<Schema extends z.ZodType>(
    schema: Schema,
    text: string,
    index: number,
  ): Promise<z.infer<Schema> | undefined> {
    const value = await this.#readObject(text, index);
    if (value === undefined) return undefined;
    const parsed = schema.safeParse(value);
    if (parsed.success) return parsed.data;
    for (const { path, message } of parsed.error.issues) {
      const place = path.reduce<string>((parent, key) => appendPointer(parent, String(key)), '');
      this.errors.push({ pointer: `${filePointer(index)}${place}`, message });
    }
    return undefined;
  }

  /** It may also be a boolean, which no document is. The text may be longer than what it says: it is indented. */
  async #readSchema(text: string, index: number): Promise<Json | undefined> {
    const trimmed = text.trim();
    if (trimmed === 'true' || trimmed === 'false') return trimmed === 'true';
    const schema = await this.#readObject(text, index, { ...SCHEMA_LIMITS, maxBytes: MAX_DOCUMENT_BYTES });
    if (schema === undefined) return undefined;
    const broken = checkContentLimits(schema, SCHEMA_LIMITS);
    this.#addErrors(broken, index);
    return broken.length === 0 ? schema : undefined;
  }

  async #readObject(
    text: string,
    index: number,
    limits: ContentLimits = DEFAULT_CONTENT_LIMITS,
  ): Promise<JsonObject | undefined> {
    const parsed = await this.parse(text, limits);
    if (parsed.ok) return parsed.value;
    this.#addErrors(parsed.errors, index);
    return undefined;
  }

  #addErrors(errors: readonly ContentError[], index: number): void {
    for (const { pointer, message } of errors)
      this.errors.push({ pointer: `${filePointer(index)}${pointer}`, message });
  }
}

/** A document has one name, whatever its format. */
function nameOf(path: WorkspacePath): string {
  switch (path.kind) {
    case 'environments':
      return 'environments';
    case 'service':
    case 'schema':
      return `${path.kind}:${path.service}`;
    case 'document':
      return `document:${path.service}/${path.layer}`;
  }
}
