import { SecretValue, type Json, type JsonObject } from '@binnacle/domain';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OnceLogger } from '../logger.js';
import { readCommandLine } from './command-line.js';
import { readEnvironmentVariables } from './environment-variables.js';
import { resolveConfig } from './resolve-config.js';
import { SecretKeys } from './secret-keys.js';

const DEFAULTS: JsonObject = {
  pool: { maxSize: 5, name: 'main', on: true, 'idle-ms': 1 },
  hosts: ['a'],
  none: null,
  twins: { aB: 1, a_b: 2 },
};

function over(defaults: JsonObject, variables: Record<string, string>, commandLine: string[] = []) {
  const warnings: string[] = [];
  const logger = { info: () => {}, warn: (text: string) => void warnings.push(text), error: () => {} };
  const overrides = [
    ...readEnvironmentVariables({ prefix: 'APP_', variables }),
    ...readCommandLine(commandLine),
  ];
  const moving = { file: null, published: null, source: 'cache' } as const;
  const { snapshot } = resolveConfig(
    { defaults, overrides, secretKeys: new SecretKeys() },
    moving,
    new OnceLogger(logger),
  );
  return { snapshot, warnings };
}

describe('environment variables and the command line', () => {
  it.each<[string, string, string, Json]>([
    ['APP_POOL__MAX_SIZE', '9', 'pool.maxSize', 9],
    ['APP_pool__maxSize', '9', 'pool.maxSize', 9],
    ['APP_POOL__IDLE_MS', '7', 'pool.idle-ms', 7],
    ['APP_POOL__NAME', '12', 'pool.name', '12'],
    ['APP_POOL__NAME', '"x"', 'pool.name', '"x"'],
    ['APP_POOL__NAME', '', 'pool.name', ''],
    ['APP_POOL__ON', 'false', 'pool.on', false],
    ['APP_POOL__ON', '0', 'pool.on', false],
    ['APP_HOSTS', '["x","y"]', 'hosts', ['x', 'y']],
    ['APP_POOL', '{"name":"x"}', 'pool.name', 'x'],
    ['APP_POOL', '{"name":"x"}', 'pool.maxSize', 5],
    ['APP_NEW_KEY__SUB', '5', 'newKey.sub', 5],
    ['APP_NEW', 'plain', 'new', 'plain'],
    ['APP_NEW', '007', 'new', '007'],
    ['APP_NEW', '12345678901234567890', 'new', '12345678901234567890'],
    ['APP_NONE', '[1]', 'none', [1]],
    ['APP_TWINS__aB', '9', 'twins.aB', 9],
    ['APP___PROTO__', 'x', '__proto__', undefined as never],
  ])('%s=%s makes %s %j', (name, text, key, value) => {
    const { snapshot, warnings } = over(DEFAULTS, { [name]: text, OTHER: '1' });
    expect(snapshot.get(key)).toEqual(value);
    expect(warnings).toEqual([]);
  });

  it.each([
    ['APP_POOL__MAX_SIZE', 'canary', '"pool.maxSize" is a number, and this is not'],
    ['APP_POOL__MAX_SIZE', 'null', 'is a number'],
    ['APP_POOL__ON', 'canary', 'is a boolean'],
    ['APP_HOSTS', 'canary', 'is an array'],
    ['APP_HOSTS__0', 'canary', '"hosts" is an array, which has no keys'],
    ['APP_POOL__NAME__X', 'canary', 'is a string, which has no keys'],
    ['APP_TWINS__A_B', 'canary', 'fits more than one key'],
    ['APP_NEW', '['.repeat(200) + ']'.repeat(200), 'nested deeper'],
    ['APP_NEW', '{"a":{"$secret":"x"}}', 'secrets'],
  ])('%s=%s is ignored, with a warning that does not tell the text', (name, text, reason) => {
    const { snapshot, warnings } = over(DEFAULTS, { [name]: text });
    expect(snapshot.content).toEqual(over(DEFAULTS, {}).snapshot.content);
    expect(warnings).toEqual([expect.stringContaining(`ignoring ${name}: `)]);
    expect(warnings[0]).toContain(reason);
    expect(warnings[0]).not.toContain('canary');
  });

  it('puts the command line over the variables, and the later one over the earlier', () => {
    const commandLine = [
      'serve',
      '--set',
      'pool.maxSize=1',
      '--set=pool.maxSize=2',
      '--port',
      '8',
      '--',
      '--set',
      'x=1',
    ];
    const { snapshot } = over(DEFAULTS, { APP_POOL__MAX_SIZE: '9' }, commandLine);
    expect(snapshot.get('pool.maxSize')).toBe(2);
    expect(snapshot.get('x')).toBeUndefined();
    expect(over({}, {}, ['--set', 'a\\.b=x=y']).snapshot.get('a\\.b')).toBe('x=y');
  });

  it('makes what hides a secret a secret', () => {
    const { snapshot } = over({ db: { password: { $secret: 'db' } } }, { APP_DB__PASSWORD: '123' });
    expect(snapshot.get<SecretValue>('db.password')).toBeInstanceOf(SecretValue);
    expect(snapshot.secret('db.password', '').reveal()).toBe('123');
  });

  it.each([['--set'], ['--set', 'canary'], ['--set', '=5'], ['--set=']])('refuses %j', (...commandLine) => {
    expect(() => readCommandLine(commandLine)).toThrow(TypeError);
    expect(() => readCommandLine(commandLine)).not.toThrow('canary');
  });

  it.each(['', 'A-', 'BINNACLE_', '1A'])('refuses the prefix %j', (prefix) => {
    expect(() => readEnvironmentVariables({ prefix, variables: {} })).toThrow(TypeError);
  });

  it('takes any texts without a fault, and keeps the prototype clean', () => {
    const names = fc.stringMatching(/^APP_[A-Za-z0-9_]{0,12}$/);
    fc.assert(
      fc.property(fc.dictionary(names, fc.string()), fc.array(fc.string()), (variables, values) => {
        const { snapshot } = over(
          DEFAULTS,
          variables,
          values.flatMap((text) => ['--set', `__proto__.x=${text}`]),
        );
        expect(JSON.parse(JSON.stringify(snapshot.content))).toEqual(snapshot.content);
        expect(({} as { x?: unknown }).x).toBeUndefined();
      }),
    );
  });
});
