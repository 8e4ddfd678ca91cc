import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { collectLayers, type ConfigSource, findIncludeProblem, MAX_INCLUDE_DEPTH } from './config-layers.js';

function source(includes: string[], ...layers: string[]): ConfigSource {
  return {
    includes,
    documents: new Map(
      layers.map((layer, index) => [layer, { version: index + 1, content: { from: layer } }]),
    ),
  };
}

const labels = (sources: Map<string, ConfigSource>, service: string, environment: string) =>
  collectLayers(sources, service, environment).map(({ label, document }) => `${label} ${document}`);

describe('collectLayers', () => {
  it('puts included services first, each after what it includes, then base, then the overlay', () => {
    const sources = new Map([
      ['shop', source(['logging', 'database'], 'base', 'prod', 'dev')],
      ['logging', source([], 'base', 'prod')],
      ['database', source(['network'], 'base')],
      ['network', source([], 'prod')],
    ]);
    expect(labels(sources, 'shop', 'prod')).toEqual([
      'include:logging logging/base',
      'include:logging logging/prod',
      'include:network network/prod',
      'include:database database/base',
      'base shop/base',
      'prod shop/prod',
    ]);
  });

  it('counts a service that is included twice once, at its first place', () => {
    const sources = new Map([
      ['shop', source(['a', 'b'], 'base')],
      ['a', source(['common'], 'base')],
      ['b', source(['common'], 'base')],
      ['common', source([], 'base')],
    ]);
    expect(labels(sources, 'shop', 'dev')).toEqual([
      'include:common common/base',
      'include:a a/base',
      'include:b b/base',
      'base shop/base',
    ]);
  });

  it('has nothing for a service without documents', () => {
    expect(labels(new Map([['shop', source([])]]), 'shop', 'dev')).toEqual([]);
  });
});

describe('findIncludeProblem', () => {
  it('names the circle', () => {
    const includes = new Map([
      ['a', ['b']],
      ['b', ['c']],
      ['c', ['a']],
    ]);
    expect(findIncludeProblem(includes, 'a')).toEqual(['a', 'b', 'c', 'a']);
  });

  it('allows a chain of the greatest depth and refuses a longer one', () => {
    const chain = (length: number) =>
      new Map(Array.from({ length }, (_, index) => [`s${index}`, [`s${index + 1}`]] as const));
    expect(findIncludeProblem(chain(MAX_INCLUDE_DEPTH), 's0')).toBeUndefined();
    expect(findIncludeProblem(chain(MAX_INCLUDE_DEPTH + 1), 's0')).toHaveLength(MAX_INCLUDE_DEPTH + 2);
  });

  it('takes no longer than the includes are many, however they are tangled', () => {
    const width = 12;
    const includes = new Map<string, string[]>();
    for (let level = 0; level < MAX_INCLUDE_DEPTH; level++) {
      for (let index = 0; index < width; index++) {
        includes.set(
          `l${level}-${index}`,
          Array.from({ length: width }, (_, next) => `l${level + 1}-${next}`),
        );
      }
    }
    expect(findIncludeProblem(includes, 'l0-0')).toBeUndefined();
  });

  it('finds a problem exactly when a plain search of all ways does', () => {
    const graph = fc.dictionary(
      fc.constantFrom('a', 'b', 'c', 'd', 'e'),
      fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd', 'e')),
    );
    fc.assert(
      fc.property(graph, (edges) => {
        const includes = new Map(Object.entries(edges));
        const reachesCircle = (path: string[]): boolean =>
          (includes.get(path.at(-1) ?? '') ?? []).some(
            (next) => path.includes(next) || reachesCircle([...path, next]),
          );
        expect(findIncludeProblem(includes, 'a') !== undefined).toBe(reachesCircle(['a']));
      }),
    );
  });
});
