import { JsonIdentities } from './json-identities.js';
import { isJsonArray, type Json, setOwn } from './json.js';
import { type JsonPointer, pointerTokens } from './json-pointer.js';

/** One step of a JSON Patch (RFC 6902 §4). */
export type JsonPatchOperation =
  | { readonly op: 'add' | 'replace' | 'test'; readonly path: JsonPointer; readonly value: Json }
  | { readonly op: 'remove'; readonly path: JsonPointer }
  | { readonly op: 'move' | 'copy'; readonly from: JsonPointer; readonly path: JsonPointer };

export type PatchedJson =
  | { readonly ok: true; readonly value: Json }
  /** `index` of the operation that cannot be done; none of them were then. */
  | { readonly ok: false; readonly index: number; readonly message: string };

/**
 * Applies a JSON Patch (RFC 6902): all of it, or nothing when one operation cannot be done. Never changes its arguments;
 * the result may share parts with them. Only own properties count, so that a key called `__proto__` is plain data.
 *
 * @example applyJsonPatch({ port: 80 }, [{ op: 'replace', path: '/port', value: 443 }])
 */
export function applyJsonPatch(document: Json, operations: readonly JsonPatchOperation[]): PatchedJson {
  const patched = new PatchedDocument(document);
  for (const [index, operation] of operations.entries()) {
    try {
      patched.apply(operation);
    } catch (error) {
      if (error instanceof PatchFault) return { ok: false, index, message: error.message };
      throw error;
    }
  }
  return { ok: true, value: patched.root };
}

class PatchFault extends Error {}

type Container = Json[] | { [key: string]: Json };

/** Escaped tokens, each after a slash (RFC 6901 §3). */
const POINTER = /^(?:\/(?:[^~/]|~[01])*)*$/;
/** Without a sign and without zeros in front (RFC 6901 §4). */
const ARRAY_INDEX = /^(?:0|[1-9]\d{0,14})$/;

/** A document under work. A container is copied when it is first changed, and then changed in place. */
class PatchedDocument {
  readonly #copies = new Set<object>();
  #root: Json;

  constructor(document: Json) {
    this.#root = document;
  }

  get root(): Json {
    return this.#root;
  }

  apply(operation: JsonPatchOperation): void {
    switch (operation.op) {
      case 'add':
        return this.#add(operation.path, operation.value);
      case 'remove':
        return void this.#remove(operation.path);
      case 'replace':
        return this.#replace(operation.path, operation.value);
      case 'move':
        return this.#move(operation.from, operation.path);
      case 'copy': {
        const value = this.#find(operation.from);
        // It now stands at two places: neither may be changed through the other.
        this.#copies.clear();
        return this.#add(operation.path, value);
      }
      case 'test':
        return this.#test(operation.path, operation.value);
    }
  }

  #add(path: JsonPointer, value: Json): void {
    const tokens = tokensOf(path);
    const last = tokens.pop();
    if (last === undefined) {
      this.#root = value;
      return;
    }
    const parent = this.#changeable(tokens, path);
    if (Array.isArray(parent)) {
      const index = last === '-' ? parent.length : indexIn(last, parent.length, path);
      parent.splice(index, 0, value);
    } else {
      setOwn(parent, last, value);
    }
  }

  #replace(path: JsonPointer, value: Json): void {
    const tokens = tokensOf(path);
    const last = tokens.pop();
    if (last === undefined) {
      this.#root = value;
      return;
    }
    const parent = this.#changeable(tokens, path);
    if (Array.isArray(parent)) parent[indexIn(last, parent.length - 1, path)] = value;
    else if (Object.hasOwn(parent, last)) setOwn(parent, last, value);
    else throw absent(path);
  }

  #remove(path: JsonPointer): Json {
    const tokens = tokensOf(path);
    const last = tokens.pop();
    if (last === undefined) throw new PatchFault('the whole document cannot be removed');
    const parent = this.#changeable(tokens, path);
    if (Array.isArray(parent)) {
      return parent.splice(indexIn(last, parent.length - 1, path), 1)[0] as Json;
    }
    if (!Object.hasOwn(parent, last)) throw absent(path);
    const removed = parent[last] as Json;
    delete parent[last];
    return removed;
  }

  #move(from: JsonPointer, path: JsonPointer): void {
    // RFC 6902 §4.4
    if (path.startsWith(`${from}/`))
      throw new PatchFault(`${JSON.stringify(from)} cannot be moved into itself`);
    if (path === from) this.#find(from);
    else this.#add(path, this.#remove(from));
  }

  #test(path: JsonPointer, value: Json): void {
    const identities = new JsonIdentities();
    if (identities.of(this.#find(path)) !== identities.of(value))
      throw new PatchFault(`${JSON.stringify(path)} has another value`);
  }

  #find(path: JsonPointer): Json {
    return tokensOf(path).reduce<Json>((value, token) => childOf(value, token, path), this.#root);
  }

  /** The container that these tokens lead to; it and those above it are copies of our own. */
  #changeable(tokens: readonly string[], path: JsonPointer): Container {
    let container = this.#owned(this.#root, path);
    this.#root = container;
    for (const token of tokens) {
      const child = this.#owned(childOf(container, token, path), path);
      if (Array.isArray(container)) container[Number(token)] = child;
      else setOwn(container, token, child);
      container = child;
    }
    return container;
  }

  #owned(value: Json, path: JsonPointer): Container {
    if (typeof value !== 'object' || value === null)
      throw new PatchFault(`${JSON.stringify(path)} leads through a value that holds no others`);
    if (this.#copies.has(value)) return value as Container;
    // Spread copies own properties by definition, not by assignment: safe for every key.
    const copy: Container = isJsonArray(value) ? [...value] : { ...value };
    this.#copies.add(copy);
    return copy;
  }
}

function childOf(value: Json, token: string, path: JsonPointer): Json {
  if (typeof value !== 'object' || value === null) throw absent(path);
  if (isJsonArray(value)) return value[indexIn(token, value.length - 1, path)] as Json;
  if (!Object.hasOwn(value, token)) throw absent(path);
  return value[token] as Json;
}

function tokensOf(path: JsonPointer): string[] {
  if (!POINTER.test(path)) throw new PatchFault(`${JSON.stringify(path)} is not a JSON Pointer`);
  return pointerTokens(path);
}

function indexIn(token: string, highest: number, path: JsonPointer): number {
  if (!ARRAY_INDEX.test(token) || Number(token) > highest) throw absent(path);
  return Number(token);
}

function absent(path: JsonPointer): PatchFault {
  return new PatchFault(`there is nothing at ${JSON.stringify(path)}`);
}
