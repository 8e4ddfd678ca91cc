import { globSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const ROOT = new URL('../../../../', import.meta.url);
/** Written like an action, and is none. */
const OTHERS: ReadonlySet<string> = new Set(['index.html', 'socket.io']);

function read(file: string): string {
  return readFileSync(new URL(file, ROOT), 'utf8');
}

function matches(text: string, pattern: RegExp): string[] {
  return [...text.matchAll(pattern)].map(([, match = '']) => match);
}

it('lists every action in docs/audit.md that the programs write, and no other', () => {
  const textsOf = (pattern: string): string[] =>
    globSync(pattern, { cwd: ROOT })
      .filter((file) => !file.endsWith('.spec.ts'))
      .map(read);
  const written = [
    ...textsOf('apps/{api,worker}/src/**/*.ts').flatMap((text) =>
      matches(text, /'([a-z]+\.[a-z]+(?:-[a-z]+)*)'/g),
    ),
    // The stores speak of columns in the same way.
    ...textsOf('libs/store/src/**/*.ts').flatMap((text) => matches(text, /action: '([a-z]+\.[a-z.-]+)'/g)),
  ].filter((word) => !OTHERS.has(word));
  const [, section = ''] = /^## Actions\n([^]*?)^## /m.exec(read('docs/audit.md')) ?? [];
  const listed = matches(section, /^\| `([a-z.-]+)`/gm);
  expect(listed.length).toBeGreaterThan(40);
  expect(listed.toSorted()).toEqual([...new Set(written)].toSorted());
});
