import { describe, expect, it } from 'vitest';
import { canonicalJson } from './canonical-json.js';
import type { ConfigSource } from './config-layers.js';
import { contentHash } from './content-hash.js';
import type { JsonObject } from './json.js';
import { type ConfigHead, type HeadRelease, planRevisions, type SecretPins } from './plan-revisions.js';

const hashOf = (content: JsonObject) => contentHash(canonicalJson(content));
const RELEASED: HeadRelease = { state: 'released' };

interface Given {
  readonly heads?: Record<string, ConfigHead>;
  readonly secrets?: SecretPins;
  readonly mustWait?: boolean;
  readonly version?: number;
}

function plan(
  documents: Record<string, JsonObject>,
  { heads = {}, secrets = {}, mustWait = false, version = 3 }: Given = {},
) {
  const source: ConfigSource = {
    includes: [],
    documents: new Map(Object.entries(documents).map(([layer, content]) => [layer, { version, content }])),
  };
  return planRevisions({
    services: ['shop'],
    environments: ['dev', 'prod'],
    sources: new Map([['shop', source]]),
    headOf: (_service, environment) => heads[environment],
    secretVersionOf: (_service, _environment, name) =>
      Object.hasOwn(secrets, name) ? secrets[name] : undefined,
    mustWait: () => mustWait,
  });
}

function headOf(content: JsonObject, revision: number, fields: Partial<ConfigHead> = {}): ConfigHead {
  return { revision, hash: hashOf(content), secrets: {}, release: RELEASED, ...fields };
}

describe('planRevisions', () => {
  it('makes the first revision wherever there is a layer', () => {
    expect(plan({ base: { port: 1 }, prod: { port: 2 } })).toMatchObject([
      { environment: 'dev', revision: 1, canonical: '{"port":1}', layers: { 'shop/base': 3 } },
      {
        environment: 'prod',
        revision: 1,
        canonical: '{"port":2}',
        layers: { 'shop/base': 3, 'shop/prod': 3 },
      },
    ]);
    expect(plan({ prod: { port: 2 } })).toMatchObject([{ environment: 'prod' }]);
  });

  it('makes one only where the effective config changed, with the next number', () => {
    const heads = { dev: headOf({ port: 1 }, 4), prod: headOf({ port: 9 }, 7) };
    expect(plan({ base: { port: 1 } }, { heads })).toMatchObject([
      { environment: 'prod', revision: 8, hash: hashOf({ port: 1 }), canonical: '{"port":1}', isLive: false },
    ]);
  });

  it('removes what an overlay sets to null', () => {
    expect(
      plan({ base: { a: 1, b: { c: 2, d: 3 } }, prod: { a: null, b: { c: null } } })[1]?.canonical,
    ).toEqual('{"b":{"d":3}}');
  });
});

describe('planRevisions with secrets', () => {
  const content = { password: { $secret: 'db' } };

  it('pins the version of every secret that is referred to', () => {
    const [planned] = plan({ dev: content }, { secrets: { db: 4, other: 1 } });
    expect(planned).toMatchObject({ secrets: { db: 4 }, faults: [] });
  });

  it('makes a revision for a new version of a secret, though the content is the same', () => {
    const head = headOf(content, 5, { secrets: { db: 4 } });
    expect(plan({ dev: content }, { secrets: { db: 4 }, heads: { dev: head } })).toEqual([]);
    expect(plan({ dev: content }, { secrets: { db: 5 }, heads: { dev: head } })).toMatchObject([
      { revision: 6, secrets: { db: 5 }, hash: head.hash },
    ]);
  });

  it('finds fault with a secret that does not exist, also one called like a part of every object', () => {
    for (const name of ['db', 'constructor']) {
      const [planned] = plan({ dev: { password: { $secret: name } } });
      expect(planned?.faults).toEqual([
        { pointer: '/password', message: `refers to the secret ${name}, which does not exist` },
      ]);
    }
    const [malformed] = plan({ dev: { password: { $secret: 'db', port: 1 } } }, { secrets: { db: 1 } });
    expect(malformed?.faults).toMatchObject([{ pointer: '/password' }]);
  });
});

describe('planRevisions where a revision waits or was refused', () => {
  const live = { hash: hashOf({ port: 1 }), secrets: {} };
  const layers = { 'shop/prod': 3 };
  const waiting = headOf({ port: 2 }, 8, { release: { state: 'waiting', layers, live } });
  const refused = headOf({ port: 2 }, 8, { release: { state: 'refused', layers, live } });

  it('goes on from the newest, and says that what waited has fallen', () => {
    const changed = { prod: { port: 3 } };
    expect(plan(changed, { heads: { prod: waiting }, mustWait: true })).toMatchObject([
      { revision: 9, supersedes: true, isLive: false },
    ]);
    expect(plan(changed, { heads: { prod: refused }, mustWait: true })).toMatchObject([
      { revision: 9, supersedes: false, isLive: false },
    ]);
  });

  it('knows when the new one is what agents run already', () => {
    const back = { prod: { port: 1 } };
    for (const head of [waiting, refused])
      expect(plan(back, { heads: { prod: head }, mustWait: true })).toMatchObject([
        { revision: 9, isLive: true },
      ]);
    const never = headOf({ port: 2 }, 1, { release: { state: 'waiting', layers, live: undefined } });
    expect(plan(back, { heads: { prod: never }, mustWait: true })).toMatchObject([{ isLive: false }]);
    const otherSecrets = { ...live, secrets: { db: 1 } };
    const head = headOf({ port: 2 }, 8, { release: { state: 'waiting', layers, live: otherSecrets } });
    expect(plan(back, { heads: { prod: head }, mustWait: true })).toMatchObject([{ isLive: false }]);
  });

  it('asks once more for what was refused only when it was published once more', () => {
    const same = { prod: { port: 2 } };
    const given = { heads: { prod: refused }, mustWait: true };
    expect(plan(same, { ...given, version: 3 })).toEqual([]);
    expect(plan(same, { ...given, version: 4 })).toMatchObject([{ revision: 9, isLive: false }]);
  });

  it('lets the same content wait as it is, unless nothing has to wait any more', () => {
    const same = { prod: { port: 2 } };
    expect(plan(same, { heads: { prod: waiting }, mustWait: true, version: 4 })).toEqual([]);
    expect(plan(same, { heads: { prod: waiting }, mustWait: false, version: 3 })).toEqual([]);
    expect(plan(same, { heads: { prod: waiting }, mustWait: false, version: 4 })).toMatchObject([
      { revision: 9, supersedes: true },
    ]);
  });
});
