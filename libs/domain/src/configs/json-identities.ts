import { isJsonArray, type Json } from './json.js';

/**
 * Numbers values so that equal ones get the same number, whatever the order of their keys: after one walk over two
 * documents, any two parts of them are compared at once. Recursive: meant for values inside the content limits.
 */
export class JsonIdentities {
  readonly #byShape = new Map<string, number>();
  readonly #ofContainer = new Map<object, number>();

  of(value: Json): number {
    // As RFC 8785 has it, -0 and 0 are the same number; JSON.stringify writes both as 0.
    if (typeof value !== 'object' || value === null) return this.#numbered(JSON.stringify(value));
    const known = this.#ofContainer.get(value);
    if (known !== undefined) return known;
    const identity = this.#numbered(
      isJsonArray(value) ? this.#shapeOfArray(value) : this.#shapeOfObject(value),
    );
    this.#ofContainer.set(value, identity);
    return identity;
  }

  #shapeOfArray(value: readonly Json[]): string {
    return `[${value.map((element) => this.of(element)).join()}`;
  }

  #shapeOfObject(value: { readonly [key: string]: Json }): string {
    const keys = Object.keys(value).sort();
    return `{${keys.map((key) => `${JSON.stringify(key)}:${this.of(value[key] as Json)}`).join()}`;
  }

  #numbered(shape: string): number {
    const known = this.#byShape.get(shape);
    if (known !== undefined) return known;
    const identity = this.#byShape.size;
    this.#byShape.set(shape, identity);
    return identity;
  }
}
