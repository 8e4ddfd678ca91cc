import { PlaneUnreachable } from '@binnacle/client';
import { type DocumentBody, type DraftBody, type EndedDraftBody, Problem } from '@binnacle/contracts';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { DraftKeeper } from './draft-keeper';
import type { DraftPort, DraftText } from './draft-state';
import { keptTextsOf } from './kept-texts';

const NOW_MS = Date.parse('2026-11-23T04:00:00Z');

/** A plane of one document, with the rules of If-Match. */
class Plane implements DraftPort {
  draft: DraftBody | undefined;
  live: DocumentBody | undefined;
  ended: EndedDraftBody | undefined;
  saves: DraftText[] = [];
  isAway = false;
  /** Takes the next save, and loses its answer. */
  losesAnswer = false;
  #etags = 0;

  constructor(liveVersion: number) {
    if (liveVersion > 0) this.publish(liveVersion, '{}');
  }

  publish(version: number, source: string): void {
    this.live = { version, source, format: 'json' } as DocumentBody;
  }

  put(source: string, author: string, baseVersion = this.live?.version ?? 0): DraftBody {
    this.draft = {
      source,
      format: 'json',
      etag: `"draft-${++this.#etags}"`,
      author,
      baseVersion,
      publishedVersion: this.live?.version ?? 0,
      updatedAt: new Date(NOW_MS).toISOString(),
      validation: { valid: true, errors: [], warnings: [] },
    } as unknown as DraftBody;
    return this.draft;
  }

  async save(request: Parameters<DraftPort['save']>[0]): Promise<DraftBody> {
    await Promise.resolve();
    if (this.isAway) throw new PlaneUnreachable('away');
    if (request.basedOn !== (this.draft?.etag ?? this.live?.version))
      throw new Problem('version_conflict', 'overtaken');
    this.saves.push({ source: request.source, format: request.format });
    const saved = this.put(request.source, 'me', request.baseVersion ?? this.draft?.baseVersion);
    if (!this.losesAnswer) return saved;
    this.losesAnswer = false;
    throw new PlaneUnreachable('lost');
  }

  async readDraft(): Promise<DraftBody | undefined> {
    return Promise.resolve(this.draft);
  }

  async readLive(): Promise<DocumentBody | undefined> {
    return Promise.resolve(this.live);
  }

  discard(endedBy: string): void {
    this.draft = undefined;
    const endedAt = new Date(Date.now()).toISOString();
    this.ended = { outcome: 'discarded', endedBy, endedAt } as EndedDraftBody;
  }

  async readEnded(): Promise<EndedDraftBody | undefined> {
    return Promise.resolve(this.ended);
  }
}

class MemoryStorage implements Pick<Storage, 'getItem' | 'setItem' | 'removeItem'> {
  readonly items = new Map<string, string>();
  isFull = false;
  getItem(key: string): string | null {
    return this.items.get(key) ?? null;
  }
  setItem(key: string, value: string): void {
    if (this.isFull) throw new DOMException('full', 'QuotaExceededError');
    this.items.set(key, value);
  }
  removeItem(key: string): void {
    this.items.delete(key);
  }
}

function open(plane: Plane, storage = new MemoryStorage()) {
  const kept = keptTextsOf('default/ann/orders/base', () => storage as unknown as Storage);
  const { draft, live } = plane;
  const keeper = new DraftKeeper(plane, kept, {
    draft,
    synced: {
      source: draft?.source ?? live?.source ?? '',
      format: 'json',
      draftEtag: draft?.etag,
      baseVersion: draft?.baseVersion ?? live?.version ?? 0,
    },
  });
  return { keeper, kept, storage, type: (source: string) => keeper.change({ source, format: 'json' }) };
}

beforeEach(() => {
  vi.useFakeTimers({ now: NOW_MS });
});
afterEach(() => {
  vi.useRealTimers();
});

describe('DraftKeeper', () => {
  it('saves a second after the last change, on the version that it began with', async () => {
    const plane = new Plane(3);
    const { keeper, type } = open(plane);
    expect(keeper.state.save.kind).toBe('untouched');
    type('{"a":1}');
    await vi.advanceTimersByTimeAsync(900);
    type('{"a":2}');
    expect(keeper.state.save.kind).toBe('dirty');
    await vi.advanceTimersByTimeAsync(900);
    expect(plane.saves).toEqual([]);
    await vi.advanceTimersByTimeAsync(200);
    expect(plane.saves).toEqual([{ source: '{"a":2}', format: 'json' }]);
    expect(keeper.state).toMatchObject({
      save: { kind: 'saved' },
      synced: { draftEtag: '"draft-1"', baseVersion: 3 },
    });
  });

  it('saves at least every ten seconds while somebody types on and on', async () => {
    const plane = new Plane(0);
    const { type } = open(plane);
    for (let count = 0; count < 24; count++) {
      type(`{"a":${count}}`);
      await vi.advanceTimersByTimeAsync(500);
    }
    expect(plane.saves.length).toBe(1);
  });

  it('saves what was typed during a save next, with the new ETag', async () => {
    const plane = new Plane(1);
    const { keeper, type } = open(plane);
    type('{"a":1}');
    const saving = keeper.saveNow();
    type('{"a":2}');
    await saving;
    await vi.advanceTimersByTimeAsync(1_100);
    expect(plane.saves.map(({ source }) => source)).toEqual(['{"a":1}', '{"a":2}']);
    expect(keeper.state.save.kind).toBe('saved');
  });

  it('keeps the text in this browser until the server has it', async () => {
    const plane = new Plane(2);
    const { kept, type } = open(plane);
    type('{"a":1}');
    await vi.advanceTimersByTimeAsync(300);
    expect(kept.read()).toMatchObject({ source: '{"a":1}', base: '{}', baseVersion: 2, atMs: NOW_MS + 250 });
    await vi.advanceTimersByTimeAsync(1_000);
    expect(kept.read()).toBeUndefined();
  });

  it('tries again while the plane is away, and says where the text is until then', async () => {
    const plane = new Plane(1);
    const { keeper, kept, type } = open(plane);
    plane.isAway = true;
    type('{"a":1}');
    await vi.advanceTimersByTimeAsync(1_100);
    expect(keeper.state.save).toEqual({ kind: 'offline', isKept: true });
    type('{"a":2}');
    await vi.advanceTimersByTimeAsync(300);
    expect(kept.read()?.source).toBe('{"a":2}');
    plane.isAway = false;
    await vi.advanceTimersByTimeAsync(5_000);
    expect(keeper.state.save.kind).toBe('saved');
    expect(plane.draft?.source).toBe('{"a":2}');
  });

  it('says so when the browser has no room', async () => {
    const plane = new Plane(1);
    const storage = new MemoryStorage();
    storage.isFull = true;
    const { keeper, type } = open(plane, storage);
    plane.isAway = true;
    type('{"a":1}');
    await vi.advanceTimersByTimeAsync(1_100);
    expect(keeper.state.save).toEqual({ kind: 'offline', isKept: false });
  });

  it('takes a save whose answer was lost for its own', async () => {
    const plane = new Plane(1);
    const { keeper, type } = open(plane);
    plane.losesAnswer = true;
    type('{"a":1}');
    await vi.advanceTimersByTimeAsync(1_100);
    expect(keeper.state.save.kind).toBe('offline');
    await vi.advanceTimersByTimeAsync(2_100);
    expect(keeper.state).toMatchObject({ save: { kind: 'saved' }, synced: { draftEtag: '"draft-1"' } });
  });

  it('stops at a draft that somebody else saved, and goes on from what the two were made into', async () => {
    const plane = new Plane(1);
    const { keeper, kept, type } = open(plane);
    type('{"mine":1}');
    plane.put('{"theirs":1}', 'ben');
    await vi.advanceTimersByTimeAsync(1_100);
    const { save } = keeper.state;
    expect(save).toMatchObject({ kind: 'conflict', theirs: { kind: 'draft', draft: { author: 'ben' } } });
    expect(kept.read()?.source).toBe('{"mine":1}');
    type('{"mine":2}');
    await vi.advanceTimersByTimeAsync(20_000);
    expect(plane.draft?.source).toBe('{"theirs":1}');
    if (save.kind !== 'conflict') throw new Error('no conflict');
    keeper.settle({ source: '{"mine":2,"theirs":1}', format: 'json' }, save.theirs);
    await vi.advanceTimersByTimeAsync(1_100);
    expect(plane.draft?.source).toBe('{"mine":2,"theirs":1}');
    expect(keeper.state.save.kind).toBe('saved');
  });

  it('stops when somebody published first, and begins a draft on that version after a merge', async () => {
    const plane = new Plane(1);
    const { keeper, type } = open(plane);
    type('{"mine":1}');
    plane.publish(2, '{"theirs":1}');
    await vi.advanceTimersByTimeAsync(1_100);
    const { save } = keeper.state;
    if (save.kind !== 'conflict') throw new Error('no conflict');
    expect(save.theirs).toMatchObject({ kind: 'live', live: { version: 2 }, ended: undefined });
    keeper.settle({ source: '{"mine":1,"theirs":1}', format: 'json' }, save.theirs);
    await vi.advanceTimersByTimeAsync(1_100);
    expect(plane.draft).toMatchObject({ source: '{"mine":1,"theirs":1}', baseVersion: 2 });
  });

  it('says who discarded the draft that it continued, and begins another one', async () => {
    const plane = new Plane(1);
    plane.put('{"saved":1}', 'me');
    const { keeper, type } = open(plane);
    plane.discard('ben');
    type('{"mine":1}');
    await vi.advanceTimersByTimeAsync(1_100);
    const { save } = keeper.state;
    if (save.kind !== 'conflict') throw new Error('no conflict');
    expect(save.theirs).toMatchObject({ kind: 'live', ended: { outcome: 'discarded', endedBy: 'ben' } });
    keeper.settle({ source: '{"mine":1}', format: 'json' }, save.theirs);
    await vi.advanceTimersByTimeAsync(1_100);
    expect(plane.draft).toMatchObject({ source: '{"mine":1}', baseVersion: 1 });
  });

  it('says with the next save which version a draft was merged with', async () => {
    const plane = new Plane(1);
    plane.put('{"mine":1}', 'me');
    plane.publish(2, '{"theirs":1}');
    const { keeper } = open(plane);
    keeper.rebase({ source: '{"mine":1,"theirs":1}', format: 'json' }, 2);
    expect(await keeper.saveNow()).toBe(true);
    expect(plane.draft?.baseVersion).toBe(2);
  });

  it('says so too when the merge left the text as it was', async () => {
    const plane = new Plane(1);
    plane.put('{"mine":1}', 'me');
    plane.publish(2, '{"mine":1}');
    const { keeper } = open(plane);
    keeper.rebase({ source: '{"mine":1}', format: 'json' }, 2);
    expect(await keeper.saveNow()).toBe(true);
    expect(plane.draft?.baseVersion).toBe(2);
  });

  it('saves at once when the page goes on, and keeps what cannot be saved', async () => {
    const plane = new Plane(1);
    const { keeper, kept, type } = open(plane);
    type('{"a":1}');
    keeper.leave();
    await vi.advanceTimersByTimeAsync(0);
    expect(plane.draft?.source).toBe('{"a":1}');
    keeper.resume();
    plane.isAway = true;
    type('{"a":2}');
    await vi.advanceTimersByTimeAsync(1_100);
    keeper.leave();
    plane.isAway = false;
    await vi.advanceTimersByTimeAsync(60_000);
    expect(plane.draft?.source).toBe('{"a":1}');
    expect(kept.read()?.source).toBe('{"a":2}');
  });

  it('saves nothing more once it was ended', async () => {
    const plane = new Plane(1);
    const { keeper, kept, type } = open(plane);
    type('{"a":1}');
    keeper.end();
    await vi.advanceTimersByTimeAsync(20_000);
    expect(plane.saves).toEqual([]);
    expect(kept.read()).toBeUndefined();
  });
});
