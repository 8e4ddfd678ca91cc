import { type CanActivate, type ExecutionContext, Injectable, type Type } from '@nestjs/common';
import { ROUTE_ARGS_METADATA } from '@nestjs/common/constants.js';
import { RouteParamtypes } from '@nestjs/common/enums/route-paramtypes.enum.js';
import type { FastifyRequest } from 'fastify';
import { Problem } from '@binnacle/contracts';
import { appendPointer } from '@binnacle/domain';
import { isInTable } from './route-access.js';

/**
 * Refuses a query where the route takes none. Elsewhere its schema refuses what it does not know; without a schema
 * nobody would, and what somebody asked for would be passed over in silence.
 */
@Injectable()
export class QueryGuard implements CanActivate {
  private readonly takingQuery = new Map<unknown, boolean>();

  canActivate(context: ExecutionContext): boolean {
    if (context.getType() !== 'http') return true;
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const [field] = Object.keys(request.query as object);
    if (field === undefined || !isInTable(request.routeOptions.url ?? '') || this.takesQuery(context))
      return true;
    const pointer = appendPointer('', field);
    const message = 'is not a field that is known here';
    throw new Problem('invalid_request', `${pointer}: ${message}`, [{ pointer, message }]);
  }

  private takesQuery(context: ExecutionContext): boolean {
    const handler = context.getHandler();
    const known = this.takingQuery.get(handler);
    if (known !== undefined) return known;
    const takes = hasQueryParameter(context.getClass(), handler.name);
    this.takingQuery.set(handler, takes);
    return takes;
  }
}

/** Nest keeps the parameters of a handler by `type:index`. */
function hasQueryParameter(controller: Type, handler: string): boolean {
  const parameters = Reflect.getMetadata(ROUTE_ARGS_METADATA, controller, handler) as object | undefined;
  return Object.keys(parameters ?? {}).some((key) => key.startsWith(`${RouteParamtypes.QUERY}:`));
}
