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
import { describeErrors } from '../http/describe-errors.js';
import { ValidatorPool } from '../validation/validator-pool.js';
import {
  auditOthers,
  BRINGS_SECRETS,
  bringsSecrets,
  type Emergency,
  isShown,
  type ReleaseRequest,
  shownError,
} from './release-request.js';

const MAX_ERRORS = 50;
const MAX_BUSY_MS = 10;

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

  /** What is wrong with these revisions, by who asks, by themselves and by their schemas; pointers begin with `prefix`. */
  async findErrors(
    tree: ConfigTree,
    revisions: readonly PlannedRevision[],
    prefix: string,
    request?: ReleaseRequest,
  ): Promise<FieldError[]> {
    const brought = await this.findBrought(revisions, request);
    const found: FieldError[] = Array.from(brought, () => ({ pointer: prefix, message: BRINGS_SECRETS }));
    // Nothing else is said of those: it would tell whether there is such a secret.
    const others = revisions.filter((revision) => !brought.has(revision));
    for (const revision of others)
      found.push(...revision.faults.map((fault) => shownError(request, revision, fault, prefix)));
    for (const service of tree.affected) {
      const own = others.filter(
        (revision) =>
          revision.service === service.name &&
          // The same content with another version of a secret: a schema that was forced must not hold that up.
          tree.headOf(revision.service, revision.environment)?.hash !== revision.hash,
      );
      if (service.schema !== undefined && own.length > 0)
        found.push(...(await this.check(tree.workspaceId, service, own, prefix, request)));
    }
    return found.slice(0, MAX_ERRORS);
  }

  /**
   * Validates and saves, in the mutation's transaction. What is made in a protected environment waits for an approval,
   * and what waited there before has fallen.
   *
   * @throws Problem invalid_content, or forbidden when the emergency is not allowed somewhere, or another service would
   *   get a reference to a secret from somebody who may not publish there
   */
  async release(
    mutation: SqlMutation,
    tree: ConfigTree,
    documents: readonly NewDocumentVersion[],
    message: string,
    prefix: string,
    request?: ReleaseRequest,
  ): Promise<ReleasedRevision[]> {
    const emergency = request?.emergency;
    const planned = await this.plan(tree, emergency !== undefined);
    const errors = await this.findErrors(tree, planned, prefix, request);
    if (errors.some((error) => error.message === BRINGS_SECRETS))
      throw new Problem('forbidden', `This ${BRINGS_SECRETS}.`, errors);
    if (errors.length > 0) throw invalidContent(errors);
    if (documents.length === 0 && planned.length === 0) return [];
    const revisions = planned.map((revision) => decided(revision, tree, emergency));
    await this.trees.save(mutation, documents, revisions, message);
    if (request !== undefined) auditOthers(mutation, request, revisions);
    const approvals = await this.ask(mutation, revisions, message, emergency);
    return revisions.map(({ service, environment, revision, isReleased }, index) => {
      const approval = approvals.get(index);
      const state = isReleased ? 'released' : 'awaiting_approval';
      return { service, environment, revision, state, ...(approval === undefined ? {} : { approval }) };
    });
  }

  private async findBrought(
    revisions: readonly PlannedRevision[],
    request: ReleaseRequest | undefined,
  ): Promise<ReadonlySet<PlannedRevision>> {
    const found = new Set<PlannedRevision>();
    if (request === undefined) return found;
    let busySinceMs = performance.now();
    for (const revision of revisions) {
      if (bringsSecrets(request, revision)) found.add(revision);
      if (performance.now() - busySinceMs < MAX_BUSY_MS) continue;
      await setImmediate();
      busySinceMs = performance.now();
    }
    return found;
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
    workspaceId: string,
    service: AffectedService,
    revisions: readonly PlannedRevision[],
    prefix: string,
    request: ReleaseRequest | undefined,
  ): Promise<FieldError[]> {
    const { content: schema = 'true', hash: schemaHash = '' } = service.schema ?? {};
    const contents = revisions.map((revision) => revision.canonical);
    const answer = await this.validators.check(workspaceId, { schema, schemaHash, contents });
    if (!answer.isSchemaValid) {
      const isKnown = revisions.some(({ environment }) => isShown(request, service.name, environment));
      const whose = isKnown ? service.name : 'another service that includes it';
      throw new Problem('invalid_schema', `The schema of ${whose} cannot be compiled.`);
    }
    return revisions.flatMap((revision, index) =>
      (answer.errors[index] ?? []).map((error) => shownError(request, revision, error, prefix)),
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
  return new Problem('invalid_content', describeErrors(errors, 'The content is not valid.'), errors);
}
