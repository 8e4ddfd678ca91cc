import {
  findSecretReferences,
  type SecretReference,
  type SecretReferences,
} from '../secrets/secret-reference.js';
import { canonicalJson } from './canonical-json.js';
import { contentHash } from './content-hash.js';
import { type ChangeCounts, countChanges, countLeaves } from './count-changes.js';
import { type Layer, mergeLayers } from './effective-config.js';
import { findPublishGates, type PublishGate } from './publish-gates.js';

/** An effective config as text, with what it refers to. */
export interface ComposedConfig {
  /** Canonical JSON (RFC 8785), and its SHA-256. */
  readonly canonical: string;
  readonly hash: string;
  /** References to secrets, and objects that only look like some. */
  readonly secrets: SecretReferences;
}

/** The effective config of these layers, lowest first. */
export function composeConfig(layers: readonly Layer[]): ComposedConfig {
  const content = mergeLayers(layers);
  const canonical = canonicalJson(content);
  return { canonical, hash: contentHash(canonical), secrets: findSecretReferences(content, canonical) };
}

/** An effective config, and what lies between it and the one before. */
export interface RecomposedConfig extends ComposedConfig {
  readonly change: ContentChange;
  /** The references of the one before. */
  readonly heldReferences: readonly SecretReference[];
}

/** How much of a content changes, and what has to be confirmed of that. */
export interface ContentChange {
  readonly counts: ChangeCounts;
  readonly gates: readonly PublishGate[];
}

const NO_CHANGE: ContentChange = { counts: { added: 0, changed: 0, removed: 0 }, gates: [] };

/**
 * The effective config of these layers, compared with that of the layers before. Where there were none, nothing has to be
 * confirmed.
 */
export function recomposeConfig(before: readonly Layer[], after: readonly Layer[]): RecomposedConfig {
  const contentBefore = mergeLayers(before);
  const content = mergeLayers(after);
  const canonicalBefore = canonicalJson(contentBefore);
  const canonical = canonicalJson(content);
  return {
    canonical,
    hash: contentHash(canonical),
    secrets: findSecretReferences(content, canonical),
    change:
      canonical === canonicalBefore
        ? NO_CHANGE
        : measureChange(
            { content: contentBefore, canonical: canonicalBefore },
            { content, canonical },
            before.length > 0,
          ),
    heldReferences: findSecretReferences(contentBefore, canonicalBefore).references,
  };
}

interface Written {
  readonly content: Layer['content'];
  readonly canonical: string;
}

/** @param isLive whether something is published that could be lost */
export function measureChange(before: Written, after: Written, isLive: boolean): ContentChange {
  const counts = countChanges(before.content, after.content);
  if (!isLive) return { counts, gates: [] };
  const gates = findPublishGates(sizeOf(before), sizeOf(after), counts);
  return { counts, gates };
}

function sizeOf({ content, canonical }: Written) {
  return { leaves: countLeaves(content), characters: canonical.length };
}
