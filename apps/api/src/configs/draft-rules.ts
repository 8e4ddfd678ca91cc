import {
  type LayerParams,
  MAX_CONTRIBUTORS,
  MAX_DOCUMENT_BYTES,
  Problem,
  type SaveDraft,
} from '@binnacle/contracts';
import { BASE_LAYER } from '@binnacle/domain';
import type {
  Actor,
  Contributor,
  DocumentPlace,
  DraftPlace,
  DraftRecord,
  DraftSummary,
} from '@binnacle/store';
import { expectedVersion, matchesEtag } from '../http/etag.js';
import { findExcess } from '../http/json-structure.js';
import { checkPrecondition } from './document-change.js';
import { noEnvironment, noService } from './document-places.js';
import { draftEtag } from './draft.view.js';

/** What is nested deeper consists of white space mostly, by the megabyte. */
const INDENTED = { maxDepth: 20, maxValues: 100_000 };
const DRAFT_ETAG = /"draft-[^"]*"/;

/** The text that is kept of what was sent. @throws Problem payload_too_large */
export function draftSource(content: SaveDraft['content']): string {
  const source = typeof content === 'string' ? content : textOf(content);
  if (Buffer.byteLength(source) > MAX_DOCUMENT_BYTES)
    throw new Problem('payload_too_large', `A draft must be at most ${MAX_DOCUMENT_BYTES} bytes of text.`);
  return source;
}

/** In lines, unless their indentation alone makes it too large. */
function textOf(content: object): string {
  const compact = JSON.stringify(content);
  if (findExcess(compact, INDENTED) !== undefined) return compact;
  const text = JSON.stringify(content, null, 2);
  return Buffer.byteLength(text) > MAX_DOCUMENT_BYTES ? compact : text;
}

/** @throws Problem not_found or in_use when there can be no draft */
export function mustTakeDraft(standing: DraftPlace | undefined, { service, layer }: LayerParams): DraftPlace {
  if (standing === undefined) throw noService(service);
  if (layer !== BASE_LAYER && !standing.hasEnvironment) throw noEnvironment(layer);
  if (standing.isArchived)
    throw new Problem('in_use', `The service ${service} is archived: nothing can be drafted for it.`);
  return standing;
}

/** @throws Problem version_conflict or precondition_required, for a draft that is there */
export function checkDraft(draft: DraftSummary, ifMatch: string | undefined): void {
  const name = `${draft.service}/${draft.layer}`;
  if (ifMatch === undefined)
    throw new Problem(
      'precondition_required',
      `There is a draft of ${name}, saved by ${draft.author}: read it, and send its ETag as If-Match.`,
    );
  if (!isMeant(draft, ifMatch))
    throw new Problem(
      'version_conflict',
      `The draft of ${name} was saved by ${draft.author} at ${draft.updatedAt.toISOString()}: read it, and merge it with yours.`,
    );
}

/** Whether the header names the draft as it is now. @throws Problem invalid_request for what is no ETag at all */
export function isMeant(draft: DraftSummary, ifMatch: string | undefined): boolean {
  expectedVersion(ifMatch);
  return matchesEtag(ifMatch, draftEtag(draft));
}

/** @throws Problem version_conflict or precondition_required, where there is no draft yet */
export function checkBeginning(
  place: DocumentPlace,
  publishedVersion: number,
  ifMatch: string | undefined,
): void {
  const basedOn = expectedVersion(ifMatch);
  if (ifMatch !== undefined && DRAFT_ETAG.test(ifMatch))
    throw new Problem(
      'version_conflict',
      `That draft of ${place.service}/${place.layer} has ended: it was published or discarded.`,
    );
  checkPrecondition(publishedVersion === 0 ? undefined : { version: publishedVersion }, {
    ...place,
    basedOn,
  });
}

/** @throws Problem invalid_request for a version that is not published yet */
export function checkBase(baseVersion: number, publishedVersion: number): void {
  if (baseVersion <= publishedVersion) return;
  const message = `is not published; ${publishedVersion === 0 ? 'nothing is' : `version ${publishedVersion} is the newest`}`;
  throw new Problem('invalid_request', `The version ${baseVersion} ${message}.`, [
    { pointer: '/baseVersion', message },
  ]);
}

/** Who writes at it now joins those who did before. @throws Problem too_many */
export function contributorsWith(
  { contributors }: Pick<DraftRecord, 'contributors'>,
  { name, identity }: Pick<Actor, 'name' | 'identity'>,
): readonly Contributor[] {
  if (contributors.some((known) => known.identity === identity)) return contributors;
  if (contributors.length >= MAX_CONTRIBUTORS)
    throw new Problem(
      'too_many',
      `At most ${MAX_CONTRIBUTORS} people and tokens can save one draft: publish or discard it first.`,
    );
  return [...contributors, { name, identity }];
}

export function noDraft({ service, layer }: DocumentPlace): Problem {
  return new Problem('not_found', `There is no draft of ${service}/${layer}.`);
}
