import {
  canonicalJson,
  contentHash,
  isJsonObject,
  SecretValue,
  type Json,
  type JsonObject,
} from '@binnacle/domain';
import type { AgentOptions } from '../agent-options.js';
import { startAgent, type Agent } from '../agent.js';
import type { ConfigEvent } from '../configs/config-events.js';
import { parseKey } from '../configs/key-path.js';
import { reasonOf } from '../logger.js';

/** What a test may set: JSON in which a `SecretValue` stands for a secret. */
export type TestValue =
  | string
  | number
  | boolean
  | null
  | SecretValue
  | readonly TestValue[]
  | { readonly [key: string]: TestValue };

export interface TestAgentOptions extends Partial<
  Omit<AgentOptions, 'url' | 'token' | 'cacheDir' | 'cacheKey' | 'heartbeatMs'>
> {
  /** What is published at the beginning, as revision 1. Default: nothing. */
  readonly config?: { readonly [key: string]: TestValue } | undefined;
}

export type TestOutcome =
  | { readonly outcome: 'applied'; readonly revision: number }
  | { readonly outcome: 'rejected'; readonly revision: number; readonly reason: string };

/** An agent whose control plane is the test. Everything else is the agent that runs in production. */
export interface TestAgent<Shape = JsonObject> extends Agent<Shape> {
  /**
   * Publishes a revision in which this key has this value; undefined removes it. When it returns, validators have judged it
   * and watchers know of it.
   *
   * @example expect(agent.set('pool.max', -1)).toMatchObject({ outcome: 'rejected' });
   */
  set(key: string, value: TestValue | undefined): TestOutcome;
  /** Publishes this content in the place of the whole. */
  publish(content: { readonly [key: string]: TestValue }): TestOutcome;
  /** What happened to the configuration, from the beginning. */
  readonly events: readonly ConfigEvent[];
  /** What the agent warned about. */
  readonly warnings: readonly string[];
}

/**
 * An agent for tests of a service: in memory, without network, disk and timers. Throws when the validators refuse what it is
 * to begin with.
 *
 * @example const agent = createTestAgent({ config: { pool: { max: 5 } }, validate: rule('pool.max', inRange({ min: 1 })) });
 */
export function createTestAgent<Shape = JsonObject>(options: TestAgentOptions = {}): TestAgent<Shape> {
  const { config, ...agentOptions } = options;
  const warnings: string[] = [];
  const warn = (message: string) => void warnings.push(message);
  const { agent, live } = startAgent<Shape>({
    service: 'test',
    environment: 'test',
    logger: { info: () => undefined, warn, error: warn },
    ...agentOptions,
    url: undefined,
  });
  const events: ConfigEvent[] = [];
  live.events.add((event) => void events.push(event));
  const plane = new TestPlane((push) => live.receive(push));
  if (config !== undefined) {
    const first = plane.publish(config);
    if (first.outcome === 'rejected') throw new Error(`createTestAgent: ${first.reason}`);
  }
  return {
    ...agent,
    events,
    warnings,
    set: (key, value) => plane.set(parseKey(key), value),
    publish: (content) => plane.publish(content),
  };
}

class TestPlane {
  readonly #send: (
    push: unknown,
  ) => { readonly outcome: string; readonly reason?: string | undefined } | null;
  readonly #secrets: { [name: string]: string } = {};
  #content: JsonObject = {};
  #revision = 0;

  constructor(
    send: (push: unknown) => { readonly outcome: string; readonly reason?: string | undefined } | null,
  ) {
    this.#send = send;
  }

  set(segments: readonly string[], value: TestValue | undefined): TestOutcome {
    const changed = withValue(this.#content, segments, value === undefined ? undefined : this.#seal(value));
    if (!isJsonObject(changed)) throw new TypeError('the whole configuration must be an object');
    return this.#publish(changed);
  }

  publish(content: { readonly [key: string]: TestValue }): TestOutcome {
    return this.#publish(this.#seal(content) as JsonObject);
  }

  #publish(content: JsonObject): TestOutcome {
    const hash = hashOf(content);
    const revision = (this.#revision += 1);
    const previous = this.#content;
    // First: a watcher may set something in turn.
    this.#content = content;
    const secrets = { ...this.#secrets };
    const answer = this.#send({ epoch: 'test', revision, hash, content: structuredClone(content), secrets });
    if (answer === null) throw new TypeError('this cannot be published: it is no JSON');
    if (answer.outcome === 'applied') return { outcome: 'applied', revision };
    this.#content = previous;
    return { outcome: 'rejected', revision, reason: answer.reason ?? '' };
  }

  /** References in the place of secrets, as a published content has them. */
  #seal(value: TestValue): Json {
    if (value instanceof SecretValue) {
      const name = `test-${Object.keys(this.#secrets).length + 1}`;
      this.#secrets[name] = value.reveal();
      return { $secret: name };
    }
    if (Array.isArray(value)) return value.map((element: TestValue) => this.#seal(element));
    if (typeof value !== 'object' || value === null) return value as Json;
    return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, this.#seal(member)]));
  }
}

function hashOf(content: JsonObject): string {
  try {
    return contentHash(canonicalJson(content));
  } catch (error) {
    throw new TypeError(`this cannot be published: ${reasonOf(error)}`, { cause: error });
  }
}

function withValue(
  content: Json | undefined,
  [segment, ...rest]: readonly string[],
  value: Json | undefined,
): Json | undefined {
  if (segment === undefined) return value;
  if (Array.isArray(content)) {
    const elements: readonly Json[] = content;
    const index = /^\d{1,9}$/.test(segment) ? Number(segment) : -1;
    if (index < 0 || index > elements.length) throw new RangeError(`the array has no place ${segment}`);
    const changed = withValue(elements[index], rest, value);
    const after = elements.slice(index + 1);
    return [...elements.slice(0, index), ...(changed === undefined ? [] : [changed]), ...after];
  }
  const members = isJsonObject(content) ? Object.entries(content) : [];
  const old = members.find(([key]) => key === segment)?.[1];
  const changed = withValue(old, rest, value);
  const others = members.filter(([key]) => key !== segment);
  return Object.fromEntries(changed === undefined ? others : [...others, [segment, changed]]);
}
