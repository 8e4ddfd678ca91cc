import { applyDecorators, SetMetadata } from '@nestjs/common';
import { ApiBearerAuth } from '@nestjs/swagger';
import type { Permission } from '@binnacle/contracts';

export const NEEDS = Symbol('needs');
export const PUBLIC = Symbol('public');

/** What a route asks of its caller. A route with neither this nor @Public is refused to everybody. */
export function Needs(permission: Permission): MethodDecorator {
  return applyDecorators(SetMetadata(NEEDS, permission), ApiBearerAuth());
}

/** Answers without a token. */
export function Public(): MethodDecorator & ClassDecorator {
  return SetMetadata(PUBLIC, true);
}
