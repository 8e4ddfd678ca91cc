/** Random choices that a seed repeats. */
export class Dice {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** From 0 up to, and without, 1 (mulberry32). */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  }

  below(limit: number): number {
    return Math.floor(this.next() * limit);
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  pick<Item>(items: readonly Item[]): Item {
    const item = items[this.below(items.length)];
    if (item === undefined && items.length === 0) throw new RangeError('nothing to pick from');
    return item as Item;
  }
}

const nested = (depth: number): unknown => {
  let value: unknown = 1;
  for (let level = 0; level < depth; level++) value = level % 2 === 0 ? [value] : { deep: value };
  return value;
};

/** Own keys, as a parser of JSON would make them. */
const withKey = (key: string, value: unknown): object =>
  JSON.parse(`{"${key}":${JSON.stringify(value)}}`) as object;

const HOSTILE: readonly (() => unknown)[] = [
  () => null,
  () => true,
  () => -1,
  () => 0,
  () => 1.5,
  () => -0,
  () => 1e308,
  () => Number.MAX_SAFE_INTEGER + 2,
  () => 2 ** 31,
  () => '',
  () => ' ',
  () => 'nul\u0000inside',
  () => '\ud800',
  () => 'half \udc00 of a pair',
  () => '\u202e\ufeff\u0007',
  () => 'a'.repeat(10_000),
  () => '💥'.repeat(200),
  () => '__proto__',
  () => 'constructor',
  () => "'; drop table services; --",
  () => '../../etc/passwd',
  () => '${7*7}{{7*7}}',
  () => '{"$secret":"x"}',
  () => withKey('$secret', 'nobody'),
  () => withKey('$secret', { $secret: 'nobody' }),
  () => withKey('__proto__', { polluted: true }),
  () => withKey('constructor', { prototype: { polluted: true } }),
  () => withKey('toString', 1),
  () => withKey('', withKey('', '')),
  () => ['__proto__', 'polluted', true],
  () => [],
  () => ({}),
  () => nested(50),
  () => nested(300),
  () => Array.from({ length: 500 }, (_, index) => index),
  () => Object.fromEntries(Array.from({ length: 500 }, (_, index) => [`k${index}`, index])),
  () => '2026-13-45T99:99:99Z',
  () => '0001-01-01T00:00:00Z',
  () => '+275760-09-13T00:00:00.001Z',
];

export function hostileValue(dice: Dice): unknown {
  return dice.pick(HOSTILE)();
}

/** The same value with something in it replaced, added or taken away. */
export function mutated(value: unknown, dice: Dice): unknown {
  if (typeof value !== 'object' || value === null || dice.chance(0.2)) return hostileValue(dice);
  if (Array.isArray(value)) {
    const copy: unknown[] = [...(value as unknown[])];
    if (copy.length === 0 || dice.chance(0.3)) copy.push(hostileValue(dice));
    else {
      const index = dice.below(copy.length);
      copy[index] = mutated(copy[index], dice);
    }
    return copy;
  }
  const entries = Object.entries(value);
  const fate = dice.next();
  if (entries.length === 0 || fate < 0.25) {
    const key = dice.pick([
      '__proto__',
      'constructor',
      'prototype',
      'toJSON',
      '',
      'unknown',
      'a'.repeat(300),
    ]);
    entries.push([key, hostileValue(dice)]);
  } else {
    const index = dice.below(entries.length);
    const [key, inner] = entries[index] ?? ['', undefined];
    if (fate < 0.4) entries.splice(index, 1);
    else entries[index] = [key, mutated(inner, dice)];
  }
  // Made as a parser makes it: `__proto__` is a key like others.
  const copy: Record<string, unknown> = {};
  for (const [key, inner] of entries)
    Object.defineProperty(copy, key, { value: inner, enumerable: true, writable: true, configurable: true });
  return copy;
}
