import type {
  AGENTS_NAMESPACE as Namespace,
  HEARTBEAT_MS as HeartbeatMs,
  MAX_AGENT_MESSAGE_BYTES as MaxBytes,
  MAX_CHECKS as MaxChecks,
} from '@binnacle/contracts';

// Restated, so that a service does not load the schemas of the contracts; the types keep the two equal.
export const AGENTS_NAMESPACE = '/agents' satisfies typeof Namespace;
export const HEARTBEAT_MS = 5_000 satisfies typeof HeartbeatMs;
export const MAX_AGENT_MESSAGE_BYTES = 131_072 satisfies typeof MaxBytes;
export const MAX_CHECKS = 100 satisfies typeof MaxChecks;
export const MAX_REASON_CHARACTERS = 1_000;

/** Names this SDK in the handshake; equals the version in package.json. */
export const SDK = 'binnacle-node/0.1.0';
