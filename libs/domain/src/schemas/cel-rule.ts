import {
  type ASTNode,
  Environment,
  EvaluationError,
  ParseError,
  TypeError as CelTypeError,
} from '@marcbachmann/cel-js';
import { isJsonArray, isJsonObject, type Json } from '../configs/json.js';
import { appendPointer, type JsonPointer } from '../configs/json-pointer.js';
import { type MeteredNode, meterNodes } from './cel-metering.js';
import { SubschemaFinder } from './find-subschemas.js';
import { RuleMeter } from './rule-meter.js';

/** Structure of one expression. */
const LIMITS = {
  maxAstNodes: 500,
  maxDepth: 32,
  maxListElements: 100,
  maxMapEntries: 100,
  maxCallArguments: 10,
};

export type RuleOutcome =
  | { readonly kind: 'kept' }
  | { readonly kind: 'broken' }
  /** It gave neither true nor false. */
  | { readonly kind: 'failed'; readonly message: string };

export interface CompiledRule {
  readonly evaluate: (self: RuleValue, meter: RuleMeter) => RuleOutcome;
  /** The innermost place of the content that holds all that the rule speaks of. */
  readonly place: (content: Json) => JsonPointer;
}

/** JSON as CEL has it: whole numbers apart from others, and maps for which no key is special. */
export type RuleValue = string | number | bigint | boolean | null | RuleValue[] | Map<string, RuleValue>;

export function toRuleValue(value: Json): RuleValue {
  if (isJsonArray(value)) return value.map(toRuleValue);
  if (isJsonObject(value))
    return new Map(Object.entries(value).map(([key, member]) => [key, toRuleValue(member)]));
  return typeof value === 'number' && Number.isSafeInteger(value) ? BigInt(value) : value;
}

/** CEL has no arithmetic over int and double; a config's author does not choose between 1 and 1.0. */
const ARITHMETIC: Readonly<Record<string, (left: number, right: number) => number>> = {
  '+': (left, right) => left + right,
  '-': (left, right) => left - right,
  '*': (left, right) => left * right,
  '/': (left, right) => left / right,
};

function newEnvironment(): Environment {
  const environment = new Environment({ limits: LIMITS, homogeneousAggregateLiterals: false });
  environment.registerVariable('self', 'map');
  for (const [operator, calculate] of Object.entries(ARITHMETIC)) {
    const mixed = (left: number | bigint, right: number | bigint) => calculate(Number(left), Number(right));
    environment.registerOperator(`int ${operator} double: double`, mixed);
    environment.registerOperator(`double ${operator} int: double`, mixed);
  }
  environment.registerOperator(
    'double == int: bool',
    (left: number, right: bigint) => left === Number(right),
  );
  return environment;
}

const environment = newEnvironment();

export function compileRule(
  rule: string,
  schema: Json,
): { readonly ok: true; readonly rule: CompiledRule } | { readonly ok: false; readonly message: string } {
  let parsed: ReturnType<Environment['parse']>;
  try {
    parsed = environment.parse(rule);
  } catch (error) {
    return { ok: false, message: describe(error) };
  }
  const checked = parsed.check();
  if (!checked.valid) return { ok: false, message: describe(checked.error) };
  if (checked.type !== 'bool' && checked.type !== 'dyn')
    return { ok: false, message: `must give true or false, gives ${checked.type}` };
  const metering = meterNodes(parsed.ast as unknown as MeteredNode);
  if (!metering.ok) return metering;
  const paths = pathsOf(parsed.ast);
  const unknown = paths.find((path) => isUnknown(schema, path));
  if (unknown !== undefined)
    return { ok: false, message: `speaks of ${pointerOf(unknown)}, which this schema does not allow` };

  const evaluate = (self: RuleValue, meter: RuleMeter): RuleOutcome => {
    metering.use(meter);
    try {
      const result: unknown = parsed({ self });
      // Operators such as || go on after an error: the meter's must not get lost in them.
      if (meter.excess !== undefined) throw meter.excess;
      if (result === true) return { kind: 'kept' };
      if (result === false) return { kind: 'broken' };
      return { kind: 'failed', message: 'the rule gave neither true nor false' };
    } catch (error) {
      if (meter.excess !== undefined) return { kind: 'failed', message: `the rule ${meter.excess.message}` };
      return { kind: 'failed', message: `the rule cannot be evaluated: ${describe(error)}` };
    }
  };
  // What has(…) asks for is mostly what the rule then looks into.
  const innermost = paths.filter(
    (path) =>
      !paths.some(
        (other) => other.length > path.length && pointerOf(other).startsWith(`${pointerOf(path)}/`),
      ),
  );
  return { ok: true, rule: { evaluate, place: (content) => commonPlace(innermost, content) } };
}

function describe(error: unknown): string {
  if (error instanceof ParseError || error instanceof CelTypeError || error instanceof EvaluationError) {
    const at = error.range === undefined ? '' : `character ${error.range.start + 1}: `;
    return `${at}${error.summary}${remedyFor(error.code)}`;
  }
  return error instanceof Error ? error.message.slice(0, 200) : String(error);
}

function remedyFor(code: string): string {
  switch (code) {
    case 'unknown_variable':
      return '; the config is called self';
    case 'no_such_key':
      return '; ask has(…) first where it may be missing';
    default:
      return '';
  }
}

/** Keys that an expression reads one inside of the other, beginning at `self`. */
function pathsOf(ast: ASTNode): string[][] {
  const paths: string[][] = [];
  const visit = (value: unknown, isInner: boolean): void => {
    if (Array.isArray(value)) return value.forEach((item) => visit(item, false));
    if (typeof value !== 'object' || value === null || !('op' in value)) return;
    const node = value as ASTNode;
    const path = pathOf(node);
    if (path !== undefined && !isInner) paths.push(path);
    const inner: unknown = node.args;
    if (Array.isArray(inner)) inner.forEach((item) => visit(item, path !== undefined));
    else visit(inner, false);
  };
  visit(ast, false);
  return paths;
}

function pathOf(node: ASTNode): string[] | undefined {
  if (node.op === 'id') return node.args === 'self' ? [] : undefined;
  if (node.op !== '.' && node.op !== '[]') return undefined;
  const parent = pathOf(node.args[0]);
  const key = node.op === '.' ? node.args[1] : node.args[1].op === 'value' ? node.args[1].args : undefined;
  return parent === undefined || typeof key !== 'string' ? undefined : [...parent, key];
}

/** Is there a place on the way that the schema closes against the next key? */
function isUnknown(schema: Json, path: readonly string[]): boolean {
  const finder = new SubschemaFinder(schema);
  return path.some((key, depth) => {
    const parents = finder.at(path.slice(0, depth));
    const isClosed = parents.some(
      ({ additionalProperties, unevaluatedProperties }) =>
        additionalProperties === false || unevaluatedProperties === false,
    );
    return isClosed && finder.inside(parents, key).length === 0;
  });
}

function pointerOf(path: readonly string[]): JsonPointer {
  return path.reduce<JsonPointer>(appendPointer, '');
}

function commonPlace(paths: readonly (readonly string[])[], content: Json): JsonPointer {
  const [first = [], ...others] = paths;
  const common: string[] = [];
  let value: Json | undefined = content;
  for (const [depth, key] of first.entries()) {
    value = isJsonObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
    if (value === undefined || others.some((other) => other[depth] !== key)) break;
    common.push(key);
  }
  return pointerOf(common);
}
