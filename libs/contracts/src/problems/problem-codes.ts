/** Every way in which a request can fail. The code is stable; the words beside it are not. */
export const PROBLEMS = {
  malformed_request: { status: 400, title: 'The request is not well formed' },
  invalid_request: { status: 400, title: 'The request breaks the rules of this endpoint' },
  unauthenticated: { status: 401, title: 'A valid token is needed' },
  forbidden: { status: 403, title: 'This token may not do that' },
  not_found: { status: 404, title: 'There is no such thing here' },
  config_not_published: { status: 404, title: 'No configuration has been published here yet' },
  method_not_allowed: { status: 405, title: 'This resource does not take that method' },
  already_exists: { status: 409, title: 'That name is taken' },
  in_use: { status: 409, title: 'Something else still depends on it' },
  include_cycle: { status: 409, title: 'These services would include each other in a circle' },
  schema_breaks_config: { status: 409, title: 'A current configuration would break this schema' },
  version_conflict: { status: 412, title: 'Someone changed it first' },
  payload_too_large: { status: 413, title: 'The request is too large' },
  unsupported_media_type: { status: 415, title: 'Send JSON' },
  invalid_content: { status: 422, title: 'The configuration is not valid' },
  invalid_schema: { status: 422, title: 'The schema is not valid' },
  too_many: { status: 422, title: 'A limit on the number of things is reached' },
  idempotency_mismatch: { status: 422, title: 'This Idempotency-Key was used for another request' },
  precondition_required: { status: 428, title: 'If-Match is needed' },
  rate_limited: { status: 429, title: 'Too many requests' },
  internal: { status: 500, title: 'Something went wrong on our side' },
  storage_unavailable: { status: 503, title: 'The database cannot be reached' },
  validation_timeout: { status: 503, title: 'Validation took too long' },
  shutting_down: { status: 503, title: 'This process is stopping' },
} as const satisfies Record<string, { status: number; title: string }>;

export type ProblemCode = keyof typeof PROBLEMS;
