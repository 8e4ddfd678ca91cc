import { isJsonArray, isJsonObject, type Json, setOwn } from './json.js';
import { type JsonPointer, pointerTokens } from './json-pointer.js';

/**
 * One change to a document: a value at a place, or nothing there any more. Objects on the way that are missing are made;
 * in an array, `-` and the index after the last element append.
 */
export type TextEdit =
  | { readonly pointer: JsonPointer; readonly value: Json }
  | { readonly pointer: JsonPointer; readonly remove: true };

/** Why an edit cannot be done. */
export class EditFault extends Error {
  constructor(
    readonly pointer: JsonPointer,
    message: string,
  ) {
    super(message);
  }
}

/** What a value is after some edits. Shares what did not change, and changes nothing. @throws EditFault */
export function applyTextEdits(value: Json, edits: readonly TextEdit[]): Json {
  const root: { [key: string]: Json } = { '': value };
  /** Containers that were copied already. */
  const own = new Set<object>();
  for (const edit of edits) {
    let parent: Json[] | { [key: string]: Json } = root;
    const tokens = ['', ...pointerTokens(edit.pointer)];
    const last = tokens.pop() as string;
    let isThere = true;
    for (const token of tokens) {
      const child = childOf(parent, token, edit.pointer);
      if (child === undefined && 'remove' in edit) {
        isThere = false;
        break;
      }
      const copied = ownCopy(child ?? {}, own, edit.pointer);
      put(parent, token, copied, edit.pointer);
      parent = copied;
    }
    if (!isThere) continue;
    if ('remove' in edit) take(parent, last, edit.pointer);
    else put(parent, last, edit.value, edit.pointer);
  }
  return root[''] as Json;
}

type Container = Json[] | { [key: string]: Json };

function ownCopy(value: Json, own: Set<object>, pointer: JsonPointer): Container {
  if (typeof value !== 'object') throw throughScalar(pointer);
  if (value !== null && own.has(value)) return value as Container;
  // Spread defines own properties: safe for every key.
  const copy: Container = isJsonArray(value) ? [...value] : { ...value };
  own.add(copy);
  return copy;
}

/** `undefined` when there is none. A `null` on the way stands for an object that is still empty. */
function childOf(parent: Json, token: string, pointer: JsonPointer): Json | undefined {
  const child = isJsonArray(parent)
    ? parent[elementIndex(token, parent.length, pointer)]
    : isJsonObject(parent) && Object.hasOwn(parent, token)
      ? parent[token]
      : undefined;
  return child === null ? undefined : child;
}

function put(parent: Container, token: string, value: Json, pointer: JsonPointer): void {
  if (Array.isArray(parent)) parent[elementIndex(token, parent.length, pointer)] = value;
  else setOwn(parent, token, value);
}

function take(parent: Container, token: string, pointer: JsonPointer): void {
  if (parent !== null && Array.isArray(parent)) {
    parent.splice(elementIndex(token, parent.length, pointer), 1);
    return;
  }
  if (pointer === '') throw new EditFault('', 'the whole document cannot be removed');
  delete parent[token];
}

const INDEX = /^(?:0|[1-9]\d{0,14})$/;

/** The index that a token names; that of the next element for `-`. @throws EditFault */
export function elementIndex(token: string, length: number, pointer: JsonPointer): number {
  if (token === '-') return length;
  if (INDEX.test(token) && Number(token) <= length) return Number(token);
  throw new EditFault(pointer, `the array has no place "${token.slice(0, 60)}"`);
}

export function throughScalar(pointer: JsonPointer): EditFault {
  return new EditFault(pointer, 'leads through a value that is neither an object nor an array');
}
