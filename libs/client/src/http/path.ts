import { Problem } from '@binnacle/contracts';

/**
 * A path with its names encoded, so that none can reach out of its segment.
 *
 * @example path`services/${'orders'}/schema`
 */
export function path(parts: TemplateStringsArray, ...names: readonly (string | number)[]): string {
  return String.raw({ raw: parts }, ...names.map((name) => encode(String(name))));
}

/** A URL drops `.` and `..` also when they are encoded, and would then mean another resource. */
function encode(name: string): string {
  if (name === '' || name === '.' || name === '..')
    throw new Problem('invalid_request', `${JSON.stringify(name)} is not a name.`);
  return encodeURIComponent(name);
}
