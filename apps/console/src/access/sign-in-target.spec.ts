import { expect, it } from 'vitest';
import { readTarget } from './sign-in-target';

it.each(['/services', '/services/orders?instances=prod', '/audit#entry', '/'])('goes back to %s', (to) => {
  expect(readTarget({ to })).toEqual({ to });
});

it.each([
  ['another site', 'https://evil.example'],
  ['another site without a scheme', '//evil.example'],
  ['another site, as some browsers read it', '/\\evil.example'],
  ['a script', 'javascript:alert(1)'],
  ['the sign-in itself', '/sign-in?to=/services'],
  ['a relative path', 'services'],
  ['what is no text', 7],
])('does not go to %s', (_what, to) => {
  expect(readTarget({ to })).toEqual({});
});
