import { expect, it } from 'vitest';
import { chooseInstallation, howToInstall } from './find-redis-server.js';

const only = (program: string) => (name: string) => name === program;

it('installs by itself only where no question is asked', () => {
  expect(chooseInstallation(only('apt-get'), true)?.say).toBe('apt-get');
  expect(chooseInstallation(only('apt-get'), false)).toBeUndefined();
  expect(chooseInstallation(only('brew'), false)?.say).toBe('Homebrew');
  expect(chooseInstallation(only('brew'), true)).toBeUndefined();
  expect(chooseInstallation(only('apk'), true)).toBeUndefined();
});

it.each([
  ['apt-get', false, 'type: sudo apt-get install redis-server'],
  ['apt-get', true, 'type: apt-get install redis-server'],
  ['brew', false, 'type: brew install redis'],
  ['nothing', false, 'install redis-server (7 or later)'],
])('says what to type with %s (root: %s)', (program, isRoot, remedy) => {
  expect(howToInstall(only(program), isRoot)).toBe(remedy);
});
