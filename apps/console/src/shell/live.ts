import type { ConsoleToServerEvents, ServerToConsoleEvents } from '@binnacle/contracts';
import { useEffect, useSyncExternalStore } from 'react';
import type { Socket } from 'socket.io-client';
import { queryClient, SESSION_KEY } from './query-client';

export type LiveState = 'idle' | 'connecting' | 'live' | 'away';

/** How often what would be told live is read again while nobody tells. */
const POLL_WHILE_AWAY_MS = 15_000;
/** A burst of changes to one topic is read once. */
const REFRESH_AT_MOST_EVERY_MS = 400;
/** As many as a connection may watch (`MAX_WATCHED_TOPICS` of contracts). */
const MAX_TOPICS = 50;

type LiveSocket = Socket<ServerToConsoleEvents, ConsoleToServerEvents>;
type LiveEvent = 'editors' | 'instances';

/*
 * One connection to `/console` for the whole page, opened by the first view that watches something. A topic tells only
 * that something changed: every query that names it in `meta.topics` is read again.
 */
const watchers = new Map<string, number>();
const listeners = new Set<() => void>();
const refreshes = new Map<string, ReturnType<typeof setTimeout>>();
let state: LiveState = 'idle';
let opening: Promise<LiveSocket> | undefined;
let announced = '';

/** Watches the topics as long as the component is there. */
export function useLive(topics: readonly string[]): void {
  const key = topics.join('\n');
  useEffect(() => {
    const watched = key === '' ? [] : key.split('\n');
    for (const topic of watched) watchers.set(topic, (watchers.get(topic) ?? 0) + 1);
    void announce();
    return () => {
      for (const topic of watched) {
        const left = (watchers.get(topic) ?? 1) - 1;
        if (left > 0) watchers.set(topic, left);
        else watchers.delete(topic);
      }
      void announce();
    };
  }, [key]);
}

/** Hears one of the server's events while the component is there; watch its topic too. Memoise the handler. */
export function useLiveEvent<Event extends LiveEvent>(
  event: Event,
  handler: ServerToConsoleEvents[Event],
): void {
  useEffect(() => {
    let isGone = false;
    void connect().then((socket) => {
      if (!isGone) socket.on(event, handler as never);
    });
    return () => {
      isGone = true;
      void connect().then((socket) => socket.off(event, handler as never));
    };
  }, [event, handler]);
}

/** Tells who else has the document open that somebody works on it here. */
export async function tellEditing(service: string, layer: string, isEditing: boolean): Promise<void> {
  (await connect()).emit('editing', { service, layer, isEditing }, () => undefined);
}

export function useLiveState(): LiveState {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => state,
  );
}

/** After a sign-in, a sign-out or a change of workspace: the next watcher connects as who is signed in then. */
export function restartLive(): void {
  endLive();
  void announce();
}

/** Before a sign-out: the server would end the connection while it is still written to. */
export function endLive(): void {
  const old = opening;
  opening = undefined;
  announced = '';
  setState('idle');
  void old?.then((socket) => socket.removeAllListeners().disconnect());
}

async function announce(): Promise<void> {
  if (watchers.size === 0 && opening === undefined) return;
  const socket = await connect();
  const topics = [...watchers.keys()].sort().slice(0, MAX_TOPICS);
  const key = topics.join('\n');
  if (!socket.connected || key === announced) return;
  announced = key;
  // What may not be watched does not change in sight either: its query says why.
  socket.emit('watch', { topics }, () => undefined);
}

function connect(): Promise<LiveSocket> {
  opening ??= open();
  return opening;
}

async function open(): Promise<LiveSocket> {
  setState('connecting');
  const { io } = await import('socket.io-client');
  const socket: LiveSocket = io('/console', { transports: ['websocket'], withCredentials: true });
  let isComingBack = false;
  socket.on('connect', () => {
    announced = '';
    // Between two connections anything may have been missed.
    if (isComingBack) refreshAll();
    isComingBack = true;
    setState('live');
    void announce();
  });
  socket.on('disconnect', (reason) => {
    setState('away');
    if (reason === 'io server disconnect') comeBack(socket);
  });
  socket.on('connect_error', () => {
    setState('away');
    // Refused by the server rather than not reached: it is for us to try again.
    if (!socket.active) comeBack(socket);
  });
  socket.on('goaway', ({ afterMs }) => {
    setTimeout(() => socket.disconnect().connect(), Math.random() * afterMs);
  });
  socket.on('changed', ({ topic }) => refresh(topic));
  socket.on('instances', ({ service, environment }) => refresh(`instances:${service}/${environment}`));
  return socket;
}

/** The server ended the session or changed what it may do: whoever is still signed in connects again. */
function comeBack(socket: LiveSocket): void {
  void queryClient.invalidateQueries({ queryKey: SESSION_KEY });
  setTimeout(() => {
    if (opening !== undefined && queryClient.getQueryData(SESSION_KEY) !== null) socket.connect();
  }, POLL_WHILE_AWAY_MS);
}

setInterval(() => {
  if (state === 'away' && document.visibilityState === 'visible') refreshAll();
}, POLL_WHILE_AWAY_MS);

function refresh(topic: string): void {
  if (refreshes.has(topic)) return;
  const timer = setTimeout(() => {
    refreshes.delete(topic);
    invalidate((other) => other === topic);
  }, REFRESH_AT_MOST_EVERY_MS);
  refreshes.set(topic, timer);
}

function refreshAll(): void {
  invalidate((topic) => watchers.has(topic));
}

function invalidate(isConcerned: (topic: string) => boolean): void {
  void queryClient.invalidateQueries({ predicate: ({ meta }) => meta?.topics?.some(isConcerned) ?? false });
}

function setState(next: LiveState): void {
  if (next === state) return;
  state = next;
  for (const listener of listeners) listener();
}

declare module '@tanstack/react-query' {
  interface Register {
    queryMeta: {
      /** Topics of `/console`: the query is read again when one of them changed. */
      readonly topics?: readonly string[];
    };
  }
}
