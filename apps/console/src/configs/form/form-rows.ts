import {
  appendPointer,
  isJsonObject,
  type Json,
  type JsonObject,
  type JsonPointer,
  SECRET_KEY,
} from '@binnacle/domain';
import { describeKey, type KeyDescription, listKeys } from '@binnacle/domain/describe-key';

/** How a value is put in. What no control fits is left to the text. */
export type FormControl =
  | { readonly kind: 'switch' }
  | { readonly kind: 'select'; readonly options: readonly Json[] }
  | { readonly kind: 'number'; readonly isInteger: boolean }
  | { readonly kind: 'text' }
  | { readonly kind: 'list'; readonly of: 'string' | 'number' }
  | { readonly kind: 'secret'; readonly secret: string }
  | { readonly kind: 'text-only' };

interface Place {
  readonly pointer: JsonPointer;
  readonly name: string;
  /** 0 for the members of the document itself. */
  readonly depth: number;
  /** Undefined where the schema says nothing. */
  readonly description: KeyDescription | undefined;
  /** Does this document say something here? */
  readonly isSet: boolean;
}

export interface FormSection extends Place {
  readonly kind: 'section';
  readonly isOpen: boolean;
}

export interface FormField extends Place {
  readonly kind: 'field';
  readonly control: FormControl;
  /** What this document says; undefined when it says nothing, `null` in an overlay takes away what lies below. */
  readonly value: Json | undefined;
  /** What holds while this document says nothing: of the layers below, or else the default. */
  readonly inherited: Json | undefined;
  /** Whether that is the default of the schema. */
  readonly isDefault: boolean;
}

export type FormRow = FormSection | FormField;

export interface FormInput {
  readonly schema: Json | undefined;
  readonly value: JsonObject;
  /** The value of the layers below; empty where there are none. */
  readonly below: JsonObject;
  /** Undefined for sections that nobody opened or closed: then those that say something are open. */
  readonly isOpen: (pointer: JsonPointer) => boolean | undefined;
  /** Part of a name, a title or a pointer; only what matches is listed then. */
  readonly search: string;
}

/** Sections below this are closed until somebody opens them. */
const MAX_OPEN_DEPTH = 8;
/** A schema may refer to itself: what is not there is searched no deeper. */
const MAX_SEARCHED_DEPTH = 3;
const MAX_ROWS = 20_000;

/** The rows of the form: what the schema names, in its order, then what the document has beside it. */
export function formRows(input: FormInput): FormRow[] {
  const rows: FormRow[] = [];
  const search = input.search.trim().toLowerCase();
  const visit = (
    pointer: JsonPointer,
    value: Json | undefined,
    below: Json | undefined,
    depth: number,
  ): void => {
    for (const name of namesAt(input.schema, pointer, value, below)) {
      if (rows.length >= MAX_ROWS) return;
      const place = appendPointer(pointer, name);
      const [own, under] = [memberOf(value, name), memberOf(below, name)];
      const description = input.schema === undefined ? undefined : describeKey(input.schema, place);
      const common = { pointer: place, name, depth, description, isSet: own !== undefined };
      if (isSection(own, under, description)) {
        const isThere = own !== undefined || under !== undefined;
        const isOpen =
          search !== '' || (input.isOpen(place) ?? (isThere ? depth < MAX_OPEN_DEPTH : depth < 1));
        const at = rows.push({ kind: 'section', ...common, isOpen }) - 1;
        if (isOpen && (isThere || depth < MAX_SEARCHED_DEPTH || search === ''))
          visit(place, own, under, depth + 1);
        if (search !== '' && rows.length === at + 1 && !matches(common, search)) rows.pop();
      } else if (search === '' || matches(common, search)) {
        const inherited = under ?? description?.default;
        const control = controlFor(own ?? inherited, description);
        rows.push({
          kind: 'field',
          ...common,
          control,
          value: own,
          inherited,
          isDefault: under === undefined,
        });
      }
    }
  };
  visit('', input.value, input.below, 0);
  return rows;
}

function namesAt(
  schema: Json | undefined,
  pointer: JsonPointer,
  value: Json | undefined,
  below: Json | undefined,
): Set<string> {
  const known = schema === undefined ? [] : listKeys(schema, pointer);
  return new Set([
    ...known.map(({ name }) => name),
    ...(isJsonObject(value) ? Object.keys(value) : []),
    ...(isJsonObject(below) ? Object.keys(below) : []),
  ]);
}

function memberOf(value: Json | undefined, name: string): Json | undefined {
  return isJsonObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}

function isSection(
  own: Json | undefined,
  below: Json | undefined,
  description: KeyDescription | undefined,
): boolean {
  const value = own ?? below;
  if (value !== undefined) return isJsonObject(value) && secretOf(value) === undefined;
  return description?.type[0] === 'object';
}

/** The control that fits what the schema says, and where it says nothing, what is there. */
export function controlFor(value: Json | undefined, description: KeyDescription | undefined): FormControl {
  const secret = secretOf(value);
  if (secret !== undefined) return { kind: 'secret', secret };
  if (
    description?.enum !== undefined &&
    description.enum.every((option) => typeof option !== 'object' || option === null)
  )
    return { kind: 'select', options: description.enum };
  const types = description?.type.filter((type) => type !== 'null') ?? [];
  const type =
    types.length === 1
      ? types[0]
      : types.includes(typeName(value))
        ? typeName(value)
        : (types[0] ?? typeName(value));
  // What is there does not fit what should be: the text says what to do.
  if (value !== undefined && value !== null && types.length > 0 && !fits(value, types))
    return { kind: 'text-only' };
  switch (type) {
    case 'boolean':
      return { kind: 'switch' };
    case 'integer':
      return { kind: 'number', isInteger: description !== undefined };
    case 'number':
      return { kind: 'number', isInteger: false };
    case 'string':
      return { kind: 'text' };
    case 'array':
      return listControl(value);
    default:
      return { kind: 'text-only' };
  }
}

function listControl(value: Json | undefined): FormControl {
  const items = Array.isArray(value) ? (value as readonly Json[]) : [];
  if (items.length > 0 && items.every((item) => typeof item === 'string'))
    return { kind: 'list', of: 'string' };
  if (items.length > 0 && items.every((item) => typeof item === 'number'))
    return { kind: 'list', of: 'number' };
  return { kind: 'text-only' };
}

function fits(value: Json, types: readonly string[]): boolean {
  const name = typeName(value);
  return types.includes(name) || (name === 'integer' && types.includes('number'));
}

function typeName(value: Json | undefined): string {
  if (value === null || value === undefined) return 'null';
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number';
  return typeof value;
}

function secretOf(value: Json | undefined): string | undefined {
  const name = isJsonObject(value) && Object.keys(value).length === 1 ? value[SECRET_KEY] : undefined;
  return typeof name === 'string' ? name : undefined;
}

function matches({ name, pointer, description }: Place, search: string): boolean {
  return [name, pointer, description?.title ?? '', description?.description ?? ''].some((words) =>
    words.toLowerCase().includes(search),
  );
}
