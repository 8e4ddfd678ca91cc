import { setImmediate } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { type FieldError, Problem } from '@binnacle/contracts';
import { type PlannedRevision, planRevisions } from '@binnacle/domain';
import {
  type AffectedService,
  type ConfigTree,
  ConfigTreeStore,
  type NewDocumentVersion,
  type SqlMutation,
} from '@binnacle/store';
import { ValidatorPool } from '../validation/validator-pool.js';

const MAX_ERRORS = 50;
const MAX_BUSY_MS = 10;

/** Turns a change of documents or includes into revisions: the one way in which effective configs come to be. */
@Injectable()
export class ReleaseService {
  constructor(
    private readonly trees: ConfigTreeStore,
    private readonly validators: ValidatorPool,
  ) {}

  /** The revisions that this tree calls for. */
  async plan(tree: ConfigTree): Promise<PlannedRevision[]> {
    const services = tree.affected.filter(({ kind, archived }) => kind === 'service' && !archived);
    const { environments, sources, headOf } = tree;
    const planned: PlannedRevision[] = [];
    let busySinceMs = performance.now();
    for (const { name } of services) {
      for (const environment of environments) {
        planned.push(...planRevisions({ services: [name], environments: [environment], sources, headOf }));
        if (performance.now() - busySinceMs < MAX_BUSY_MS) continue;
        // A large base with many who include it takes long: others want their turn.
        await setImmediate();
        busySinceMs = performance.now();
      }
    }
    return planned;
  }

  /** What the services' schemas have to say about these revisions; pointers begin with `prefix`. */
  async findErrors(
    tree: ConfigTree,
    revisions: readonly PlannedRevision[],
    prefix: string,
  ): Promise<FieldError[]> {
    const found: FieldError[] = [];
    for (const service of tree.affected) {
      const own = revisions.filter((revision) => revision.service === service.name);
      if (service.schema !== undefined && own.length > 0)
        found.push(...(await this.check(service, own, prefix)));
    }
    return found.slice(0, MAX_ERRORS);
  }

  /** Validates and saves, in the mutation's transaction. @throws Problem invalid_content */
  async release(
    mutation: SqlMutation,
    tree: ConfigTree,
    documents: readonly NewDocumentVersion[],
    message: string,
    prefix: string,
  ): Promise<PlannedRevision[]> {
    const revisions = await this.plan(tree);
    const errors = await this.findErrors(tree, revisions, prefix);
    if (errors.length > 0) throw invalidContent(errors);
    if (documents.length > 0 || revisions.length > 0)
      await this.trees.save(mutation, documents, revisions, message);
    return revisions;
  }

  private async check(
    service: AffectedService,
    revisions: readonly PlannedRevision[],
    prefix: string,
  ): Promise<FieldError[]> {
    const { content: schema = 'true', hash: schemaHash = '' } = service.schema ?? {};
    const contents = revisions.map((revision) => revision.canonical);
    const answer = await this.validators.check({ schema, schemaHash, contents });
    if (!answer.isSchemaValid)
      throw new Problem('invalid_schema', `The schema of ${service.name} cannot be compiled.`);
    return answer.errors.flatMap((errors, index) =>
      errors.map(({ pointer, message }) => ({
        pointer: `${prefix}${pointer}`,
        message,
        environment: revisions[index]?.environment ?? '',
      })),
    );
  }
}

export function invalidContent(errors: readonly FieldError[]): Problem {
  const [first] = errors;
  const place = first?.environment === undefined ? '' : ` in ${first.environment}`;
  const detail =
    first === undefined ? 'The content is not valid.' : `${first.pointer}${place}: ${first.message}`;
  return new Problem('invalid_content', detail, errors);
}
