import { expect, it } from 'vitest';
import { REDIS_PROGRAM } from '../redis/find-redis-server.js';
import { chooseInstallation, howToInstall } from './find-program.js';

const only = (program: string) => (name: string) => name === program;

it('installs by itself only where no question is asked', () => {
  const choose = (program: string, isRoot: boolean) =>
    chooseInstallation(REDIS_PROGRAM, only(program), isRoot);
  expect(choose('apt-get', true)?.say).toBe('apt-get');
  expect(choose('apt-get', false)).toBeUndefined();
  expect(choose('brew', false)?.say).toBe('Homebrew');
  expect(choose('brew', true)).toBeUndefined();
  expect(choose('apk', true)).toBeUndefined();
});

it.each([
  ['apt-get', false, 'type: sudo apt-get install redis-server'],
  ['apt-get', true, 'type: apt-get install redis-server'],
  ['brew', false, 'type: brew install redis'],
  ['nothing', false, 'install redis-server (7 or later)'],
])('says what to type with %s (root: %s)', (program, isRoot, remedy) => {
  expect(howToInstall(REDIS_PROGRAM, only(program), isRoot)).toBe(remedy);
});
