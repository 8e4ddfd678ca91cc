import {
  type FieldError,
  formatWorkspacePath,
  type ImportedFile,
  MAX_ENVIRONMENTS,
  type ServiceFile,
  type WorkspaceFileBody,
} from '@binnacle/contracts';
import { BASE_LAYER, findIncludeProblem } from '@binnacle/domain';
import type { ServiceDescription, WorkspaceContent } from '@binnacle/store';
import { toServiceFile } from './export-lines.js';
import { fingerprint } from './fingerprint.js';
import {
  filePointer,
  type WantedDocument,
  type WantedFile,
  type WantedSchema,
  type WantedWorkspace,
} from './read-files.js';

/** What there is, as the transaction that imports sees it. */
export interface CurrentWorkspace {
  readonly content: WorkspaceContent;
  /** Of the services in the files: their names are taken, and nothing can be changed of them. */
  readonly archived: ReadonlySet<string>;
  /** SHA-256 of the text of each published document in the files, by `<service>/<layer>`. */
  readonly fingerprints: ReadonlyMap<string, string>;
  readonly schemaHashes: ReadonlyMap<string, string>;
}

export interface PlannedEnvironments {
  readonly index: number;
  readonly created: readonly { readonly name: string; readonly protected: boolean }[];
  /** Those that are to be protected from now on. */
  readonly guarded: readonly string[];
  /** All of them as they shall stand, when that is another order than now or one is new. */
  readonly order: readonly string[] | undefined;
}

export interface PlannedService {
  readonly name: string;
  readonly file: WantedFile<ServiceFile>;
  /** Undefined for one that is new. */
  readonly before: ServiceDescription | undefined;
  readonly addedIncludes: readonly string[];
  readonly changesIncludes: boolean;
}

export interface PlannedSchema {
  readonly service: string;
  readonly file: WantedFile<WantedSchema>;
}

export interface PlannedDocument {
  readonly file: WantedFile<WantedDocument>;
  /** The version that it follows; 0 for none. */
  readonly basedOn: number;
}

export interface ImportPlan {
  readonly environments: PlannedEnvironments | undefined;
  readonly services: readonly PlannedService[];
  readonly schemas: readonly PlannedSchema[];
  readonly documents: readonly PlannedDocument[];
  readonly files: readonly ImportedFile[];
  readonly unchanged: number;
}

/** What has to be done for a workspace to be what the files say; nothing of it deletes. */
export function planImport(
  files: readonly WorkspaceFileBody[],
  wanted: WantedWorkspace,
  current: CurrentWorkspace,
): { readonly plan: ImportPlan; readonly errors: readonly FieldError[] } {
  const planner = new Planner(wanted, current);
  const environments = planner.environments();
  const services = planner.services();
  const schemas = planner.schemas();
  const documents = planner.documents();
  planner.checkIncludes(services);
  const tell = (index: number, isNew: boolean, detail: string): ImportedFile => ({
    path: files[index]?.path ?? '',
    action: isNew ? 'create' : 'change',
    detail,
  });
  const changed = [
    ...(environments === undefined
      ? []
      : [tell(environments.index, false, describeEnvironments(environments))]),
    ...services.map(({ file, before }) =>
      tell(file.index, before === undefined, describeService(file.content, before)),
    ),
    ...schemas.map(({ service, file }) => tell(file.index, !current.schemaHashes.has(service), 'schema')),
    ...documents.map(({ file, basedOn }) => tell(file.index, basedOn === 0, `version ${basedOn + 1}`)),
  ];
  const plan = {
    environments,
    services,
    schemas,
    documents,
    files: changed,
    unchanged: files.length - changed.length,
  };
  return { plan, errors: planner.errors };
}

/** Paths of what the workspace has and the files have not. */
export function pathsNotIn(files: readonly WorkspaceFileBody[], content: WorkspaceContent): string[] {
  const given = new Set(files.map(({ path }) => path));
  const has = (path: string) => given.has(path);
  return [
    ...content.services.map(({ name: service }) => formatWorkspacePath({ kind: 'service', service })),
    ...content.schemas.map(({ service }) => formatWorkspacePath({ kind: 'schema', service })),
    ...content.documents.flatMap(({ service, layer, format }) => {
      const path = formatWorkspacePath({ kind: 'document', service, layer, format });
      const other = format === 'json' ? 'yaml' : 'json';
      return has(formatWorkspacePath({ kind: 'document', service, layer, format: other })) ? [] : [path];
    }),
  ].filter((path) => !has(path));
}

class Planner {
  readonly errors: FieldError[] = [];
  private readonly known: ReadonlyMap<string, ServiceDescription>;
  private readonly names: readonly string[];

  constructor(
    private readonly wanted: WantedWorkspace,
    private readonly current: CurrentWorkspace,
  ) {
    this.known = new Map(current.content.services.map(({ name, description }) => [name, description]));
    this.names = current.content.environments.map(({ name }) => name);
  }

  environments(): PlannedEnvironments | undefined {
    if (this.wanted.environments === undefined) return undefined;
    const { index, content } = this.wanted.environments;
    const held = new Map(this.current.content.environments.map((each) => [each.name, each.protected]));
    const created = content.filter(({ name }) => !held.has(name));
    if (held.size + created.length > MAX_ENVIRONMENTS)
      this.errors.push({
        pointer: filePointer(index),
        message: `makes more than ${MAX_ENVIRONMENTS} environments`,
      });
    for (const [at, { name, protected: isProtected }] of content.entries())
      if (held.get(name) === true && !isProtected)
        this.errors.push({
          pointer: `${filePointer(index)}/environments/${at}/protected`,
          message: `is false, and ${name} is protected: an import does not take that away`,
        });
    const guarded = content.filter((each) => each.protected && held.get(each.name) === false);
    const names = content.map(({ name }) => name);
    const inFile = new Set(names);
    const isInOrder = this.names.filter((name) => inFile.has(name)).join() === names.join();
    const order = isInOrder ? undefined : [...names, ...this.names.filter((name) => !inFile.has(name))];
    if (created.length + guarded.length === 0 && order === undefined) return undefined;
    return { index, created, guarded: guarded.map(({ name }) => name), order };
  }

  services(): PlannedService[] {
    return [...this.wanted.services].flatMap(([name, file]) => {
      if (this.current.archived.has(name)) {
        this.errors.push({ pointer: filePointer(file.index), message: `is of ${name}, which is archived` });
        return [];
      }
      const before = this.known.get(name);
      const { content } = file;
      if (before !== undefined && JSON.stringify(toServiceFile(before)) === JSON.stringify(inOrder(content)))
        return [];
      if (before !== undefined && before.kind !== content.kind)
        this.errors.push({
          pointer: `${filePointer(file.index)}/kind`,
          message: `is ${content.kind}, and ${name} is a ${before.kind} service: that cannot be changed`,
        });
      const includes = before?.includes ?? [];
      const addedIncludes = content.includes.filter((included) => !includes.includes(included));
      const changesIncludes = includes.join() !== content.includes.join();
      return [{ name, file, before, addedIncludes, changesIncludes }];
    });
  }

  schemas(): PlannedSchema[] {
    return [...this.wanted.schemas].flatMap(([service, file]) => {
      if (!this.isThere(service, file.index)) return [];
      return this.current.schemaHashes.get(service) === file.content.hash ? [] : [{ service, file }];
    });
  }

  documents(): PlannedDocument[] {
    const held = new Map(
      this.current.content.documents.map((document) => [`${document.service}/${document.layer}`, document]),
    );
    const environments = new Set([
      ...this.names,
      ...(this.wanted.environments?.content ?? []).map(({ name }) => name),
    ]);
    return this.wanted.documents.flatMap((file) => {
      const { service, layer, format, text } = file.content;
      if (!this.isThere(service, file.index)) return [];
      if (layer !== BASE_LAYER && !environments.has(layer))
        this.errors.push({
          pointer: `/files/${file.index}/path`,
          message: `names the environment ${layer}, which is neither in environments.json nor in the workspace`,
        });
      const name = `${service}/${layer}`;
      const before = held.get(name);
      const isSame = before?.format === format && this.current.fingerprints.get(name) === fingerprint(text);
      return isSame ? [] : [{ file, basedOn: before?.version ?? 0 }];
    });
  }

  /** Only shared services can be included, and none may include itself on any way. */
  checkIncludes(planned: readonly PlannedService[]): void {
    const kinds = new Map([...this.known].map(([name, { kind }]) => [name, kind]));
    const includesOf = new Map([...this.known].map(([name, { includes }]) => [name, includes]));
    for (const { name, file } of planned) {
      kinds.set(name, file.content.kind);
      includesOf.set(name, file.content.includes);
    }
    for (const { file } of planned)
      for (const [at, included] of file.content.includes.entries())
        if (kinds.get(included) !== 'shared')
          this.errors.push({
            pointer: `${filePointer(file.index)}/includes/${at}`,
            message: `is ${included}, which is no shared service`,
          });
    const byName = new Map(planned.map(({ name, file }) => [name, file.index]));
    const [first] = planned;
    if (first === undefined || planned.every(({ changesIncludes }) => !changesIncludes)) return;
    for (const name of includesOf.keys()) {
      const path = findIncludeProblem(includesOf, name);
      if (path === undefined) continue;
      const culprit = path.find((each) => byName.has(each)) ?? first.name;
      this.errors.push({
        pointer: `${filePointer(byName.get(culprit) ?? first.file.index)}/includes`,
        message: `goes in a circle or too deep: ${path.join(' → ')}`,
      });
      return;
    }
  }

  private isThere(service: string, index: number): boolean {
    const isArchived = this.current.archived.has(service);
    if (!isArchived && (this.known.has(service) || this.wanted.services.has(service))) return true;
    const message = isArchived
      ? `is of ${service}, which is archived`
      : `is of the service ${service}, which is neither in the files nor in the workspace`;
    this.errors.push({ pointer: `/files/${index}/path`, message });
    return false;
  }
}

/** Labels have no order that counts. */
function inOrder(file: ServiceFile): ServiceFile {
  const { displayName = null, description = null, owner = null, ...rest } = file;
  return toServiceFile({ ...rest, displayName, description, owner });
}

function describeEnvironments({ created, guarded, order }: PlannedEnvironments): string {
  const parts = [
    ...(created.length === 0 ? [] : [`creates ${created.map(({ name }) => name).join(', ')}`]),
    ...(guarded.length === 0 ? [] : [`protects ${guarded.join(', ')}`]),
    ...(order === undefined || created.length > 0 ? [] : [`orders them ${order.join(', ')}`]),
  ];
  return parts.join('; ');
}

function describeService(file: ServiceFile, before: ServiceDescription | undefined): string {
  if (before === undefined) return `${file.kind === 'shared' ? 'shared ' : ''}service`;
  const [old, fresh] = [toServiceFile(before), inOrder(file)];
  const fields = Object.keys({ ...old, ...fresh }) as (keyof ServiceFile)[];
  return fields.filter((field) => JSON.stringify(old[field]) !== JSON.stringify(fresh[field])).join(', ');
}
