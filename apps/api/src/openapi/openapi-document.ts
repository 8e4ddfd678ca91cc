import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { z } from 'zod';

type Schemas = NonNullable<NonNullable<OpenAPIObject['components']>['schemas']>;

/** The OpenAPI 3.1 document of the routes, with the zod schemas of `contracts` as its components. */
export function openApiDocument(application: INestApplication): OpenAPIObject {
  const config = new DocumentBuilder()
    .setTitle('Binnacle')
    .setDescription('Configuration, health and shared circuit breakers of a fleet of services.')
    .setVersion('1')
    .addBearerAuth()
    .setOpenAPIVersion('3.1.0')
    .build();
  return SwaggerModule.createDocument(application, config, {
    standardSchemaConverter: (schema, { schemaType }) => convert(schema as z.ZodType, schemaType),
    operationIdFactory: (controller, method) => `${controller.replace('Controller', '')}.${method}`,
  });
}

function convert(schema: z.ZodType, io: 'input' | 'output'): { schema: unknown; components: Schemas } {
  const { $schema: _draft, $defs = {}, ...root } = z.toJSONSchema(schema, { io, unrepresentable: 'any', reused: 'inline' });
  const components: Schemas = {};
  for (const [name, definition] of Object.entries($defs)) components[name] = relocate(definition) as Schemas[string];
  const converted = relocate(root) as Record<string, unknown>;
  const name = schema.meta()?.id;
  if (name === undefined) return { schema: converted, components };
  const { id: _id, ...named } = converted;
  components[name] = named as Schemas[string];
  return { schema: { $ref: `#/components/schemas/${name}` }, components };
}

/** References into `$defs` become references into the document's components. */
function relocate(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(relocate);
  if (typeof node !== 'object' || node === null) return node;
  return Object.fromEntries(
    Object.entries(node)
      .filter(([key, value]) => !(key === 'id' && typeof value === 'string' && 'type' in node))
      .map(([key, value]) =>
        key === '$ref' && typeof value === 'string'
          ? [key, value.replace('#/$defs/', '#/components/schemas/')]
          : [key, relocate(value)],
      ),
  );
}
