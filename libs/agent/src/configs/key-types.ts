import type { SecretValue } from '@binnacle/domain';

/** Deeper keys are read as untyped ones: a bound for types that contain themselves. */
type MaxDepth = 6;

/** The name as it stands in a key; names with dots are read as untyped keys. */
type Segment<Name> = Name extends string ? (Name extends '' | `${string}.${string}` ? never : Name) : never;

type Branch<Value> = Value extends SecretValue | readonly unknown[]
  ? never
  : Value extends object
    ? Value
    : never;

/**
 * The keys of a configuration's type: `'pool' | 'pool.max'` for `{ pool: { max: number } }`. Nothing for a type that does not
 * say its keys, such as `JsonObject`.
 */
export type KeyOf<Shape, Depth extends readonly unknown[] = []> = Depth['length'] extends MaxDepth
  ? never
  : string extends keyof Shape
    ? never
    : {
        [Name in keyof Shape]-?:
          Segment<Name> | `${Segment<Name>}.${KeyOf<Branch<NonNullable<Shape[Name]>>, [...Depth, unknown]>}`;
      }[keyof Shape];

/** What is at a key. Anything on the way may be missing. */
export type ValueOf<Shape, Key> = Key extends keyof Shape
  ? Shape[Key]
  : Key extends `${infer First}.${infer Rest}`
    ? First extends keyof Shape
      ? ValueOf<NonNullable<Shape[First]>, Rest>
      : never
    : never;
