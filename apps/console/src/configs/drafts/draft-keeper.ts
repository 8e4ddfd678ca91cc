import { PlaneUnreachable } from '@binnacle/client';
import { type DraftBody, Problem } from '@binnacle/contracts';
import { draftEndOf } from './draft-end';
import type { DraftPort, DraftState, DraftText, SaveState, Synced, Theirs } from './draft-state';
import type { KeptTexts } from './kept-texts';
import { syncedWithDraft, syncedWithLive } from './open-document';
import { savePace } from './save-pace';

const FIRST_RETRY_MS = 2_000;
const MAX_RETRY_MS = 30_000;

/**
 * Keeps the draft of one document on the server in step with what is typed: saves a while after the last change, one save
 * at a time, tries again while there is no answer, and stops at a conflict until a person has settled it. Until a text is
 * saved, this browser keeps it.
 */
export class DraftKeeper {
  readonly #port: DraftPort;
  readonly #kept: KeptTexts;
  readonly #listeners = new Set<() => void>();
  #state: DraftState;
  #dirtySinceMs: number | undefined;
  #saveTimer: ReturnType<typeof setTimeout> | undefined;
  #keepTimer: ReturnType<typeof setTimeout> | undefined;
  #retryMs = FIRST_RETRY_MS;
  /** What the last save took, here and on the server. */
  #lastSaveMs = 0;
  #running: Promise<void> | undefined;
  /** The version that the text was merged with, to be said with the next save. */
  #mergedWith: number | undefined;
  #isEnded = false;

  constructor(
    port: DraftPort,
    kept: KeptTexts,
    start: { readonly synced: Synced; readonly draft?: DraftBody | undefined; readonly text?: DraftText },
  ) {
    this.#port = port;
    this.#kept = kept;
    const { synced, draft } = start;
    const text = start.text ?? { source: synced.source, format: synced.format };
    const save: SaveState =
      draft === undefined ? { kind: 'untouched' } : { kind: 'saved', atMs: Date.parse(draft.updatedAt) };
    this.#state = { save, text, synced, draft };
    if (start.text !== undefined && !isSame(text, synced)) this.#touched();
  }

  get state(): DraftState {
    return this.#state;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  change(text: DraftText): void {
    if (isSame(text, this.#state.text)) return;
    this.#set({ text });
    this.#touched();
  }

  /** Saves at once what is not saved yet. True when the server has all of it then. */
  async saveNow(): Promise<boolean> {
    clearTimeout(this.#saveTimer);
    while (this.#running !== undefined) await this.#running;
    if (!this.#isSaved()) await this.#run();
    return this.#isSaved();
  }

  /** Goes on with a text in which a person brought both sides together. */
  settle(text: DraftText, theirs: Theirs): void {
    const synced = syncedWith(theirs);
    if (theirs.kind === 'live') this.#mergedWith = undefined;
    this.#set({
      text,
      synced,
      draft: theirs.kind === 'draft' ? theirs.draft : undefined,
      save: { kind: 'dirty' },
    });
    this.#touched();
  }

  /** Goes on with a text that was merged with a newer published version; the draft is based on that one then. */
  rebase(text: DraftText, version: number): void {
    this.#mergedWith = version;
    this.#set({ text, synced: { ...this.#state.synced, baseVersion: version }, save: { kind: 'dirty' } });
    this.#touched();
  }

  /** Keeps in this browser what is not saved, now: the page may be about to go. */
  keepNow(): boolean {
    clearTimeout(this.#keepTimer);
    if (this.#isSaved() || this.#isEnded) return true;
    const { text, synced } = this.#state;
    return this.#kept.keep({
      ...text,
      base: synced.source,
      baseFormat: synced.format,
      baseVersion: synced.baseVersion,
      draftEtag: synced.draftEtag,
      atMs: Date.now(),
    });
  }

  /** The connection is back: does not wait for the next try. */
  retryNow(): void {
    if (this.#state.save.kind === 'offline') void this.saveNow();
  }

  /** The draft was published or discarded: saves nothing more, and this browser keeps nothing. */
  end(): void {
    this.#kept.forget();
    this.#stop();
  }

  /** The page goes on to another one: what can be saved is saved, the rest is kept in this browser. */
  leave(): void {
    this.keepNow();
    const { kind } = this.#state.save;
    if (kind === 'dirty') void this.saveNow();
    if (kind === 'offline' || kind === 'conflict') this.#stop();
  }

  /** After `leave`, when the page stayed after all. */
  resume(): void {
    this.#isEnded = false;
    if (!this.#isSaved()) this.#touched();
  }

  #stop(): void {
    this.#isEnded = true;
    clearTimeout(this.#saveTimer);
    clearTimeout(this.#keepTimer);
  }

  #touched(): void {
    if (this.#isEnded) return;
    this.#dirtySinceMs ??= Date.now();
    clearTimeout(this.#keepTimer);
    const { quietMs, latestMs, keepAfterMs } = this.#pace();
    this.#keepTimer = setTimeout(() => this.keepNow(), keepAfterMs);
    const { kind } = this.#state.save;
    if (kind === 'conflict' || kind === 'offline') return;
    if (kind !== 'saving') this.#set({ save: { kind: 'dirty' } });
    this.#schedule(Math.min(quietMs, Math.max(0, this.#dirtySinceMs + latestMs - Date.now())));
  }

  #pace() {
    return savePace({ characters: this.#state.text.source.length, lastSaveMs: this.#lastSaveMs });
  }

  #schedule(afterMs: number): void {
    clearTimeout(this.#saveTimer);
    this.#saveTimer = setTimeout(() => {
      if (this.#running === undefined) void this.#run();
    }, afterMs);
  }

  #run(): Promise<void> {
    this.#running = this.#save().finally(() => (this.#running = undefined));
    return this.#running;
  }

  async #save(): Promise<void> {
    if (this.#isEnded || this.#state.save.kind === 'conflict') return;
    const { text, synced } = this.#state;
    this.#set({ save: { kind: 'saving' } });
    const baseVersion = this.#mergedWith;
    const beganMs = Date.now();
    try {
      const draft = await this.#port.save({
        ...text,
        basedOn: synced.draftEtag ?? (synced.baseVersion === 0 ? undefined : synced.baseVersion),
        ...(baseVersion === undefined ? {} : { baseVersion }),
      });
      this.#lastSaveMs = Date.now() - beganMs;
      this.#saved(draft, text);
    } catch (error) {
      await this.#failed(error as Error, text);
    }
  }

  #saved(draft: DraftBody, text: DraftText): void {
    if (this.#isEnded) return;
    this.#retryMs = FIRST_RETRY_MS;
    this.#mergedWith = undefined;
    const synced = { ...text, draftEtag: draft.etag, baseVersion: draft.baseVersion };
    const isAll = isSame(this.#state.text, text);
    this.#dirtySinceMs = isAll ? undefined : Date.now();
    this.#set({ synced, draft, save: isAll ? { kind: 'saved', atMs: Date.now() } : { kind: 'dirty' } });
    if (isAll) {
      clearTimeout(this.#keepTimer);
      this.#kept.forget();
    } else this.#schedule(this.#pace().quietMs);
  }

  async #failed(error: Error, text: DraftText): Promise<void> {
    if (this.#isEnded) return;
    if (PlaneUnreachable.isInstance(error)) {
      this.#set({ save: { kind: 'offline', isKept: this.keepNow() } });
      this.#schedule(this.#retryMs);
      this.#retryMs = Math.min(MAX_RETRY_MS, this.#retryMs * 2);
      return;
    }
    this.keepNow();
    const isOvertaken = Problem.isInstance(error) && (error.status === 412 || error.status === 428);
    if (!isOvertaken) return this.#set({ save: { kind: 'refused', error } });
    try {
      const draft = await this.#port.readDraft();
      // A save whose answer was lost: what stands there is ours.
      if (draft !== undefined && isSame(draft, text)) return this.#saved(draft, text);
      const theirs: Theirs = draft === undefined ? await this.#readLive() : { kind: 'draft', draft };
      this.#set({ save: { kind: 'conflict', theirs } });
    } catch (readError) {
      if (!PlaneUnreachable.isInstance(readError))
        return this.#set({ save: { kind: 'refused', error: readError as Error } });
      this.#set({ save: { kind: 'offline', isKept: this.keepNow() } });
      this.#schedule(this.#retryMs);
    }
  }

  async #readLive(): Promise<Theirs> {
    const hadDraft = this.#state.synced.draftEtag !== undefined;
    const [live, newest] = await Promise.all([
      this.#port.readLive(),
      hadDraft ? this.#port.readEnded() : undefined,
    ]);
    return { kind: 'live', live, ended: hadDraft ? draftEndOf(this.#state.draft, newest) : undefined };
  }

  #isSaved(): boolean {
    const { save, text, synced } = this.#state;
    const isMoving = save.kind === 'saving' || save.kind === 'conflict' || this.#mergedWith !== undefined;
    return !isMoving && isSame(text, synced);
  }

  #set(change: Partial<DraftState>): void {
    this.#state = { ...this.#state, ...change };
    for (const listener of this.#listeners) listener();
  }
}

/** What the text is based on from now on, when it was brought together with theirs. */
function syncedWith(theirs: Theirs): Synced {
  return theirs.kind === 'draft' ? syncedWithDraft(theirs.draft) : syncedWithLive(theirs.live);
}

function isSame(one: DraftText, other: DraftText): boolean {
  return one.source === other.source && one.format === other.format;
}
