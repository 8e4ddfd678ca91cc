import type { ContentError } from '../configs/content-limits.js';
import { isJsonArray, isJsonObject, type Json, type JsonObject } from '../configs/json.js';
import { appendPointer, type JsonPointer } from '../configs/json-pointer.js';
import { compileRule, type CompiledRule, toRuleValue } from './cel-rule.js';
import { RuleMeter } from './rule-meter.js';

export const RULES_KEYWORD = 'x-binnacle-rules';

const MAX_RULES = 100;
const MAX_RULE_LENGTH = 2000;
const MAX_MESSAGE_LENGTH = 500;
const MAX_FINDINGS = 50;
const KNOWN_KEYS = ['rule', 'message', 'severity'];

export type RuleSeverity = 'error' | 'warning';

/** What rules, and marks such as `deprecated`, have to say of a content. */
export interface Findings {
  readonly errors: readonly ContentError[];
  readonly warnings: readonly ContentError[];
}

export type CompiledRules =
  | { readonly ok: true; readonly evaluate: (content: JsonObject, endsAtMs?: number) => Findings }
  | { readonly ok: false; readonly errors: readonly ContentError[] };

interface Rule extends CompiledRule {
  readonly message: string;
  readonly severity: RuleSeverity;
}

/**
 * Compiles and type-checks the rules that stand under `x-binnacle-rules` at the root of a schema: expressions in CEL over
 * `self`, the effective config. Whole numbers are `int`, others `double`; a reference to a secret is the map
 * `{"$secret": name}`, never its value. Mistakes come with pointers into the schema.
 *
 * Evaluation takes a bounded number of steps, and some tenths of a second at most for all rules together. A rule that
 * takes more, or cannot be evaluated because a key is missing, counts as broken: the message says so.
 */
export function compileRules(schema: Json): CompiledRules {
  const given = isJsonObject(schema) ? schema[RULES_KEYWORD] : undefined;
  if (given === undefined) return { ok: true, evaluate: () => ({ errors: [], warnings: [] }) };
  const place: JsonPointer = `/${RULES_KEYWORD}`;
  if (!isJsonArray(given)) return failed(place, 'must be an array of {rule, message, severity?}');
  if (given.length > MAX_RULES)
    return failed(place, `must have at most ${MAX_RULES} rules, has ${given.length}`);
  const errors: ContentError[] = [];
  const rules = given.map((rule, index) => readRule(rule, appendPointer(place, index), schema, errors));
  if (errors.length > 0) return { ok: false, errors };
  return {
    ok: true,
    evaluate: (content, endsAtMs) =>
      evaluateAll(
        rules.filter((rule) => rule !== undefined),
        content,
        endsAtMs,
      ),
  };
}

function failed(pointer: JsonPointer, message: string): CompiledRules {
  return { ok: false, errors: [{ pointer, message }] };
}

function readRule(given: Json, place: JsonPointer, schema: Json, errors: ContentError[]): Rule | undefined {
  const before = errors.length;
  const fail = (key: string, message: string) =>
    errors.push({ pointer: key === '' ? place : appendPointer(place, key), message });
  if (!isJsonObject(given)) {
    fail('', 'must be an object {rule, message, severity?}');
    return undefined;
  }
  const { rule, message, severity = 'error' } = given;
  for (const key of Object.keys(given).filter((name) => !KNOWN_KEYS.includes(name)))
    fail(key, `unknown property; a rule has ${KNOWN_KEYS.join(', ')}`);
  if (!isText(message, MAX_MESSAGE_LENGTH))
    fail('message', `must be a text of 1 to ${MAX_MESSAGE_LENGTH} characters`);
  if (severity !== 'error' && severity !== 'warning') fail('severity', 'must be "error" or "warning"');
  if (!isText(rule, MAX_RULE_LENGTH)) {
    fail('rule', `must be an expression of 1 to ${MAX_RULE_LENGTH} characters`);
    return undefined;
  }
  const compiled = compileRule(rule, schema);
  if (!compiled.ok) fail('rule', compiled.message);
  if (!compiled.ok || errors.length > before) return undefined;
  return { ...compiled.rule, message: message as string, severity: severity as RuleSeverity };
}

function isText(value: Json | undefined, maxLength: number): value is string {
  return typeof value === 'string' && value.trim() !== '' && value.length <= maxLength;
}

function evaluateAll(rules: readonly Rule[], content: JsonObject, endsAtMs?: number): Findings {
  const self = toRuleValue(content);
  const meter = new RuleMeter(endsAtMs);
  const errors: ContentError[] = [];
  const warnings: ContentError[] = [];
  for (const rule of rules) {
    const outcome = rule.evaluate(self, meter);
    if (outcome.kind === 'kept') continue;
    const found = rule.severity === 'error' ? errors : warnings;
    const why = outcome.kind === 'failed' ? ` (${outcome.message})` : '';
    if (found.length < MAX_FINDINGS)
      found.push({ pointer: rule.place(content), message: `${rule.message}${why}` });
  }
  return { errors, warnings };
}
