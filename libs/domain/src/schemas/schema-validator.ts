import { Ajv, type AnySchema, type Options, type ValidateFunction } from 'ajv';
import { _, Ajv2020, type KeywordCxt, MissingRefError } from 'ajv/dist/2020.js';
import ajvDraft04 from 'ajv-draft-04';
import type { ContentError } from '../configs/content-limits.js';
import type { Json } from '../configs/json.js';
import { describeErrors } from './describe-error.js';
import type { LinearPattern } from './linear-pattern.js';
import type { SchemaDraft } from './schema-draft.js';
import { SCHEMA_FORMATS } from './schema-formats.js';
import { STEP_KEYWORD, type StepMeter } from './step-meter.js';
import { findEqualItems } from './unique-items.js';

/** A `$ref` that no schema of the document answers to. */
export class MissingReference extends Error {
  /** The reference as an absolute URI. */
  readonly target: string;

  constructor(target: string) {
    super(`can't resolve ${target}`);
    this.target = target;
  }

  isCausedBy(reference: string): boolean {
    return this.target.endsWith(reference.replace(/^(?:\.{0,2}\/)+/, ''));
  }
}

const metaValidators = new Map<SchemaDraft, ValidateFunction>();

const META_SCHEMA_IDS: Record<SchemaDraft, string> = {
  '2020-12': 'https://json-schema.org/draft/2020-12/schema',
  'draft-07': 'http://json-schema.org/draft-07/schema',
  'draft-04': 'http://json-schema.org/draft-04/schema',
};

/** What a draft's meta-schema has to say against a schema; pointers lead into the schema. */
export function metaSchemaErrors(schema: Json, draft: SchemaDraft): ContentError[] {
  let validate = metaValidators.get(draft);
  if (validate === undefined) {
    const options: Options = { strict: false, validateFormats: false, allErrors: true, verbose: true };
    validate = newAjv(draft, options).getSchema(META_SCHEMA_IDS[draft]);
    if (validate === undefined) throw new Error(`the meta-schema of ${draft} is missing`);
    metaValidators.set(draft, validate);
  }
  if (validate(schema)) return [];
  const errors = validate.errors ?? [];
  // A misspelt type fails both alternatives of "type": the list of the right names is what helps.
  const misspelt = new Set(
    errors.filter(({ keyword }) => keyword === 'enum').map((error) => error.instancePath),
  );
  return describeErrors(
    errors.filter((error) => error.keyword !== 'type' || !misspelt.has(error.instancePath)),
  );
}

/**
 * Compiles a checked and marked schema. Every call has an ajv of its own: nothing of one schema, neither ids nor cached
 * code, is there for the next. Throws `MissingReference`, or ajv's own error.
 */
export function buildValidator(
  marked: Json,
  draft: SchemaDraft,
  options: { allErrors: boolean; meter: StepMeter; patterns: ReadonlyMap<string, LinearPattern> },
): ValidateFunction {
  const { allErrors, meter, patterns } = options;
  const ajv = newAjv(draft, {
    allErrors,
    verbose: true,
    $data: false,
    // The schema was checked already; a meta-schema per instance would take most of the time.
    meta: false,
    validateSchema: false,
    strict: true,
    strictTypes: false,
    strictTuples: false,
    strictRequired: false,
    allowMatchingProperties: true,
    // `toString` and `constructor` are properties only when the content has them.
    ownProperties: true,
    // Inlining many references to a large definition would multiply the code.
    inlineRefs: false,
    formats: SCHEMA_FORMATS,
    logger: false,
    // Optimizing takes longer than compiling, and the engine does as well.
    code: {
      optimize: false,
      regExp: Object.assign((source: string) => linearRegExp(source, patterns), { code: 'linear' }),
    },
  });
  ajv.addKeyword({
    keyword: STEP_KEYWORD,
    schemaType: 'boolean',
    code({ gen }: KeywordCxt) {
      gen.code(_`${gen.scopeValue('obj', { ref: meter })}.step(errors)`);
    },
  });
  // ajv resolves it, and yet does not know it in strict mode.
  if (draft === '2020-12') ajv.addKeyword('$anchor');
  ajv.removeKeyword('uniqueItems');
  ajv.addKeyword({
    keyword: 'uniqueItems',
    type: 'array',
    schemaType: 'boolean',
    validate: validateUniqueItems,
  });
  try {
    return ajv.compile(marked as AnySchema);
  } catch (error) {
    throw error instanceof MissingRefError ? new MissingReference(error.missingRef) : error;
  }
}

function newAjv(draft: SchemaDraft, options: Options): Ajv {
  switch (draft) {
    case '2020-12':
      return new Ajv2020(options);
    case 'draft-07':
      return new Ajv(options);
    case 'draft-04':
      return new ajvDraft04.default(options);
  }
}

function linearRegExp(source: string, patterns: ReadonlyMap<string, LinearPattern>) {
  const pattern = patterns.get(source);
  if (pattern === undefined) throw new Error(`the pattern ${source} was not checked`);
  return { test: (text: string) => pattern.test(text), toString: () => source };
}

const validateUniqueItems = Object.assign(
  (wanted: boolean, items: readonly Json[]): boolean => {
    const equal = wanted ? findEqualItems(items) : undefined;
    validateUniqueItems.errors = equal ? [{ keyword: 'uniqueItems', params: { equal } }] : [];
    return equal === undefined;
  },
  { errors: [] as { keyword: string; params: object }[] },
);
