import { BASE_LAYER } from '@binnacle/domain';
import type { ConfigTree, NewDocumentVersion, SqlMutation } from '@binnacle/store';
import type { CompareAnswer } from './content-task.js';
import { type DocumentChange, documentName, nextVersion } from './document-change.js';
import type { ReleasedRevision } from './release.service.js';

/** What it is published with. */
interface Occasion {
  readonly action: string;
  readonly message: string;
  readonly changeSet?: string | undefined;
}

/** A change as the version that is to be kept. */
export function newVersion(
  tree: ConfigTree,
  change: DocumentChange,
  { message, changeSet }: Occasion,
  comparison: CompareAnswer | undefined,
): NewDocumentVersion {
  const { service, layer, prepared, contributors = [] } = change;
  const { canonical, hash, format, source } = prepared;
  const number = nextVersion(tree, change);
  const counts = comparison?.change.counts;
  return {
    service,
    layer,
    number,
    format,
    source,
    canonical,
    hash,
    message,
    contributors,
    changeSet,
    change: counts,
  };
}

/** The entry of one document, with what changed in it. */
export function auditPublish(
  mutation: SqlMutation,
  change: DocumentChange,
  { action, message, changeSet }: Occasion,
  {
    diff,
    ...published
  }: {
    readonly version: number;
    readonly revisions: readonly ReleasedRevision[];
    readonly diff: CompareAnswer['diff'] | undefined;
  },
): void {
  const { service, layer, prepared, contributors = [] } = change;
  mutation.audit({
    action,
    target: `document:${documentName(change)}`,
    service,
    ...(layer === BASE_LAYER ? {} : { environment: layer }),
    detail: {
      ...published,
      hash: prepared.hash,
      message,
      diff,
      ...(changeSet === undefined ? {} : { changeSet }),
      ...(contributors.length === 0 ? {} : { contributors: contributors.map(({ name }) => name) }),
    },
  });
}
