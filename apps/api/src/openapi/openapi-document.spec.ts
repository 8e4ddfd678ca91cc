import { beforeAll, expect, it } from 'vitest';
import type { OpenAPIObject } from '@nestjs/swagger';
import { printOpenApi } from './print-openapi.js';

let paths: OpenAPIObject['paths'];

beforeAll(async () => {
  ({ paths } = await printOpenApi());
}, 60_000);

function csrfHeaderOf(path: string, method: 'get' | 'put' | 'post' | 'patch' | 'delete') {
  const operation = paths[`/api/v1${path}`]?.[method];
  if (operation === undefined) throw new Error(`there is no ${method} ${path}`);
  return operation.parameters?.find((each) => 'name' in each && each.name === 'x-csrf-token');
}

it('asks for the header of sessions where something may change, and must where only a session will do', () => {
  expect(csrfHeaderOf('/session/password', 'put')).toMatchObject({ in: 'header', required: true });
  for (const [path, method] of [
    ['/services', 'post'],
    ['/services/{service}', 'patch'],
    ['/services/{service}', 'delete'],
    ['/services/{service}/environments/{environment}/secrets/{name}', 'put'],
  ] as const)
    expect(csrfHeaderOf(path, method)).toMatchObject({ in: 'header', required: false });
});

it('asks nobody for it who only reads, or has no session yet', () => {
  expect(csrfHeaderOf('/session', 'get')).toBeUndefined();
  expect(csrfHeaderOf('/services', 'get')).toBeUndefined();
  expect(csrfHeaderOf('/session', 'post')).toBeUndefined();
  expect(csrfHeaderOf('/password-resets/use', 'post')).toBeUndefined();
});

it('takes a session wherever a token will do', () => {
  expect(paths['/api/v1/services']?.post?.security).toEqual([{ bearer: [] }, { session: [] }]);
  expect(paths['/api/v1/session/password']?.put?.security).toEqual([{ session: [] }]);
});
