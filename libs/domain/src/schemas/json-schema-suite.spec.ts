import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isJsonObject, type Json } from '../configs/json.js';
import { compileSchema } from './compile-schema.js';

const SUITE = join(import.meta.dirname, '../../../../test/vectors/json-schema');
/** How many of the suite's tests get the answer that it wants. */
const DRAFTS = [
  ['draft4', 'http://json-schema.org/draft-04/schema#', { passed: 583, total: 618 }],
  ['draft7', 'http://json-schema.org/draft-07/schema#', { passed: 842, total: 927 }],
  ['draft2020-12', 'https://json-schema.org/draft/2020-12/schema', { passed: 1100, total: 1299 }],
] as const;

interface SuiteCase {
  readonly description: string;
  readonly schema: Json;
  readonly tests: readonly { readonly description: string; readonly data: Json; readonly valid: boolean }[];
}

function read<Content>(...place: string[]): Content {
  return JSON.parse(readFileSync(join(SUITE, ...place), 'utf8')) as Content;
}

/** A schema that names no draft is of 2020-12 here; the suite means that of its folder. */
function inDraft(schema: Json, uri: string): Json {
  return isJsonObject(schema) && !Object.hasOwn(schema, '$schema') ? { $schema: uri, ...schema } : schema;
}

/** Names of the cases whose schema is refused, and of the tests that get another answer. */
function deviations(draft: string, uri: string) {
  const found: string[] = [];
  let [passed, total] = [0, 0];
  for (const file of readdirSync(join(SUITE, draft))) {
    for (const { description, schema, tests } of read<SuiteCase[]>(draft, file)) {
      const name = `${draft}/${file}: ${description}`;
      const compiled = compileSchema(inDraft(schema, uri));
      total += tests.length;
      if (!compiled.ok) {
        found.push(name);
        continue;
      }
      for (const test of tests) {
        if ((compiled.validate(test.data).length === 0) === test.valid) passed += 1;
        else found.push(`${name} | ${test.description}`);
      }
    }
  }
  return { found, share: { passed, total } };
}

describe('the official JSON Schema test suite', () => {
  const exceptions = read<Record<string, string[]>>('exceptions.json');

  it.each(DRAFTS)(
    'of %s gets the answers that it wants, but for the exceptions that are listed',
    (draft, uri, share) => {
      const outcome = deviations(draft, uri);
      const percent = ((100 * outcome.share.passed) / outcome.share.total).toFixed(1);
      process.stdout.write(
        `JSON Schema test suite, ${draft}: ${percent} % of ${outcome.share.total} tests\n`,
      );
      const listed = Object.values(exceptions)
        .flat()
        .filter((name) => name.startsWith(`${draft}/`));
      expect(outcome.found.toSorted()).toEqual(listed.toSorted());
      expect(outcome.share).toEqual(share);
    },
    30_000,
  );

  it('has a reason for every exception, and none twice', () => {
    const names = Object.values(exceptions).flat();
    expect(new Set(names).size).toBe(names.length);
    for (const [reason, some] of Object.entries(exceptions)) {
      expect(reason).toMatch(/\.$/);
      expect(some).not.toEqual([]);
    }
  });
});
