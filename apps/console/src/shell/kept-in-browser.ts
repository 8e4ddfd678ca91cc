/** What this browser keeps of a person's work. It goes when they sign out, in every tab. */
const PREFIX = 'binnacle-kept:';
/** Changes with every sign-out: what began before it keeps nothing any more. */
const EPOCH_KEY = 'binnacle-signed-out';
/** Of one origin; browsers give about five million characters. */
export const MAX_KEPT_CHARACTERS = 4_000_000;
export const MAX_KEPT_COUNT = 20;

/** How long a sign-out waits for what is not saved yet. */
const LAST_SAVE_TIMEOUT_MS = 5_000;

/** One thing kept under its key. */
export interface KeptSlot {
  /** False when the browser has no room for it, or the person has signed out since. */
  write(value: string): boolean;
  read(): string | undefined;
  forget(): void;
}

/** Bounded in count and characters: what was written longest ago makes room. */
export function keptSlot(name: string, storage: () => Storage = () => localStorage): KeptSlot {
  const key = PREFIX + name;
  const attempt = <Answer>(work: (store: Storage) => Answer, otherwise: Answer): Answer => {
    try {
      return work(storage());
    } catch {
      // Full or forbidden (private windows): the caller tells the person, who can copy the text.
      return otherwise;
    }
  };
  const epoch = attempt(epochOf, null);
  return {
    write: (value) =>
      attempt((store) => {
        if (epochOf(store) !== epoch || value.length > MAX_KEPT_CHARACTERS) return false;
        makeRoom(store, key, value.length);
        store.setItem(key, `${Date.now()} ${value}`);
        return true;
      }, false),
    read: () =>
      attempt((store) => {
        const found = store.getItem(key);
        return found === null ? undefined : found.slice(found.indexOf(' ') + 1);
      }, undefined),
    forget: () => attempt((store) => store.removeItem(key), undefined),
  };
}

/** Forgets everything that was kept, and lets no page that is still open keep it again. */
export function forgetAllKept(store: Storage = localStorage): void {
  try {
    for (const key of keysOf(store)) store.removeItem(key);
    store.setItem(EPOCH_KEY, crypto.randomUUID());
  } catch {
    // Where nothing can be removed, nothing could be kept.
  }
}

const lastSaves = new Set<() => Promise<unknown>>();

/** Is done before somebody signs out: afterwards nothing can be saved, and nothing is kept. Returns how to take it back. */
export function beforeSignOut(save: () => Promise<unknown>): () => void {
  lastSaves.add(save);
  return () => lastSaves.delete(save);
}

/** Resolves when everything is saved that can be, or after a while. */
export async function saveBeforeSignOut(): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const isOver = new Promise((resolve) => (timer = setTimeout(resolve, LAST_SAVE_TIMEOUT_MS)));
  await Promise.race([Promise.allSettled([...lastSaves].map((save) => save())), isOver]);
  clearTimeout(timer);
}

function makeRoom(store: Storage, key: string, length: number): void {
  const others = keysOf(store)
    .filter((other) => other !== key)
    .map((other) => {
      const value = store.getItem(other) ?? '';
      return { key: other, length: value.length, atMs: Number(value.slice(0, value.indexOf(' '))) || 0 };
    })
    .sort((one, other) => other.atMs - one.atMs);
  let [count, characters] = [1, length];
  for (const other of others) {
    count += 1;
    characters += other.length;
    if (count > MAX_KEPT_COUNT || characters > MAX_KEPT_CHARACTERS) store.removeItem(other.key);
  }
}

function keysOf(store: Storage): string[] {
  return Array.from({ length: store.length }, (_, index) => store.key(index) ?? '').filter((key) =>
    key.startsWith(PREFIX),
  );
}

function epochOf(store: Storage): string | null {
  return store.getItem(EPOCH_KEY);
}
