import { appendPointer, type JsonPointer } from './json-pointer.js';

/** A value, and how its parent names it: `key` in an object; `index` counts in both, and is 0 for the root. */
export type WalkedNode = { value: unknown; key: string | undefined; index: number };

type Frame = { container: object; keys: readonly string[] | undefined; index: number };

/**
 * Visits a value and everything in it, parents first, without recursion: a depth of 100,000 is no danger.
 * Shared and cyclic parts are visited again and again: whoever walks must stop at a bound.
 */
export class JsonWalk {
  readonly #frames: Frame[] = [];
  readonly #root: unknown;
  #started = false;
  /** Does the last visited node have a frame of its own on top of the stack? */
  #entered = false;

  constructor(root: unknown) {
    this.#root = root;
  }

  /** How many objects and arrays are open, the last visited one included. */
  get depth(): number {
    return this.#frames.length;
  }

  /** Where the last visited node lies. */
  pointer(): JsonPointer {
    const frames = this.#entered ? this.#frames.slice(0, -1) : this.#frames;
    return frames.reduce((pointer, { keys, index }) => appendPointer(pointer, keys?.[index] ?? index), '');
  }

  next(): WalkedNode | undefined {
    if (!this.#started) {
      this.#started = true;
      this.#enter(this.#root);
      return { value: this.#root, key: undefined, index: 0 };
    }
    for (let frame = this.#frames.at(-1); frame !== undefined; frame = this.#frames.at(-1)) {
      frame.index += 1;
      const { container, keys, index } = frame;
      if (keys === undefined) {
        const elements = container as readonly unknown[];
        if (index < elements.length) {
          this.#enter(elements[index]);
          return { value: elements[index], key: undefined, index };
        }
      } else if (index < keys.length) {
        const key = keys[index] as string;
        const value = (container as Record<string, unknown>)[key];
        this.#enter(value);
        return { value, key, index };
      }
      this.#frames.pop();
    }
    return undefined;
  }

  #enter(value: unknown): void {
    this.#entered = typeof value === 'object' && value !== null;
    if (!this.#entered) return;
    const container = value as object;
    this.#frames.push({
      container,
      keys: Array.isArray(container) ? undefined : Object.keys(container),
      index: -1,
    });
  }
}
