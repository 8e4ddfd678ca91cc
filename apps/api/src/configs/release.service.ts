import { setImmediate } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { type FieldError, Problem } from '@binnacle/contracts';
import { decideRelease, type PlannedRevision, planRevisions, type ReleaseDecision } from '@binnacle/domain';
import {
  type AffectedService,
  ApprovalStore,
  type ConfigTree,
  ConfigTreeStore,
  type NewDocumentVersion,
  type SqlMutation,
} from '@binnacle/store';
import { ValidatorPool } from '../validation/validator-pool.js';

const MAX_ERRORS = 50;
const MAX_BUSY_MS = 10;

/** Releasing at once what would have to wait for a second person. */
export interface Emergency {
  readonly reason: string;
  isAllowed(service: string, environment: string): boolean;
}

/** What became of a new revision. */
export interface ReleasedRevision {
  readonly service: string;
  readonly environment: string;
  readonly revision: number;
  readonly state: 'released' | 'awaiting_approval';
  /** The approval that it waits for, or did without. */
  readonly approval?: string;
}

interface DecidedRevision extends PlannedRevision {
  readonly decision: ReleaseDecision;
  readonly isReleased: boolean;
}

/** Turns a change of documents, includes or secrets into revisions: the one way in which effective configs come to be. */
@Injectable()
export class ReleaseService {
  constructor(
    private readonly trees: ConfigTreeStore,
    private readonly approvals: ApprovalStore,
    private readonly validators: ValidatorPool,
  ) {}

  /** The revisions that this tree calls for. In an emergency nothing waits. */
  async plan(tree: ConfigTree, isEmergency = false): Promise<PlannedRevision[]> {
    const services = tree.affected.filter(({ kind, archived }) => kind === 'service' && !archived);
    const { environments, sources, headOf, secretVersionOf, protectedEnvironments } = tree;
    const mustWait = (_service: string, environment: string) =>
      protectedEnvironments.has(environment) && !isEmergency;
    const rules = { sources, headOf, secretVersionOf, mustWait };
    const planned: PlannedRevision[] = [];
    let busySinceMs = performance.now();
    for (const { name } of services) {
      for (const environment of environments) {
        planned.push(...planRevisions({ ...rules, services: [name], environments: [environment] }));
        if (performance.now() - busySinceMs < MAX_BUSY_MS) continue;
        // A large base with many who include it takes long: others want their turn.
        await setImmediate();
        busySinceMs = performance.now();
      }
    }
    return planned;
  }

  /** What is wrong with these revisions, by themselves and by their schemas; pointers begin with `prefix`. */
  async findErrors(
    tree: ConfigTree,
    revisions: readonly PlannedRevision[],
    prefix: string,
  ): Promise<FieldError[]> {
    const found: FieldError[] = revisions.flatMap(({ environment, faults }) =>
      faults.map(({ pointer, message }) => ({ pointer: `${prefix}${pointer}`, message, environment })),
    );
    for (const service of tree.affected) {
      const own = revisions.filter(
        (revision) =>
          revision.service === service.name &&
          // The same content with another version of a secret: a schema that was forced must not hold that up.
          tree.headOf(revision.service, revision.environment)?.hash !== revision.hash,
      );
      if (service.schema !== undefined && own.length > 0)
        found.push(...(await this.check(service, own, prefix)));
    }
    return found.slice(0, MAX_ERRORS);
  }

  /**
   * Validates and saves, in the mutation's transaction. What is made in a protected environment waits for an approval,
   * and what waited there before has fallen.
   *
   * @throws Problem invalid_content, or forbidden when the emergency is not allowed somewhere
   */
  async release(
    mutation: SqlMutation,
    tree: ConfigTree,
    documents: readonly NewDocumentVersion[],
    message: string,
    prefix: string,
    emergency?: Emergency,
  ): Promise<ReleasedRevision[]> {
    const planned = await this.plan(tree, emergency !== undefined);
    const errors = await this.findErrors(tree, planned, prefix);
    if (errors.length > 0) throw invalidContent(errors);
    if (documents.length === 0 && planned.length === 0) return [];
    const revisions = planned.map((revision) => decided(revision, tree, emergency));
    await this.trees.save(mutation, documents, revisions, message);
    const approvals = await this.ask(mutation, revisions, message, emergency);
    return revisions.map(({ service, environment, revision, isReleased }, index) => {
      const approval = approvals.get(index);
      const state = isReleased ? 'released' : 'awaiting_approval';
      return { service, environment, revision, state, ...(approval === undefined ? {} : { approval }) };
    });
  }

  /** Approvals for what waits or is an emergency, by the index of the revision. Mostly there are none. */
  private async ask(
    mutation: SqlMutation,
    revisions: readonly DecidedRevision[],
    message: string,
    emergency: Emergency | undefined,
  ): Promise<Map<number, string>> {
    const fallen = revisions.filter(({ supersedes }) => supersedes);
    if (fallen.length > 0) await this.supersede(mutation, fallen);
    const asking = revisions.flatMap((revision, index) =>
      revision.decision === 'released' ? [] : [{ revision, index }],
    );
    if (asking.length === 0) return new Map();
    const ids = await this.approvals.insert(
      mutation,
      asking.map(({ revision: { service, environment, revision, decision } }) => ({
        service,
        environment,
        revision,
        message,
        emergencyReason: decision === 'emergency' ? emergency?.reason : undefined,
      })),
    );
    for (const [at, { revision }] of asking.entries()) {
      const { service, environment, decision } = revision;
      if (decision === 'emergency')
        mutation.audit({
          action: 'release.emergency',
          target: `approval:${ids[at] ?? ''}`,
          service,
          environment,
          detail: { revision: revision.revision, reason: emergency?.reason },
        });
    }
    return new Map(asking.map(({ index }, at) => [index, ids[at] ?? '']));
  }

  private async supersede(mutation: SqlMutation, fallen: readonly DecidedRevision[]): Promise<void> {
    for (const { id, service, environment, revision } of await this.approvals.supersede(mutation, fallen))
      mutation.audit({
        action: 'approval.supersede',
        target: `approval:${id}`,
        service,
        environment,
        detail: { revision },
      });
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

function decided(
  revision: PlannedRevision,
  tree: ConfigTree,
  emergency: Emergency | undefined,
): DecidedRevision {
  const { service, environment } = revision;
  const isProtected = tree.protectedEnvironments.has(environment);
  const decision = decideRelease(revision, { isProtected }, emergency !== undefined);
  if (decision === 'emergency' && emergency?.isAllowed(service, environment) !== true)
    throw new Problem(
      'forbidden',
      `Releasing ${service} in ${environment} without an approval needs config:emergency there.`,
    );
  return { ...revision, decision, isReleased: decision !== 'awaiting_approval' };
}

export function invalidContent(errors: readonly FieldError[]): Problem {
  const [first] = errors;
  const place = first?.environment === undefined ? '' : ` in ${first.environment}`;
  const detail =
    first === undefined ? 'The content is not valid.' : `${first.pointer}${place}: ${first.message}`;
  return new Problem('invalid_content', detail, errors);
}
