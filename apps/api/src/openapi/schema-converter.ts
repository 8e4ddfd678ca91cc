import type { OpenAPIObject } from '@nestjs/swagger';
import { z } from 'zod';

export type Schemas = NonNullable<NonNullable<OpenAPIObject['components']>['schemas']>;
type Direction = 'input' | 'output';
type Definition = Record<string, unknown>;

/**
 * Turns zod schemas into JSON Schema. A schema with an id becomes a component; one that is sent in another shape than
 * it is answered (its defaults are optional in a request) becomes two, and the one in requests is called `…Input`.
 */
export class SchemaConverter {
  private readonly components = {
    input: new Map<string, Definition>(),
    output: new Map<string, Definition>(),
  };

  convert(schema: z.ZodType, direction: Direction): Definition {
    const {
      $schema: _draft,
      $defs = {},
      ...root
    } = z.toJSONSchema(schema, {
      io: direction,
      unrepresentable: 'any',
      override: simplify,
    });
    const known = this.components[direction];
    for (const [name, definition] of Object.entries($defs)) known.set(name, relocate(definition, direction));
    const converted = relocate(root, direction);
    const name = schema.meta()?.id;
    if (name === undefined || converted['$ref'] !== undefined) return converted;
    known.set(name, converted);
    return { $ref: reference(name, direction) };
  }

  /** The document with the components that it refers to. */
  settle(document: OpenAPIObject): OpenAPIObject {
    const { input, output } = this.components;
    const nameOf = (name: string, direction: Direction): string => {
      const other = output.get(name);
      const isSame = other === undefined || plain(other) === plain(input.get(name));
      return direction === 'output' || isSame ? name : `${name}Input`;
    };
    const schemas: Schemas = {};
    for (const direction of ['output', 'input'] as const)
      for (const [name, definition] of this.components[direction])
        schemas[nameOf(name, direction)] = definition as Schemas[string];
    const settled = { ...document, components: { ...document.components, schemas } };
    return rename(settled, (name, direction) => `#/components/schemas/${nameOf(name, direction)}`);
  }
}

/** What zod writes although it says nothing, or says less than it knows. */
function simplify({
  zodSchema,
  jsonSchema,
}: {
  zodSchema: z.core.$ZodTypes;
  jsonSchema: z.core.JSONSchema.BaseSchema;
}): void {
  if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
  if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
  if (jsonSchema.format === 'date-time') delete jsonSchema.pattern;
  const { def } = zodSchema._zod;
  // An answer may grow by a member; only what is strict refuses one.
  if (def.type === 'object' && def.catchall === undefined) delete jsonSchema.additionalProperties;
  if (def.type === 'pipe' && def.out._zod.def.type === 'boolean') jsonSchema.type = 'boolean';
}

const REFERENCE = /^#\/direction\/(input|output)\/(.+)$/;

function reference(name: string, direction: Direction): string {
  return `#/direction/${direction}/${name}`;
}

/** Points into `$defs` become points to a component in this direction; an id names the component, and goes. */
function relocate(definition: Definition, direction: Direction): Definition {
  const { id: _id, ...kept } = definition;
  return mapReferences(kept, (target) => reference(target.replace('#/$defs/', ''), direction)) as Definition;
}

function rename<Node>(node: Node, nameOf: (name: string, direction: Direction) => string): Node {
  return mapReferences(node, (target) => {
    const match = REFERENCE.exec(target);
    return match === null ? target : nameOf(match[2] ?? '', match[1] as Direction);
  }) as Node;
}

function plain(definition: Definition | undefined): string {
  return JSON.stringify(definition)?.replaceAll('#/direction/input/', '#/direction/output/');
}

function mapReferences(node: unknown, change: (target: string) => string): unknown {
  if (Array.isArray(node)) return node.map((item) => mapReferences(item, change));
  if (typeof node !== 'object' || node === null) return node;
  return Object.fromEntries(
    Object.entries(node).map(([key, value]) => [
      key,
      key === '$ref' && typeof value === 'string' ? change(value) : mapReferences(value, change),
    ]),
  );
}
