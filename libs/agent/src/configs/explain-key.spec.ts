import { explainLayers, mergeLayers, pointerTokens, SecretValue, type JsonObject } from '@binnacle/domain';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OnceLogger } from '../logger.js';
import { readCommandLine } from './command-line.js';
import { CONFIG_LAYERS, type ConfigLayer } from './config-layer.js';
import { readEnvironmentVariables } from './environment-variables.js';
import { explainKey } from './explain-key.js';
import { formatKey, valueAt } from './key-path.js';
import { resolveConfig } from './resolve-config.js';
import { SecretKeys } from './secret-keys.js';
import type { PublishedRevision } from './snapshot.js';

const json = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom(null, 1, 'x', true, [1], {}, []),
    fc.dictionary(fc.constantFrom('a', 'b', '__proto__', 'x.y', 'constructor'), tie('value'), { maxKeys: 3 }),
  ),
}));
const document = fc.dictionary(fc.constantFrom('a', 'b', 'c', '__proto__'), json.value, { maxKeys: 4 });

describe('what explain says', () => {
  it('agrees with the merge and with the explanation of the server, whatever the layers', () => {
    fc.assert(
      fc.property(fc.array(document, { minLength: 1, maxLength: 5 }), (contents) => {
        const layers = contents.map((content, index): ConfigLayer => ({
          layer: CONFIG_LAYERS[index] ?? 'defaults',
          source: String(index),
          // The first one has no nulls, as it has none below that they could remove.
          content:
            index === 0
              ? mergeLayers([{ label: '', content: content as JsonObject }])
              : (content as JsonObject),
        }));
        const labelled = layers.map(({ source, content }) => ({ label: source, content }));
        const merged = mergeLayers(labelled);
        for (const [pointer, label] of Object.entries(explainLayers(labelled))) {
          const segments = pointerTokens(pointer);
          const explanation = explainKey(layers, merged, new SecretKeys(), segments);
          expect(explanation?.source).toBe(label);
          expect(explanation?.key).toBe(formatKey(segments));
          expect(explanation?.value).toEqual(valueAt(merged, segments));
          // What it hides is what the layers below say there, and none of those above.
          for (const hidden of explanation?.hides ?? []) {
            expect(Number(hidden.source)).toBeLessThan(Number(label));
            expect(valueAt(layers[Number(hidden.source)]?.content, segments)).toEqual(hidden.value);
          }
        }
      }),
    );
  });

  const published: PublishedRevision = {
    epoch: 'e',
    revision: 7,
    hash: 'h',
    content: { pool: { max: 10 }, db: { password: { $secret: 'db' }, old: null }, gone: null },
    secrets: new Map([['db', new SecretValue('canary-plane')]]),
  };
  const silent = { info: () => {}, warn: () => {}, error: () => {} };
  const { snapshot } = resolveConfig(
    {
      defaults: { pool: { max: 1, min: 0 }, db: { password: 'canary-default', old: 1 }, gone: { a: 1 } },
      overrides: [
        ...readEnvironmentVariables({
          prefix: 'APP_',
          variables: { APP_POOL__MAX: '20', APP_DB__PASSWORD: 'canary-env' },
        }),
        ...readCommandLine(['--set', 'pool.max=30']),
      ],
      secretKeys: new SecretKeys(),
    },
    { file: { path: '/etc/shop.yaml', content: { pool: { max: 5 } } }, published, source: 'plane' },
    new OnceLogger(silent),
  );

  it('names the layer, where in it, and all that is hidden', () => {
    expect(snapshot.explain('pool.max')).toEqual({
      key: 'pool.max',
      value: 30,
      layer: 'commandLine',
      source: '--set pool.max',
      hides: [
        { layer: 'environment', source: 'APP_POOL__MAX', value: 20 },
        { layer: 'plane', source: 'revision 7', value: 10 },
        { layer: 'file', source: '/etc/shop.yaml', value: 5 },
        { layer: 'defaults', source: 'code', value: 1 },
      ],
    });
  });

  it('tells of an object by what is in it, of what was removed, and nothing of what never was', () => {
    const pool = snapshot.explain('pool');
    expect(pool).toMatchObject({ layer: 'commandLine', value: { max: 30, min: 0 }, hides: [] });
    expect(pool?.members?.map(({ key, layer }) => [key, layer])).toEqual([
      ['pool.max', 'commandLine'],
      ['pool.min', 'defaults'],
    ]);
    expect(snapshot.explain('db.old')).toMatchObject({
      value: undefined,
      layer: 'plane',
      hides: [{ value: 1 }],
    });
    expect(snapshot.explain('gone.a')).toMatchObject({
      value: undefined,
      layer: 'plane',
      hides: [{ value: 1 }],
    });
    expect(snapshot.explain('pool.nothing')).toBeUndefined();
    expect(snapshot.explain('pool.max.deeper')).toBeUndefined();
  });

  it('shows no secret, also not the one for development or the one of a variable', () => {
    const explanation = snapshot.explain('db.password');
    expect(explanation).toMatchObject({ layer: 'environment', source: 'APP_DB__PASSWORD' });
    expect(snapshot.secret('db.password')?.reveal()).toBe('canary-env');
    expect(explanation?.hides.map(({ layer, value }) => [layer, JSON.stringify(value)])).toEqual([
      ['plane', '{"$secret":"db"}'],
      ['defaults', '"[secret]"'],
    ]);
    expect(JSON.stringify(snapshot.explain(''))).not.toContain('canary');
  });

  it('shows nothing of the keys that the code calls secret, whatever sets or hides them', () => {
    const resolved = resolveConfig(
      {
        defaults: { db: { password: 'canary-default', pin: 1234 }, other: { token: 'canary-other' } },
        overrides: readEnvironmentVariables({
          prefix: 'APP_',
          variables: {
            APP_DB__PASSWORD: 'true',
            APP_NEW: 'canary-new',
            APP_OTHER: '{"token":"canary-json"}',
          },
        }),
        secretKeys: new SecretKeys(['db.password', 'db.pin', 'new', 'other.token', 'never']),
      },
      {
        file: { path: 'f', content: { db: { password: 'canary-file' } } },
        published: null,
        source: 'cache',
      },
      new OnceLogger(silent),
    );
    const read = (key: string) => resolved.snapshot.get<SecretValue>(key)?.reveal();
    expect(['db.password', 'db.pin', 'new', 'other.token', 'never'].map(read)).toEqual([
      'true',
      '1234',
      'canary-new',
      'canary-json',
      undefined,
    ]);
    expect(JSON.stringify([resolved.snapshot, resolved.snapshot.explain('')])).not.toMatch(/canary|1234/);
    const hiding = resolveConfig(
      {
        defaults: { db: { password: 'canary-default' } },
        overrides: [],
        secretKeys: new SecretKeys(['db.password']),
      },
      { file: { path: 'f', content: { db: 'none' } }, published: null, source: 'cache' },
      new OnceLogger(silent),
    ).snapshot;
    expect(hiding.explain('db')?.hides).toMatchObject([{ layer: 'defaults', value: { password: {} } }]);
    expect(JSON.stringify([hiding.explain('db'), hiding.explain('db.password')])).not.toContain('canary');
  });
});
