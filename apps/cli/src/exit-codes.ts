import type { ProblemCode } from '@binnacle/contracts';

/** What a script can tell apart. The numbers are stable. */
export const EXIT_CODES = {
  done: 0,
  failed: 1,
  /** The command itself, its arguments or its environment variables. */
  usage: 2,
  notAllowed: 3,
  notFound: 4,
  conflict: 5,
  notValid: 6,
  /** Again with `--confirm`, when that is meant. */
  confirm: 7,
  /** Again later. */
  unavailable: 8,
  /** Files and folders of this machine. */
  files: 9,
} as const;

type Exit = keyof typeof EXIT_CODES;

const EXITS: Readonly<Record<ProblemCode, Exit>> = {
  malformed_request: 'failed',
  invalid_request: 'notValid',
  unauthenticated: 'notAllowed',
  wrong_credentials: 'notAllowed',
  forbidden: 'notAllowed',
  own_change: 'notAllowed',
  not_found: 'notFound',
  config_not_published: 'notFound',
  method_not_allowed: 'failed',
  already_exists: 'conflict',
  already_member: 'conflict',
  in_use: 'conflict',
  include_cycle: 'notValid',
  schema_breaks_config: 'notValid',
  already_rotated: 'conflict',
  no_change: 'conflict',
  confirm_required: 'confirm',
  already_decided: 'conflict',
  version_conflict: 'conflict',
  payload_too_large: 'notValid',
  unsupported_media_type: 'failed',
  invalid_content: 'notValid',
  invalid_schema: 'notValid',
  too_many: 'notValid',
  idempotency_mismatch: 'conflict',
  precondition_required: 'conflict',
  rate_limited: 'unavailable',
  internal: 'failed',
  storage_unavailable: 'unavailable',
  secrets_unavailable: 'unavailable',
  validation_timeout: 'unavailable',
  busy: 'unavailable',
  shutting_down: 'unavailable',
};

export function exitCodeOf(code: ProblemCode): number {
  return EXIT_CODES[EXITS[code]];
}
