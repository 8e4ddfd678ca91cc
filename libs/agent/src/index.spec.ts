import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { SDK } from './agents/wire.js';
import { CircuitOpenError } from './index.js';

const root = new URL('.', import.meta.url);

it('names its version as its package does', () => {
  const { version } = JSON.parse(readFileSync(new URL('../package.json', root), 'utf8')) as {
    version: string;
  };
  expect(SDK).toBe(`binnacle-node/${version}`);
});

it('takes nothing but types from the contracts, so that services do not load their schemas', () => {
  const sources = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter(
    (name) => name.endsWith('.ts') && !name.endsWith('.spec.ts'),
  );
  expect(sources.length).toBeGreaterThan(20);
  for (const name of sources) {
    const imports =
      readFileSync(new URL(name, root), 'utf8').match(/import[^;]*from '@binnacle\/contracts'/g) ?? [];
    expect(imports.filter((line) => !line.startsWith('import type'))).toEqual([]);
  }
});

it('tells its error apart from others, also across copies of the package', () => {
  const foreign = Object.assign(new Error('x'), { [Symbol.for('binnacle.agent.CircuitOpenError')]: true });
  expect(
    [new CircuitOpenError('b', 'open'), foreign, new Error('x'), null].map(CircuitOpenError.isInstance),
  ).toEqual([true, true, false, false]);
});

/** The packages that a file and all that it imports of this package's own ask for. */
function packagesOf(entry: string): string[] {
  const files = new Set([new URL(entry, root).href]);
  const packages = new Set<string>();
  for (const file of files) {
    const source = readFileSync(new URL(file), 'utf8');
    for (const [, typeOnly, name = ''] of source.matchAll(
      /^(?:import |export )(type )?(?:[^;=()]*? from )?'([^']+)';/gm,
    )) {
      if (name.startsWith('.')) files.add(new URL(name.replace(/\.js$/, '.ts'), file).href);
      else if (typeOnly === undefined && !name.startsWith('node:')) packages.add(name);
    }
    // Nothing is loaded later either.
    expect(source).not.toMatch(/\b(?:import|require)\(/);
  }
  return [...packages].sort();
}

it('loads neither NestJS nor a schema library for a service that has none', () => {
  const own = ['@binnacle/domain', '@binnacle/domain/parse-content', 'socket.io-client'];
  expect(packagesOf('index.ts')).toEqual(own);
  expect(packagesOf('testing/test-agent.ts')).toEqual(own);
  expect(packagesOf('type-generator/type-from-schema.ts')).toEqual(['@binnacle/domain']);
  expect(packagesOf('nestjs/exports.ts')).toEqual(['@nestjs/common', ...own].sort());
});
