import { expect, it } from 'vitest';
import { savePace } from './save-pace';

it('saves what is small and quick a second after the last change', () => {
  expect(savePace({ characters: 5_000, lastSaveMs: 80 })).toEqual({
    quietMs: 1_000,
    latestMs: 10_000,
    keepAfterMs: 250,
  });
});

it('saves a large text less often, also the first time', () => {
  const { quietMs, keepAfterMs } = savePace({ characters: 950_000, lastSaveMs: 0 });
  expect(quietMs).toBeGreaterThan(5_000);
  expect(keepAfterMs).toBeGreaterThan(1_000);
});

it('saves less often what takes the server long, within bounds', () => {
  expect(savePace({ characters: 10, lastSaveMs: 400 })).toMatchObject({ quietMs: 4_000, latestMs: 12_000 });
  expect(savePace({ characters: 10, lastSaveMs: 60_000 })).toMatchObject({
    quietMs: 10_000,
    latestMs: 30_000,
  });
});
