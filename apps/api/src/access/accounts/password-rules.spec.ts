import { Problem } from '@binnacle/contracts';
import { expect, it } from 'vitest';
import { checkNewPassword, faultOfPassword } from './password-rules.js';

const EMAIL = 'ann.longname@example.org';

it.each([
  ['ann.longname@example.org', 'e-mail'],
  ['Ann.LongName@Example.org', 'e-mail'],
  ['Ann.LongName', 'e-mail'],
  ['aaaaaaaaaaaa', 'few characters'],
  ['121212121212', 'few characters'],
  ['1234567890123', 'common'],
  ['PasswordPassword', 'common'],
  ['Password12345!', 'common'],
  ['!!2024changeme2024!!', 'common'],
  ['ｐａｓｓｗｏｒｄ１２３４', 'common'],
])('refuses %s', (password, reason) => {
  expect(faultOfPassword(password, EMAIL)).toContain(reason);
});

it.each([
  'a lantern over the bow',
  'Tr0ub4dor&3-and-more',
  'ann.longname@example.org!',
  'пароль из шести слов',
])('takes %s', (password) => expect(faultOfPassword(password, EMAIL)).toBeUndefined());

it('points at the password and does not repeat it', () => {
  try {
    checkNewPassword('Password12345!', EMAIL, '/new');
    expect.unreachable('it should have thrown');
  } catch (error) {
    expect(Problem.isInstance(error)).toBe(true);
    expect(error).toMatchObject({ code: 'invalid_request', errors: [{ pointer: '/new' }] });
    expect(JSON.stringify(error) + String(error)).not.toContain('Password12345!');
  }
});
