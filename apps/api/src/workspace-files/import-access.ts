import {
  type FieldError,
  grantedEnvironments,
  grantsAllow,
  parseWorkspacePath,
  type Permission,
  Problem,
  type Touched,
  type WorkspaceFileBody,
} from '@binnacle/contracts';
import { BASE_LAYER } from '@binnacle/domain';
import { describeErrors } from '../http/describe-errors.js';
import type { Principal } from '../access/principal.js';
import type { ImportPlan } from './plan-import.js';
import { filePointer } from './read-files.js';

const EVERYTHING: Touched = { service: undefined, environment: undefined };
const MAX_ERRORS = 50;

type Ask = readonly [permission: Permission, touched: Touched, index: number];

/**
 * Whether somebody may read what the files are about: whether a file differs is an answer, too.
 *
 * @throws Problem forbidden, which names the files
 */
export function mustMayCompare(principal: Principal, files: readonly WorkspaceFileBody[]): void {
  const asks = files.flatMap(({ path: text }, index): Ask[] => {
    const path = parseWorkspacePath(text);
    switch (path?.kind) {
      case undefined:
        return [];
      case 'environments':
        return [['services:read', EVERYTHING, index]];
      case 'service':
        return [['services:read', { service: path.service, environment: undefined }, index]];
      case 'schema':
        return [['config:read', { service: path.service, environment: undefined }, index]];
      case 'document':
        return [['config:read', touchedBy(path), index]];
    }
  });
  mustMay(principal, asks);
}

/**
 * Asks for all that the plan does what doing it alone would ask.
 *
 * @throws Problem forbidden, which names the files
 */
export function mustMayImport(principal: Principal, plan: ImportPlan): void {
  const { environments, services, schemas, documents } = plan;
  mustMay(principal, [
    ...(environments === undefined ? [] : [['environments:write', EVERYTHING, environments.index] as const]),
    ...services.flatMap(({ name, file, before, changesIncludes, addedIncludes }): Ask[] => {
      const own = { service: name, environment: undefined };
      return [
        ['services:write', before === undefined ? EVERYTHING : own, file.index],
        // Including a service changes configs, as publishing does, and shows all that the included one holds.
        ...(changesIncludes ? [['config:publish', own, file.index] as const] : []),
        ...addedIncludes
          .filter((included) => grantedEnvironments(principal.grants, 'config:read', included) !== 'all')
          .map((included): Ask => [
            'config:read',
            { service: included, environment: ALL_OF_THEM },
            file.index,
          ]),
      ];
    }),
    ...schemas.map(({ service, file }): Ask => [
      'schemas:write',
      { service, environment: undefined },
      file.index,
    ]),
    ...documents.map(({ file }): Ask => ['config:publish', touchedBy(file.content), file.index]),
  ]);
}

/** The name of no environment: only who is not narrowed to some has it. */
const ALL_OF_THEM = '*';

function mustMay({ grants }: Principal, asks: readonly Ask[]): void {
  const refused = asks.filter(([permission, touched]) => !grantsAllow(grants, permission, touched));
  const [first] = refused;
  if (first === undefined) return;
  const errors = refused.slice(0, MAX_ERRORS).map(([permission, , index]): FieldError => ({
    pointer: filePointer(index),
    message: `takes ${permission} there`,
  }));
  throw new Problem('forbidden', describeErrors(errors, 'That is not allowed.'), errors, first[1]);
}

function touchedBy({ service, layer }: { readonly service: string; readonly layer: string }): Touched {
  return { service, environment: layer === BASE_LAYER ? undefined : layer };
}
