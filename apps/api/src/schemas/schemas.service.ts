import { Injectable } from '@nestjs/common';
import {
  type ConfigSchemaBody,
  type FieldError,
  type PageQuery,
  Problem,
  type SchemaCheckBody,
  type SchemaVersionBody,
} from '@binnacle/contracts';
import { auditDiff, canonicalJson, checkContentLimits, contentHash, type Json } from '@binnacle/domain';
import { SCHEMA_LIMITS } from '@binnacle/domain/schemas';
import {
  type Actor,
  type ConfigTree,
  ConfigTreeStore,
  type Page,
  type SchemaRecord,
  SchemaStore,
  type SchemaWithContent,
  ServiceStore,
} from '@binnacle/store';
import { Mutations } from '../changes/mutations.js';
import { CompositionTrees } from '../configs/composition-trees.js';
import { describeErrors } from '../http/describe-errors.js';
import type { ExpectedVersion } from '../http/etag.js';
import { SchemaTrial, type TrialResult } from './schema-trial.js';

const MAX_ERRORS = 50;

/** The JSON Schema that a service's effective configs must satisfy. */
@Injectable()
export class SchemasService {
  constructor(
    private readonly mutations: Mutations,
    private readonly schemas: SchemaStore,
    private readonly services: ServiceStore,
    private readonly trees: ConfigTreeStore,
    private readonly compositions: CompositionTrees,
    private readonly trial: SchemaTrial,
  ) {}

  async read(workspaceId: string, service: string, version?: number): Promise<ConfigSchemaBody> {
    const record =
      version === undefined
        ? await this.schemas.current(workspaceId, service)
        : await this.schemas.find(workspaceId, service, version);
    if (record === undefined) throw new Problem('not_found', `The service ${service} has no such schema.`);
    return toSchemaView(record);
  }

  async listVersions(
    workspaceId: string,
    service: string,
    page: PageQuery,
  ): Promise<Page<SchemaVersionBody>> {
    const { items, nextCursor } = await this.schemas.list(workspaceId, service, page);
    if (items.length === 0 && (await this.services.find(workspaceId, service)) === undefined)
      throw new Problem('not_found', `There is no service ${service}.`);
    return { items: items.map(toVersionView), nextCursor };
  }

  /**
   * A new version of the schema; the same schema again changes nothing. Without `isForced` it is refused when a current
   * effective config breaks it.
   *
   * @throws Problem not_found, invalid_schema, version_conflict or schema_breaks_config
   */
  async put(
    actor: Actor,
    service: string,
    schema: unknown,
    { isForced, basedOn }: { readonly isForced: boolean; readonly basedOn: ExpectedVersion },
  ): Promise<ConfigSchemaBody> {
    const content = canonicalSchema(schema);
    const hash = contentHash(content);
    const mistakes = await this.trial.findMistakes(actor.workspaceId, { content, hash });
    if (mistakes.length > 0) throw invalidSchema(mistakes);
    return this.mutations.run(actor, async (mutation) => {
      const tree = await this.trees.lock(mutation, service);
      const before = tree?.affected.find(({ name }) => name === service);
      if (tree === undefined || before === undefined)
        throw new Problem('not_found', `There is no service ${service}.`);
      const current = await this.schemas.currentIn(mutation, service);
      checkPrecondition(current?.number, basedOn);
      if (current !== undefined && current.hash === hash) return toSchemaView({ ...current, content });
      if (!isForced) mustBreakNothing(await this.trial.run(tree, { service, content, hash }, mutation));
      const inserted = await this.schemas.insert(mutation, service, { content, hash });
      const old = before.schema === undefined ? null : (JSON.parse(before.schema.content) as Json);
      const diff = auditDiff(old, JSON.parse(content) as Json);
      const detail = { version: inserted.number, hash, isForced, diff };
      mutation.audit({ action: 'schema.put', target: `schema:${service}`, service, detail });
      mutation.announce({ kind: 'service', workspaceId: actor.workspaceId, service });
      return toSchemaView({ ...inserted, content });
    });
  }

  /** What putting this would say, without doing it. */
  check(workspaceId: string, service: string, schema: unknown): Promise<SchemaCheckBody> {
    const weigh = ({ sources, bytes }: ConfigTree) => {
      if (!sources.has(service)) throw new Problem('not_found', `There is no service ${service}.`);
      // As documents, and put together.
      return 2 * bytes;
    };
    const question = { workspaceId, services: [service], purpose: 'look', weigh } as const;
    return this.compositions.look(question, (tree) => this.checkOn(tree, service, schema));
  }

  private async checkOn(tree: ConfigTree, service: string, schema: unknown): Promise<SchemaCheckBody> {
    const wrong = findExcess(schema);
    if (wrong.length > 0) return { valid: false, errors: wrong, breaks: [], warnings: [] };
    const content = canonicalJson(schema as Json);
    const hash = contentHash(content);
    const mistakes = await this.trial.findMistakes(tree.workspaceId, { content, hash });
    if (mistakes.length > 0) return { valid: false, errors: [...mistakes], breaks: [], warnings: [] };
    const { breaks, warnings } = await this.trial.run(tree, { service, content, hash });
    return { valid: true, errors: [], breaks: [...breaks], warnings: [...warnings] };
  }
}

function mustBreakNothing({ breaks }: TrialResult): void {
  if (breaks.length === 0) return;
  const broken = [...new Set(breaks.map(({ environment }) => environment))].join(', ');
  const errors = breaks.flatMap(({ service, environment, errors: found }) =>
    found.map((error) => ({ ...error, service, environment })),
  );
  throw new Problem(
    'schema_breaks_config',
    `The current configuration of ${broken} breaks this schema. Change it first, or send ?force=true.`,
    errors.slice(0, MAX_ERRORS),
  );
}

/** @throws Problem version_conflict */
function checkPrecondition(current: number | undefined, basedOn: ExpectedVersion): void {
  if (basedOn === undefined) return;
  if (current !== undefined && (basedOn === '*' || basedOn.includes(current))) return;
  const now =
    current === undefined ? 'There is no schema yet' : `Version ${current} of the schema is in force`;
  throw new Problem('version_conflict', `${now}; this was based on another one.`);
}

function invalidSchema(errors: readonly FieldError[]): Problem {
  return new Problem('invalid_schema', describeErrors(errors, 'The schema is not valid.'), errors);
}

function canonicalSchema(schema: unknown): string {
  const errors = findExcess(schema);
  if (errors.length > 0) throw invalidSchema(errors);
  return canonicalJson(schema as Json);
}

/** The limits come first: what follows walks the schema by recursion. */
function findExcess(schema: unknown): FieldError[] {
  if (typeof schema !== 'boolean' && (typeof schema !== 'object' || schema === null || Array.isArray(schema)))
    return [{ pointer: '', message: 'must be an object, true or false' }];
  return checkContentLimits(schema as Json, SCHEMA_LIMITS);
}

function toVersionView({ number: version, hash, author, createdAt }: SchemaRecord): SchemaVersionBody {
  return { version, hash, author, createdAt: createdAt.toISOString() };
}

function toSchemaView(record: SchemaWithContent): ConfigSchemaBody {
  return { ...toVersionView(record), schema: JSON.parse(record.content) as ConfigSchemaBody['schema'] };
}
