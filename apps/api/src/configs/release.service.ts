import { Injectable } from '@nestjs/common';
import { type FieldError, Problem } from '@binnacle/contracts';
import {
  type ContentError,
  decideRelease,
  type PlannedRevision,
  type ReleaseDecision,
} from '@binnacle/domain';
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
import type { TreeContents } from './composition-places.js';
import { type CheckedContent, ContentMemo } from './content-memo.js';
import { type PlannedChange, ReleasePlanner } from './release-planner.js';
import {
  auditOthers,
  BRINGS_SECRETS,
  bringsSecrets,
  eachOnce,
  type Emergency,
  type ErrorPlace,
  isShown,
  type ReleaseRequest,
  shownError,
} from './release-request.js';
import { type CheckedConfig, sharedConfigs } from './shared-configs.js';

const MAX_ERRORS = 50;

/** What became of a new revision. */
export interface ReleasedRevision {
  readonly service: string;
  readonly environment: string;
  readonly revision: number;
  readonly state: 'released' | 'awaiting_approval';
  /** The approval that it waits for, or did without. */
  readonly approval?: string;
}

/** What is wrong, and what is only warned of: cut to fit. */
export interface Findings {
  readonly errors: readonly FieldError[];
  readonly warnings: readonly FieldError[];
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
    private readonly planner: ReleasePlanner,
    private readonly validators: ValidatorPool,
  ) {}

  /** The revisions that this tree calls for. In an emergency nothing waits. */
  plan(
    tree: ConfigTree,
    before: TreeContents,
    memo: ContentMemo,
    isEmergency = false,
  ): Promise<PlannedChange[]> {
    return this.planner.plan(tree, before, memo, isEmergency);
  }

  /** What is wrong with these revisions, by who asks, by themselves and by their schemas, and what these warn of. */
  async check(
    tree: ConfigTree,
    revisions: readonly PlannedChange[],
    place: ErrorPlace,
    memo: ContentMemo,
    request?: ReleaseRequest,
  ): Promise<Findings> {
    const brought = findBrought(revisions, request);
    const errors: FieldError[] = Array.from(brought, (revision) => ({
      pointer: place(revision),
      message: BRINGS_SECRETS,
    }));
    const warnings: FieldError[] = [];
    // Nothing else is said of those: it would tell whether there is such a secret.
    const others = revisions.filter((revision) => !brought.has(revision));
    for (const revision of others)
      errors.push(...revision.faults.map((fault) => shownError(request, revision, fault, place(revision))));
    for (const service of tree.affected) {
      if (service.schema === undefined) continue;
      const own = await checkedConfigs(tree, service, others, request);
      if (own.length === 0) continue;
      const found = await this.checkBySchema(tree.workspaceId, service, own, memo, request);
      own.forEach((revision, index) => {
        const shown = (error: ContentError) => shownError(request, revision, error, place(revision));
        errors.push(...(found[index]?.errors ?? []).map(shown));
        // Of what he may not see he need not be warned.
        if (isShown(request, revision.service, revision.environment))
          warnings.push(...(found[index]?.warnings ?? []).map(shown));
      });
    }
    return { errors: eachOnce(errors).slice(0, MAX_ERRORS), warnings: warnings.slice(0, MAX_ERRORS) };
  }

  /**
   * Plans, checks and saves, in the mutation's transaction. What is made in a protected environment waits for an
   * approval, and what waited there before has fallen.
   *
   * @throws Problem as `mustBeRight` and `save`
   */
  async release(
    mutation: SqlMutation,
    tree: ConfigTree,
    message: string,
    prefix: string,
    request?: ReleaseRequest,
  ): Promise<ReleasedRevision[]> {
    const memo = new ContentMemo();
    const planned = await this.plan(tree, request?.before ?? tree, memo, request?.emergency !== undefined);
    const { errors } = await this.check(tree, planned, () => prefix, memo, request);
    mustBeRight(errors);
    return this.save(mutation, tree, [], planned, message, request);
  }

  /**
   * Saves what was planned and checked.
   *
   * @throws Problem forbidden when the emergency is not allowed somewhere
   */
  async save(
    mutation: SqlMutation,
    tree: ConfigTree,
    documents: readonly NewDocumentVersion[],
    planned: readonly PlannedRevision[],
    message: string,
    request?: ReleaseRequest,
  ): Promise<ReleasedRevision[]> {
    if (documents.length === 0 && planned.length === 0) return [];
    const emergency = request?.emergency;
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

  private async checkBySchema(
    workspaceId: string,
    { name, schema }: AffectedService,
    revisions: readonly CheckedConfig[],
    memo: ContentMemo,
    request: ReleaseRequest | undefined,
  ): Promise<CheckedContent[]> {
    if (schema === undefined) return [];
    const keyOf = ({ hash }: CheckedConfig) => `${schema.hash} ${hash}`;
    const unknown = new Map(
      revisions
        .filter((revision) => !memo.checked.has(keyOf(revision)))
        .map((revision) => [keyOf(revision), revision.canonical]),
    );
    if (unknown.size > 0) {
      const answer = await this.validators.check(workspaceId, {
        schema: schema.content,
        schemaHash: schema.hash,
        contents: [...unknown.values()],
      });
      if (!answer.isSchemaValid) {
        const isKnown = revisions.some(({ environment }) => isShown(request, name, environment));
        const whose = isKnown ? name : 'another service that includes it';
        throw new Problem('invalid_schema', `The schema of ${whose} cannot be compiled.`);
      }
      [...unknown.keys()].forEach((key, index) =>
        memo.checked.set(key, {
          errors: answer.errors[index] ?? [],
          warnings: answer.warnings?.[index] ?? [],
        }),
      );
    }
    return revisions.map((revision) => memo.checked.get(keyOf(revision)) ?? { errors: [], warnings: [] });
  }
}

/** What the schema of a service has a say in. A shared one runs nowhere: there it is what its own documents make. */
async function checkedConfigs(
  tree: ConfigTree,
  { name, kind }: AffectedService,
  revisions: readonly PlannedRevision[],
  request: ReleaseRequest | undefined,
): Promise<readonly CheckedConfig[]> {
  if (kind === 'shared') {
    if (request?.places.some(({ service }) => service === name) !== true) return [];
    const isTold = (environment: string) => request.isBlind !== true || isShown(request, name, environment);
    return sharedConfigs({ ...tree, environments: tree.environments.filter(isTold) }, name);
  }
  return revisions.filter(
    ({ service, environment, hash }) =>
      // The same content with another version of a secret: a schema that was forced must not hold that up.
      service === name && tree.headOf(service, environment)?.hash !== hash,
  );
}

function findBrought(
  revisions: readonly PlannedChange[],
  request: ReleaseRequest | undefined,
): ReadonlySet<PlannedChange> {
  if (request === undefined) return new Set();
  return new Set(
    revisions.filter((revision) => bringsSecrets(request, revision, revision.recomposed.heldReferences)),
  );
}

/** @throws Problem invalid_content, or forbidden when another service would get a secret that it has not */
export function mustBeRight(errors: readonly FieldError[]): void {
  if (errors.some((error) => error.message === BRINGS_SECRETS))
    throw new Problem('forbidden', `This ${BRINGS_SECRETS}.`, errors);
  if (errors.length > 0) throw invalidContent(errors);
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
