import { checkJsonValue } from '../configs/check-json-value.js';
import { checkContentLimits, type ContentError, type ContentLimits } from '../configs/content-limits.js';
import type { Json, JsonObject } from '../configs/json.js';
import type { JsonPointer } from '../configs/json-pointer.js';
import { standInForSecrets } from '../secrets/stand-in.js';
import { compileRules, type Findings } from './business-rules.js';
import { type CheckedSchema, checkSchema, type SchemaReference } from './check-schema.js';
import { findDeprecated } from './deprecated-keys.js';
import { describeErrors } from './describe-error.js';
import { exceptUnknown } from './except-unknown.js';
import { SubschemaFinder } from './find-subschemas.js';
import { schemaDraft } from './schema-draft.js';
import { buildValidator, metaSchemaErrors, MissingReference } from './schema-validator.js';
import { STEP_KEYWORD, StepMeter, TooManyErrors, TooManySteps } from './step-meter.js';

const MAX_WARNINGS = 50;
const NOTHING: ReadonlySet<JsonPointer> = new Set();

export { type Findings } from './business-rules.js';

/** What a schema itself may take: 256 KiB of JSON. */
export const SCHEMA_LIMITS: ContentLimits = { maxBytes: 262_144, maxDepth: 64, maxKeys: 20_000 };

/**
 * `validate` gives at most 50 errors, and none for a content that the schema accepts. `unknown` are places that hold some
 * other string than the content does, such as a secret's value: of them only the type counts.
 */
export type CompiledSchema = {
  ok: true;
  validate(content: Json, unknown?: ReadonlySet<JsonPointer>): ContentError[];
  /**
   * What the schema, its rules and its marks say of an effective config in which `{"$secret": name}` stands for secrets.
   * Rules are asked once the schema has nothing against it. At most 50 errors and 50 warnings.
   *
   * @param canonical the content as canonical JSON, when it is at hand
   * @param rulesEndAtMs when rules must have ended, as `Date.now()` has it: half a second from now at the latest
   */
  check(content: JsonObject, canonical?: string, rulesEndAtMs?: number): Findings;
};

export type SchemaCompilation = CompiledSchema | { ok: false; errors: ContentError[] };

/**
 * Compiles a JSON Schema (2020-12, draft-07 or draft-04 by its `$schema`) into a validator, or tells every mistake with
 * a pointer into the schema. Stricter than the specification: unknown keywords (except `x-…`) and formats, remote
 * references and patterns that need backtracking are refused.
 *
 * Both compiling and validating do a bounded amount of work, yet a bound is not a time: run schemas of strangers where
 * a few seconds of computing hurt nobody.
 */
export function compileSchema(schema: Json): SchemaCompilation {
  const broken = checkContentLimits(schema, SCHEMA_LIMITS);
  if (broken.length > 0) return { ok: false, errors: broken };
  const faults = checkJsonValue(schema);
  if (faults.length > 0) return { ok: false, errors: faults };
  const found = schemaDraft(schema);
  if (!found.ok) return { ok: false, errors: [found.error] };
  const draft = found.draft;
  const mistakes = metaSchemaErrors(schema, draft);
  if (mistakes.length > 0) return { ok: false, errors: mistakes };
  const checked = checkSchema(schema, draft, STEP_KEYWORD);
  if (checked.errors.length > 0) return { ok: false, errors: checked.errors };

  const rules = compileRules(schema);
  if (!rules.ok) return { ok: false, errors: [...rules.errors] };
  const deprecations = deprecationsOf(schema, checked.patterns);

  const meter = new StepMeter();
  const build = (allErrors: boolean) =>
    buildValidator(checked.marked, draft, { allErrors, meter, patterns: checked.patterns });
  let collecting: ReturnType<typeof build>;
  try {
    collecting = build(true);
  } catch (error) {
    return { ok: false, errors: [compileError(error, checked.references)] };
  }
  // Rarely needed, and slower to compile.
  let stopping: typeof collecting | undefined;
  const buildStopping = () => {
    try {
      return build(false);
    } catch (error) {
      // Code that stops at the first error nests once for every property: thousands exhaust the stack.
      throw error instanceof RangeError ? new TooManySteps('too large to compile', { cause: error }) : error;
    }
  };

  const validate = (content: Json, unknown = NOTHING): ContentError[] => {
    try {
      meter.restart();
      try {
        return collecting(content) ? [] : describeErrors(exceptUnknown(collecting.errors ?? [], unknown));
      } catch (error) {
        if (!(error instanceof TooManyErrors)) throw error;
      }
      // Too many to hold, which alone says nothing: they may come from an alternative that is not taken.
      meter.restart();
      stopping ??= buildStopping();
      return stopping(content) ? [] : describeErrors(stopping.errors ?? []);
    } catch (error) {
      return [validationFailure(error)];
    }
  };
  return {
    ok: true,
    validate,
    check(content, canonical, rulesEndAtMs) {
      const standIn = standInForSecrets(content, canonical);
      const errors = validate(standIn.content, standIn.places);
      const findings = errors.length > 0 ? { errors, warnings: [] } : rules.evaluate(content, rulesEndAtMs);
      return {
        errors: findings.errors,
        warnings: [...deprecations(content), ...findings.warnings].slice(0, MAX_WARNINGS),
      };
    },
  };
}

/** Most schemas mark nothing: then no content has to be walked. */
function deprecationsOf(
  schema: Json,
  patterns: CheckedSchema['patterns'],
): (content: JsonObject) => ContentError[] {
  if (!JSON.stringify(schema).includes('"deprecated":true')) return () => [];
  const matches = (pattern: string, name: string) => patterns.get(pattern)?.test(name) ?? false;
  const finder = new SubschemaFinder(schema, { withAlternatives: false, matches });
  return (content) => findDeprecated(finder, content);
}

function compileError(error: unknown, references: readonly SchemaReference[]): ContentError {
  if (error instanceof MissingReference) {
    const { pointer, target } = references.find((reference) => error.isCausedBy(reference.target)) ?? {
      pointer: '',
      target: error.target,
    };
    const message = target.startsWith('#')
      ? `"${target}" names no schema in this document`
      : `"${target}" is not in this document, and other documents are not fetched; copy the schema under "$defs"`;
    return { pointer, message };
  }
  if (error instanceof RangeError) {
    return { pointer: '', message: 'the schema is too large to be compiled; simplify it' };
  }
  return { pointer: '', message: error instanceof Error ? error.message.slice(0, 300) : String(error) };
}

function validationFailure(error: unknown): ContentError {
  if (error instanceof TooManySteps) {
    return { pointer: '', message: 'the schema takes too many steps on this content; simplify the schema' };
  }
  // The engine's only stack overflow here: a "$ref" that leads back to itself without going deeper into the content.
  if (error instanceof RangeError) {
    return { pointer: '', message: 'the schema refers to itself without end; remove the circular "$ref"' };
  }
  throw error;
}
