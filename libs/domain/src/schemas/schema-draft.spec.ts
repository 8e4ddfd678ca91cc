import { describe, expect, it } from 'vitest';
import type { Json } from '../configs/json.js';
import { schemaDraft } from './schema-draft.js';

describe('schemaDraft', () => {
  it.each<[Json, string]>([
    [{}, '2020-12'],
    [true, '2020-12'],
    [{ $schema: 'https://json-schema.org/draft/2020-12/schema' }, '2020-12'],
    [{ $schema: 'https://json-schema.org/draft/2020-12/schema#' }, '2020-12'],
    [{ $schema: 'http://json-schema.org/draft-07/schema#' }, 'draft-07'],
    [{ $schema: 'https://json-schema.org/draft-07/schema' }, 'draft-07'],
    [{ $schema: 'http://json-schema.org/draft-04/schema#' }, 'draft-04'],
  ])('reads %j as %s', (schema, draft) => {
    expect(schemaDraft(schema)).toEqual({ ok: true, draft });
  });

  it.each([
    'http://json-schema.org/draft-06/schema#',
    'https://json-schema.org/draft/2019-09/schema',
    '',
    7,
    null,
  ])('refuses %j and lists the three', ($schema) => {
    const message = expect.stringMatching(/2020-12.*draft-07.*draft-04/) as string;
    expect(schemaDraft({ $schema })).toEqual({ ok: false, error: { pointer: '/$schema', message } });
  });
});
