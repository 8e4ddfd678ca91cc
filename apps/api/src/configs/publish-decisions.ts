import { Injectable } from '@nestjs/common';
import { type FieldError, type GateBody, type Grant, grantsAllow, Problem } from '@binnacle/contracts';
import { BASE_LAYER, DEFAULT_AUDIT_DIFF_BOUNDS, describeGate } from '@binnacle/domain';
import type { ConfigTree } from '@binnacle/store';
import { weightOf } from './composition-places.js';
import { nextTurn } from './composition-turns.js';
import type { ContentMemo } from './content-memo.js';
import type { CompareAnswer } from './content-task.js';
import { ContentWork } from './content-work.js';
import { type DocumentChange, documentName, withChanges } from './document-change.js';
import type { PlannedChange } from './release-planner.js';
import { type ErrorPlace, isShown, type ReleaseRequest } from './release-request.js';
import { ReleaseService } from './release.service.js';

const MAX_GATES = 20;

/** Who publishes what, as far as it decides what comes of it. */
export interface Sending {
  readonly grants: readonly Grant[];
  readonly emergencyReason?: string | undefined;
  readonly changeSet?: string | undefined;
  readonly included?: ReadonlyMap<string, ChangedIncludes> | undefined;
  /** Nothing is said of what the sender may not see, not even that it would break. */
  readonly isBlind?: boolean;
}

/** What a service included before the transaction changed that, and where in what was sent it was asked for. */
export interface ChangedIncludes {
  readonly before: readonly string[];
  readonly pointer: string;
}

/** What publishing some documents does, and what is to be said of that. */
export interface PublishDecision {
  /** The tree with the documents published. */
  readonly next: ConfigTree;
  readonly request: ReleaseRequest;
  readonly planned: readonly PlannedChange[];
  readonly errors: readonly FieldError[];
  readonly warnings: readonly FieldError[];
  readonly gates: readonly GateBody[];
  /** Each of the documents against what is published, in the order of the changes. */
  readonly comparisons: readonly CompareAnswer[];
}

/** Finds out what publishing documents would do. It is the same whether they then are published, or only looked at. */
@Injectable()
export class PublishDecisions {
  constructor(
    private readonly work: ContentWork,
    private readonly releases: ReleaseService,
  ) {}

  /** @throws Problem invalid_schema, validation_timeout or busy */
  async decide(
    tree: ConfigTree,
    changes: readonly DocumentChange[],
    sending: Sending,
    memo: ContentMemo,
  ): Promise<PublishDecision> {
    const next = withChanges(tree, changes);
    const before = withIncludesBefore(tree, sending.included);
    const request = requestOf(before, changes, sending);
    const comparisons: CompareAnswer[] = [];
    for (const change of changes) {
      comparisons.push(await this.compare(tree, change, memo));
      // Short ones are compared here: between two of many, others have their turn.
      if (changes.length > 1) await nextTurn();
    }
    const planned = await this.releases.plan(next, before, memo, request.emergency !== undefined);
    const judged =
      sending.isBlind === true
        ? planned.filter(({ service, environment }) => isShown(request, service, environment))
        : planned;
    const { errors, warnings } = await this.releases.check(
      next,
      judged,
      errorPlace(changes, sending.included),
      memo,
      request,
    );
    const gates = [
      ...changes.flatMap((change, index) => gatesOfDocument(change, comparisons[index])),
      ...gatesOfConfigs(judged, request),
    ].slice(0, MAX_GATES);
    return { next, request, planned, errors, warnings, gates, comparisons };
  }

  private async compare(tree: ConfigTree, change: DocumentChange, memo: ContentMemo): Promise<CompareAnswer> {
    const { hash, canonical } = change.prepared;
    const current = tree.documents.get(documentName(change));
    const key = `${current?.hash ?? ''}>${hash}`;
    const known = memo.compared.get(key);
    if (known !== undefined) return known;
    const answer = await this.work.compare(
      tree.workspaceId,
      current?.canonical,
      canonical,
      DEFAULT_AUDIT_DIFF_BOUNDS,
    );
    memo.compared.set(key, answer);
    return answer;
  }
}

/** As `weightOf`, once these are published. */
export async function weightOfChanges(tree: ConfigTree, changes: readonly DocumentChange[]): Promise<number> {
  const sent = changes.reduce((sum, { prepared }) => sum + prepared.canonical.length, 0);
  return sent + (await weightOf(withChanges(tree, changes), tree));
}

/** @throws Problem confirm_required that names every gate */
export function mustBeConfirmed(gates: readonly GateBody[], changes: readonly DocumentChange[]): void {
  if (gates.length === 0) return;
  const errors = gates.map(({ service, layer, environment, message }): FieldError => {
    const change = changes.find((one) => one.service === service && one.layer === layer) ?? changes[0];
    return {
      pointer: change?.pointer ?? '/content',
      message,
      ...(environment === undefined ? {} : { environment }),
      ...(service === undefined ? {} : { service }),
    };
  });
  const [first] = gates;
  throw new Problem(
    'confirm_required',
    `This ${first?.message ?? 'changes much'}. If that is meant, publish it with "confirm": true.`,
    errors,
  );
}

function gatesOfDocument(
  { service, layer }: DocumentChange,
  comparison: CompareAnswer | undefined,
): GateBody[] {
  return (comparison?.change.gates ?? []).map((gate) => ({
    kind: gate.kind,
    service,
    layer,
    message: `${describeGate(gate)} of the document ${service}/${layer}`,
  }));
}

/** Of configs that the sender may not see only that there are such, each kind once. */
function gatesOfConfigs(planned: readonly PlannedChange[], request: ReleaseRequest): GateBody[] {
  const shown: GateBody[] = [];
  const hidden = new Map<GateBody['kind'], GateBody>();
  for (const { service, environment, recomposed } of planned)
    for (const gate of recomposed.change.gates) {
      const { kind } = gate;
      if (isShown(request, service, environment))
        shown.push({
          kind,
          service,
          environment,
          message: `${describeGate(gate)} of the config of ${service} in ${environment}`,
        });
      else hidden.set(kind, { kind, message: HIDDEN_GATES[kind] });
    }
  return [...hidden.values(), ...shown];
}

const HIDDEN_GATES: Readonly<Record<GateBody['kind'], string>> = {
  keys: 'changes or removes most values of the config of another service that includes it',
  shrinks: 'makes the config of another service that includes it much smaller',
  grows: 'makes the config of another service that includes it much larger',
};

/** An error belongs to the nearest of the documents that the config is made of. */
function errorPlace(changes: readonly DocumentChange[], included: Sending['included']): ErrorPlace {
  return ({ service, environment, layers }) => {
    const nearest =
      changes.find((change) => change.service === service && change.layer === environment) ??
      changes.find((change) => change.service === service && change.layer === BASE_LAYER) ??
      changes.findLast((change) => Object.hasOwn(layers, documentName(change)));
    return (nearest ?? included?.get(service) ?? changes[0])?.pointer ?? '/content';
  };
}

function withIncludesBefore(tree: ConfigTree, included: Sending['included'] = new Map()): ConfigTree {
  if (included.size === 0) return tree;
  const sources = new Map(tree.sources);
  for (const [service, { before: includes }] of included) {
    const documents = sources.get(service)?.documents ?? new Map<string, never>();
    sources.set(service, { includes, documents });
  }
  return { ...tree, sources };
}

function requestOf(
  tree: ConfigTree,
  changes: readonly DocumentChange[],
  { grants, emergencyReason, changeSet, included = new Map(), isBlind = false }: Sending,
): ReleaseRequest {
  const [first] = changes;
  const document = first === undefined ? '' : `document:${documentName(first)}`;
  return {
    places: [
      ...changes.map(({ service, layer }) => ({ service, layer })),
      ...[...included.keys()].map((service) => ({ service, layer: BASE_LAYER })),
    ],
    grants,
    target: changeSet === undefined ? document : `change-set:${changeSet}`,
    before: tree,
    isBlind,
    emergency:
      emergencyReason === undefined
        ? undefined
        : {
            reason: emergencyReason,
            isAllowed: (service, environment) =>
              grantsAllow(grants, 'config:emergency', { service, environment }),
          },
  };
}
