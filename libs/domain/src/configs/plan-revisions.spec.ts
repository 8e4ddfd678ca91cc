import { describe, expect, it } from 'vitest';
import { canonicalJson } from './canonical-json.js';
import type { ConfigSource } from './config-layers.js';
import { contentHash } from './content-hash.js';
import type { JsonObject } from './json.js';
import { type ConfigHead, planRevisions } from './plan-revisions.js';

const hashOf = (content: JsonObject) => contentHash(canonicalJson(content));

function plan(documents: Record<string, JsonObject>, heads: Record<string, ConfigHead> = {}) {
  const source: ConfigSource = {
    includes: [],
    documents: new Map(Object.entries(documents).map(([layer, content]) => [layer, { version: 3, content }])),
  };
  return planRevisions({
    services: ['shop'],
    environments: ['dev', 'prod'],
    sources: new Map([['shop', source]]),
    headOf: (_service, environment) => heads[environment],
  });
}

describe('planRevisions', () => {
  it('makes the first revision wherever there is a layer', () => {
    expect(plan({ base: { port: 1 }, prod: { port: 2 } })).toMatchObject([
      { environment: 'dev', revision: 1, content: { port: 1 }, layers: { 'shop/base': 3 } },
      { environment: 'prod', revision: 1, content: { port: 2 }, layers: { 'shop/base': 3, 'shop/prod': 3 } },
    ]);
    expect(plan({ prod: { port: 2 } })).toMatchObject([{ environment: 'prod' }]);
  });

  it('makes one only where the effective config changed, with the next number', () => {
    const heads = {
      dev: { revision: 4, hash: hashOf({ port: 1 }) },
      prod: { revision: 7, hash: hashOf({ port: 9 }) },
    };
    expect(plan({ base: { port: 1 } }, heads)).toMatchObject([
      { environment: 'prod', revision: 8, hash: hashOf({ port: 1 }), canonical: '{"port":1}' },
    ]);
  });

  it('removes what an overlay sets to null', () => {
    expect(
      plan({ base: { a: 1, b: { c: 2, d: 3 } }, prod: { a: null, b: { c: null } } })[1]?.content,
    ).toEqual({
      b: { d: 3 },
    });
  });
});
