import { Injectable } from '@nestjs/common';
import {
  type ConfigSchemaBody,
  type FieldError,
  type PageQuery,
  Problem,
  type SchemaVersionBody,
} from '@binnacle/contracts';
import {
  auditDiff,
  canonicalJson,
  checkContentLimits,
  collectLayers,
  contentHash,
  type Json,
  mergeLayers,
} from '@binnacle/domain';
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
import { describeErrors } from '../http/describe-errors.js';
import { ValidatorPool } from '../validation/validator-pool.js';

/** The JSON Schema that a service's effective configs must satisfy. */
@Injectable()
export class SchemasService {
  constructor(
    private readonly mutations: Mutations,
    private readonly schemas: SchemaStore,
    private readonly services: ServiceStore,
    private readonly trees: ConfigTreeStore,
    private readonly validators: ValidatorPool,
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
   */
  async put(actor: Actor, service: string, schema: unknown, isForced: boolean): Promise<ConfigSchemaBody> {
    const content = canonicalSchema(schema);
    const hash = contentHash(content);
    await this.mustCompile(actor.workspaceId, content, hash);
    return this.mutations.run(actor, async (mutation) => {
      const tree = await this.trees.lock(mutation, service);
      const current = tree?.affected.find(({ name }) => name === service);
      if (tree === undefined || current === undefined)
        throw new Problem('not_found', `There is no service ${service}.`);
      if (current.schema?.hash !== hash) {
        if (!isForced) await this.mustHoldFor(tree, service, content, hash);
        const inserted = await this.schemas.insert(mutation, service, { content, hash });
        const before = current.schema === undefined ? null : (JSON.parse(current.schema.content) as Json);
        const detail = {
          version: inserted.number,
          hash,
          isForced,
          diff: auditDiff(before, JSON.parse(content) as Json),
        };
        mutation.audit({ action: 'schema.put', target: `schema:${service}`, service, detail });
        return toSchemaView({ ...inserted, content });
      }
      return toSchemaView({ ...(await this.schemas.currentIn(mutation, service)), content });
    });
  }

  private async mustCompile(workspaceId: string, schema: string, schemaHash: string): Promise<void> {
    const answer = await this.validators.check(workspaceId, { schema, schemaHash, contents: [] });
    if (answer.isSchemaValid) return;
    throw invalidSchema(answer.errors);
  }

  private async mustHoldFor(
    tree: ConfigTree,
    service: string,
    schema: string,
    schemaHash: string,
  ): Promise<void> {
    const { workspaceId } = tree;
    const environments = tree.environments.filter(
      (environment) => tree.headOf(service, environment) !== undefined,
    );
    if (environments.length === 0) return;
    const contents = environments.map((environment) =>
      canonicalJson(mergeLayers(collectLayers(tree.sources, service, environment))),
    );
    const answer = await this.validators.check(workspaceId, { schema, schemaHash, contents });
    if (!answer.isSchemaValid) throw new Problem('invalid_schema', 'The schema is not valid.');
    const errors = answer.errors.flatMap((found, index) =>
      found.map((error) => ({ ...error, environment: environments[index] ?? '' })),
    );
    if (errors.length === 0) return;
    const broken = [...new Set(errors.map(({ environment }) => environment))].join(', ');
    throw new Problem(
      'schema_breaks_config',
      `The current configuration of ${broken} breaks this schema. Change it first, or send ?force=true.`,
      errors.slice(0, 50),
    );
  }
}

function invalidSchema(errors: readonly FieldError[]): Problem {
  return new Problem('invalid_schema', describeErrors(errors, 'The schema is not valid.'), errors);
}

/** The limits come first: what follows walks the schema by recursion. */
function canonicalSchema(schema: unknown): string {
  if (typeof schema !== 'boolean' && (typeof schema !== 'object' || schema === null || Array.isArray(schema)))
    throw new Problem('invalid_schema', 'A JSON Schema is an object or a boolean.', [
      { pointer: '', message: 'must be an object, true or false' },
    ]);
  const errors = checkContentLimits(schema as Json, SCHEMA_LIMITS);
  if (errors.length > 0) throw invalidSchema(errors);
  return canonicalJson(schema as Json);
}

function toVersionView({ number: version, hash, author, createdAt }: SchemaRecord): SchemaVersionBody {
  return { version, hash, author, createdAt: createdAt.toISOString() };
}

function toSchemaView(record: SchemaWithContent): ConfigSchemaBody {
  return { ...toVersionView(record), schema: JSON.parse(record.content) as ConfigSchemaBody['schema'] };
}
