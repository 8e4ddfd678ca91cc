import { hash } from '@node-rs/argon2';
import { Problem } from '@binnacle/contracts';
import { expect, test } from 'vitest';
import { PasswordHasher } from './password-hasher.js';

test('knows a password by its hash, however it was typed, and no other', async () => {
  const hasher = new PasswordHasher();
  const kept = await hasher.hash('caf\u00e9 at the harbour');
  expect(kept).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  expect(await hasher.verify(kept, 'cafe\u0301 at the harbour')).toBe(true);
  expect(await hasher.verify(kept, 'cafe at the harbour')).toBe(false);
  expect(await hasher.verify(undefined, 'caf\u00e9 at the harbour')).toBe(false);
  expect(await hasher.verify(null, '')).toBe(false);
});

test('takes as long for nobody as for somebody', async () => {
  const hasher = new PasswordHasher();
  const kept = await hasher.hash('correct horse battery');
  const timed = async (passwordHash: string | undefined) => {
    const startedAtMs = performance.now();
    await hasher.verify(passwordHash, 'wrong horse battery');
    return performance.now() - startedAtMs;
  };
  const best = async (passwordHash: string | undefined) => {
    const times: number[] = [];
    for (let count = 0; count < 5; count++) times.push(await timed(passwordHash));
    return Math.min(...times);
  };
  const ratio = (await best(undefined)) / (await best(kept));
  expect(ratio).toBeGreaterThan(0.5);
  expect(ratio).toBeLessThan(2);
});

test('finds out that a hash was made with less than today', async () => {
  const hasher = new PasswordHasher();
  expect(hasher.isOutdated(await hasher.hash('correct horse battery'))).toBe(false);
  expect(hasher.isOutdated(await hash('x', { memoryCost: 8_192, timeCost: 2 }))).toBe(true);
  expect(hasher.isOutdated(await hash('x', { memoryCost: 19_456, timeCost: 1 }))).toBe(true);
});

test('refuses at once what a crowd of two hundred asks beyond its queue, and keeps the event loop free', async () => {
  const hasher = new PasswordHasher();
  let turns = 0;
  let timer = setImmediate(function turn() {
    turns += 1;
    timer = setImmediate(turn);
  });
  const outcomes = await Promise.allSettled(
    Array.from({ length: 200 }, () => hasher.verify(undefined, 'correct horse battery')),
  );
  clearImmediate(timer);
  const refused = outcomes.filter((outcome) => outcome.status === 'rejected');
  const answered = outcomes.filter((outcome) => outcome.status === 'fulfilled');
  expect(answered.length).toBeLessThanOrEqual(52);
  expect(answered.length).toBeGreaterThan(0);
  for (const { reason } of refused) expect(Problem.isInstance(reason) && reason.code).toBe('busy');
  // Hashed on the event loop, each would be a turn.
  expect(turns).toBeGreaterThan(1_000);
  expect(await hasher.verify(undefined, 'afterwards')).toBe(false);
});
