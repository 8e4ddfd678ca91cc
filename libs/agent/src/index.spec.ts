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
