import type { FastifyRequest } from 'fastify';
import { type FieldError, Problem } from '@binnacle/contracts';
import { describeErrors } from './describe-errors.js';

/** A path with a name that nothing can have: there is no such thing. */
export class InvalidPath extends Problem {
  constructor(override readonly errors: readonly FieldError[]) {
    super(
      'not_found',
      `There can be no such thing: ${describeErrors(errors, 'its name is not valid')}`,
      errors,
    );
  }

  /** Who puts something under a name that it cannot have asks for what is wrong, not for what is missing. */
  answerTo({ method, routeOptions }: Pick<FastifyRequest, 'method' | 'routeOptions'>): Problem {
    const last = /\/:([^/]+)$/.exec(routeOptions.url ?? '')?.[1];
    const isOfNewThing = method === 'PUT' && this.errors.every(({ pointer }) => pointer === `/${last}`);
    if (!isOfNewThing) return this;
    return new Problem('invalid_request', describeErrors(this.errors, 'Its name is not valid.'), this.errors);
  }
}
