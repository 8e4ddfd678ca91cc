import type { ApprovalBody, RejectedApprovalBody } from '@binnacle/contracts';
import type { DocumentPins, SecretPins } from '@binnacle/domain';
import type { ApprovalRecord } from '@binnacle/store';

type SecretChange = { readonly name: string; readonly from: number | null; readonly to: number | null };

export function toApprovalView(record: ApprovalRecord): ApprovalBody {
  const { id, service, environment, revision, state, message, author, decidedBy, comment } = record;
  const createdAt = record.createdAt.toISOString();
  const decidedAt = record.decidedAt?.toISOString() ?? null;
  return {
    id,
    service,
    environment,
    revision,
    state,
    message,
    author,
    createdAt,
    decidedBy,
    decidedAt,
    comment,
  };
}

/** Secrets of which another version is referred to, by name. */
export function secretChanges(from: SecretPins, to: SecretPins): SecretChange[] {
  const names = [...new Set([...Object.keys(from), ...Object.keys(to)])].sort();
  const versionIn = (pins: SecretPins, name: string) =>
    Object.hasOwn(pins, name) ? (pins[name] ?? null) : null;
  return names
    .map((name) => ({ name, from: versionIn(from, name), to: versionIn(to, name) }))
    .filter((change) => change.from !== change.to);
}

/** The secrets of which a revision has a newer version than agents run. One that they do not have goes with its document. */
export function stillSet(released: SecretPins, rejected: SecretPins): RejectedApprovalBody['secrets'] {
  return secretChanges(released, rejected).flatMap(({ name, from, to }) =>
    from === null || to === null ? [] : [{ name, version: to, released: from }],
  );
}

/** The documents of which a revision has another version than agents run. */
export function stillPublished(
  released: DocumentPins,
  rejected: DocumentPins,
): RejectedApprovalBody['stillPublished'] {
  return Object.entries(rejected)
    .filter(([document, version]) => released[document] !== version)
    .map(([document, version]) => {
      const [service = '', layer = ''] = document.split('/');
      return { service, layer, version, released: released[document] ?? null };
    });
}
