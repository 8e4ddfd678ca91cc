import { type JsonChange, pointerTokens } from '@binnacle/domain';

/** More are brought together under what they have in common. */
const MAX_PATHS = 256;
const ELEMENT = /^(?:\d+|-)$/;

/** Where a patch changes something: keys from the root down, none below another one. An array is changed as a whole. */
export function pathsIn(patch: readonly Pick<JsonChange, 'path'>[]): string[][] {
  const paths = patch.map(({ path }) => {
    const keys = pointerTokens(path);
    const element = keys.findIndex((key) => ELEMENT.test(key));
    return element === -1 ? keys : keys.slice(0, element);
  });
  for (let depth = Math.max(0, ...paths.map(({ length }) => length)); ; depth--) {
    const cut = outermost(paths.map((keys) => keys.slice(0, depth)));
    if (cut.length <= MAX_PATHS) return cut;
  }
}

function outermost(paths: readonly string[][]): string[][] {
  const found = new Map(paths.map((keys) => [JSON.stringify(keys), keys]));
  return [...found.values()].filter(
    (keys) => !keys.some((_, length) => found.has(JSON.stringify(keys.slice(0, length)))),
  );
}
