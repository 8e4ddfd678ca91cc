import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyTextEdits } from './apply-text-edits.js';
import { diffJson } from './json-diff.js';
import type { Json, JsonObject } from './json.js';
import { appendPointer, pointerTokens } from './json-pointer.js';
import { mergeObjects } from './merge-patch.js';
import { planPromotion, type PromotionInput } from './plan-promotion.js';

const key = fc.constantFrom('__proto__', 'constructor', 'a', 'b', '1', '~/');
const treesOf = (scalar: fc.Arbitrary<Json>): fc.Arbitrary<JsonObject> => {
  const objectsOf = (member: fc.Arbitrary<Json>) =>
    fc
      .array(fc.tuple(key, member), { maxLength: 4 })
      .map((entries) => Object.fromEntries(entries) as JsonObject);
  const { tree } = fc.letrec<{ tree: Json }>((tie) => ({
    tree: fc.oneof(
      { maxDepth: 4 },
      scalar,
      fc.array(fc.constantFrom<Json>(null, 1, 'x'), { maxLength: 2 }),
      objectsOf(tie('tree')),
    ),
  }));
  return objectsOf(tree);
};
const config = treesOf(fc.constantFrom<Json>(true, 0, 'x'));
const overlay = treesOf(fc.constantFrom<Json>(null, true, 0, 'x'));

function inputOf(lower: JsonObject, over: JsonObject, source: JsonObject): PromotionInput {
  return { lower, overlay: over, current: mergeObjects(lower, over), source };
}

function planned(input: PromotionInput) {
  const plan = planPromotion(input);
  if (!plan.ok) throw new Error(JSON.stringify(plan.errors));
  return plan;
}

/** What the effective config is once the edits are done in the text of the overlay. */
function after(input: PromotionInput): JsonObject {
  return mergeObjects(input.lower, applyTextEdits(input.overlay, planned(input).edits) as JsonObject);
}

function valueAt(value: Json, pointer: string): Json | undefined {
  return pointerTokens(pointer).reduce<Json | undefined>((held, token) => {
    if (typeof held !== 'object' || held === null || !Object.hasOwn(held, token)) return undefined;
    return (held as JsonObject)[token];
  }, value);
}

describe('planPromotion', () => {
  it('makes both effective configs equal when all is promoted', () => {
    fc.assert(
      fc.property(config, overlay, config, (lower, over, source) => {
        expect(after(inputOf(lower, over, source))).toEqual(source);
      }),
      { numRuns: 1_000 },
    );
  });

  it('makes the chosen places equal, and leaves all others as they were', () => {
    fc.assert(
      fc.property(
        config,
        overlay,
        config,
        fc.array(fc.nat(), { maxLength: 3 }),
        (lower, over, source, picks) => {
          const input = inputOf(lower, over, source);
          const members = [...new Set([...Object.keys(input.current), ...Object.keys(source)])];
          const pointers = members
            .filter((_member, index) => picks.includes(index))
            .map((member) => appendPointer('', member));
          const reached = after({ ...input, pointers });
          for (const member of members) {
            const place = appendPointer('', member);
            const wanted = pointers.includes(place) ? source : input.current;
            expect(valueAt(reached, place)).toEqual(valueAt(wanted, place));
          }
          expect(diffJson(after({ ...input, pointers: [''] }), source)).toEqual([]);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('takes places deep inside, and makes what is around them', () => {
    const lower = { pool: { min: 1, max: 5 }, url: 'http://a' };
    const source = { pool: { min: 2, max: 50, idle: { seconds: 9, unit: 's' } }, url: 'http://b' };
    const input = {
      ...inputOf(lower, { pool: { min: 1 } }, source),
      pointers: ['/pool/max', '/pool/idle/seconds'],
    };
    expect(after(input)).toEqual({ pool: { min: 1, max: 50, idle: { seconds: 9 } }, url: 'http://a' });
    expect(planned(input).overlay).toEqual({ pool: { min: 1, max: 50, idle: { seconds: 9 } } });
  });

  it('removes what is not there in the other environment, and makes nothing for what neither has', () => {
    const input = inputOf({ a: { b: 1, c: 2 } }, { d: 4 }, { a: { c: 2 } });
    expect(planned({ ...input, pointers: ['/a/b', '/d', '/x/y'] }).edits).toEqual([
      { pointer: '/d', remove: true },
      { pointer: '/a', value: { b: null } },
    ]);
  });

  it('changes nothing where nothing differs', () => {
    const input = inputOf({ a: 1 }, { a: 1, b: { c: 2 } }, { a: 1, b: { c: 2 } });
    expect(planned(input)).toMatchObject({ edits: [], overlay: input.overlay });
  });

  it.each([
    ['an element of an array', '/list/0'],
    ['a place inside of a value that is no object', '/text/inside'],
  ])('refuses %s', (_what, pointer) => {
    const input = inputOf({ list: [1], text: { inside: 1 } }, {}, { list: [2], text: 'x' });
    expect(planPromotion({ ...input, pointers: [pointer] })).toEqual({
      ok: false,
      errors: [{ pointer, message: expect.stringContaining('no object') }],
    });
  });

  it('refuses a null, which an overlay cannot say', () => {
    expect(planPromotion(inputOf({}, {}, { a: { b: null } }))).toMatchObject({
      ok: false,
      errors: [{ pointer: '/a/b' }],
    });
  });
});
