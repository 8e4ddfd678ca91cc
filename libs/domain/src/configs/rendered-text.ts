import type { ContentError } from './content-limits.js';

export type RenderedConfig =
  | { readonly ok: true; readonly text: string }
  /** What the format cannot hold; pointers lead into the config. */
  | { readonly ok: false; readonly errors: readonly ContentError[] };

/** UTF-16 units: what every element of the largest list of numbers takes, and eight times the largest document. */
const MAX_CHARACTERS = 8_388_608;

/**
 * Lines that are written, up to what is too much: formats that repeat the way to every value, or indent it, can make a
 * config thousands of times as long.
 */
export class RenderedText {
  readonly #lines: string[] = [];
  #characters = 0;

  get isFull(): boolean {
    return this.#characters > MAX_CHARACTERS;
  }

  add(line: string): void {
    this.#characters += line.length + 1;
    if (!this.isFull) this.#lines.push(line);
  }

  result(): RenderedConfig {
    if (!this.isFull) return { ok: true, text: this.#lines.map((line) => `${line}\n`).join('') };
    const message = `would take more than ${MAX_CHARACTERS} characters in this format; shorten its keys, or nest less`;
    return { ok: false, errors: [{ pointer: '', message }] };
  }
}
