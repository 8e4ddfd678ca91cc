import { Problem } from '@binnacle/contracts';
import type { Mutation, TokenScope, TokenStore } from '@binnacle/store';

type Limits = Pick<TokenScope, 'services' | 'environments'>;

const FIELDS = ['services', 'environments'] as const;

/**
 * Whether all that a token, or the grants of a person, are limited to is there.
 *
 * @param at JSON Pointer of the list that these are in; empty for one alone, which is the request itself
 * @throws Problem invalid_request that points at every name of nothing
 */
export async function requireExisting(
  tokens: TokenStore,
  mutation: Mutation,
  limits: readonly Limits[],
  at = '',
): Promise<void> {
  const namesIn = (field: keyof Limits) => [...new Set(limits.flatMap((each) => each[field]))];
  const named = { services: namesIn('services'), environments: namesIn('environments') };
  const unknown = await tokens.unknownNames(mutation, named);
  const errors = limits.flatMap((each, index) =>
    FIELDS.flatMap((field) =>
      each[field].flatMap((name, position) =>
        unknown[field].includes(name)
          ? [
              {
                pointer: `${at === '' ? '' : `${at}/${index}`}/${field}/${position}`,
                message: 'does not exist',
              },
            ]
          : [],
      ),
    ),
  );
  if (errors.length > 0)
    throw new Problem('invalid_request', 'Access can be limited to what exists only.', errors);
}
