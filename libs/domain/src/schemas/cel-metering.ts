import { compileLinearPattern, type LinearPattern } from './linear-pattern.js';
import { RuleMeter } from './rule-meter.js';

/**
 * What is used of the library's nodes and is not in its types: a node is evaluated by its own `evaluate`, macros are
 * expanded under `meta`, and a loop goes on by `setIterValue`. The version of the library is pinned; its specs here fail
 * should one of these change.
 */
export interface MeteredNode {
  readonly op: string;
  readonly args: unknown;
  readonly meta: { readonly alternate?: MeteredNode; readonly macro?: object };
  evaluate: Evaluate;
}

type Evaluate = (this: MeteredNode, evaluator: Evaluator, node: MeteredNode, context: unknown) => unknown;

interface Evaluator {
  run(node: MeteredNode, context: unknown): unknown;
}

interface LoopContext {
  setIterValue(value: unknown, evaluator: unknown): unknown;
}

export type Metering =
  | { readonly ok: true; readonly use: (meter: RuleMeter) => void }
  | { readonly ok: false; readonly message: string };

/** Nodes whose result may be larger than what they were given. */
const MAKERS = new Set(['+', 'call', 'rcall', 'list', 'map']);

/** Makes every step of a checked expression count, and its patterns run in linear time. */
export function meterNodes(root: MeteredNode): Metering {
  let meter = new RuleMeter();
  const current = () => meter;
  const problems: string[] = [];
  const seen = new Set<object>();
  const visit = (value: unknown): void => {
    if (typeof value !== 'object' || value === null || seen.has(value)) return;
    seen.add(value);
    if (isNode(value)) {
      if (isMatch(value)) useLinearPattern(value, problems);
      meterNode(value, current);
      visit(value.args);
      visit(value.meta.alternate);
      visit(value.meta.macro);
    } else if (Array.isArray(value) || Object.getPrototypeOf(value) === Object.prototype) {
      if (isLoop(value)) meterLoop(value.iterCtx, current);
      Object.values(value).forEach(visit);
    }
  };
  visit(root);
  const [message] = problems;
  if (message !== undefined) return { ok: false, message };
  return { ok: true, use: (next) => (meter = next) };
}

function isNode(value: object): value is MeteredNode {
  return 'op' in value && 'args' in value && 'meta' in value;
}

/** The library settles on the function that evaluates a node when it first does, and sets it: that one is wrapped too. */
function meterNode(node: MeteredNode, current: () => RuleMeter): void {
  let evaluate = node.evaluate;
  const isMaker = MAKERS.has(node.op);
  const metered: Evaluate = function (evaluator, ast, context) {
    const meter = current();
    meter.step();
    const result = evaluate.call(node, evaluator, ast, context);
    if (isMaker && (typeof result === 'string' || Array.isArray(result))) meter.made(result.length);
    return result;
  };
  Object.defineProperty(node, 'evaluate', {
    get: () => metered,
    set: (next: Evaluate) => {
      evaluate = next;
    },
  });
}

function isLoop(value: object): value is { iterCtx: LoopContext } {
  return 'iterCtx' in value && 'step' in value;
}

/** Errors inside of a loop's step are caught by the loop; one that is thrown here ends it. */
function meterLoop(context: LoopContext, current: () => RuleMeter): void {
  const setIterValue = context.setIterValue.bind(context);
  context.setIterValue = (value, evaluator) => {
    current().step();
    return setIterValue(value, evaluator);
  };
}

function isMatch({ op, args }: MeteredNode): boolean {
  return op === 'rcall' && Array.isArray(args) && args[0] === 'matches';
}

/** The library's own would take the engine's expressions, which can take for ever. */
function useLinearPattern(node: MeteredNode, problems: string[]): void {
  const [, receiver, [pattern]] = node.args as [string, MeteredNode, [MeteredNode]];
  const source = pattern.op === 'value' ? pattern.args : undefined;
  const compiled = typeof source === 'string' ? compileLinearPattern(source) : undefined;
  if (compiled?.ok !== true) {
    problems.push(`the pattern of matches() ${compiled?.message ?? 'must be written out as a text'}`);
    return;
  }
  const linear: LinearPattern = compiled.pattern;
  node.evaluate = (evaluator, _node, context) => {
    const text = evaluator.run(receiver, context);
    if (typeof text !== 'string') throw new Error('matches() is asked of what is no text');
    return linear.test(text);
  };
}
