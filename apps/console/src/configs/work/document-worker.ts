import type { AnswerTo, DocumentWork } from './document-work';

/** Longer than a document at the limits takes on a slow machine. */
const TIMEOUT_MS = 20_000;

interface Waiting {
  readonly resolve: (answer: never) => void;
  readonly reject: (error: Error) => void;
  readonly timer: ReturnType<typeof setTimeout>;
}

const waiting = new Map<number, Waiting>();
let worker: Worker | undefined;
let lastId = 0;

/** Does work on a document in a thread of its own, one piece after the other. Rejects when it takes too long. */
export function inDocumentWorker<Work extends DocumentWork>(work: Work): Promise<AnswerTo<Work>> {
  const id = ++lastId;
  return new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => restart(new Error('This document takes too long to be worked on here.')),
      TIMEOUT_MS,
    );
    waiting.set(id, { resolve, reject, timer });
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker has none
    (worker ??= start()).postMessage({ id, work });
  });
}

function start(): Worker {
  const started = new Worker(new URL('./document.worker.ts', import.meta.url), { type: 'module' });
  started.addEventListener(
    'message',
    ({ data }: MessageEvent<{ id: number; answer?: never; error?: string }>) => {
      const found = waiting.get(data.id);
      if (found === undefined) return;
      waiting.delete(data.id);
      clearTimeout(found.timer);
      if (data.error === undefined) found.resolve(data.answer as never);
      else found.reject(new Error(data.error));
    },
  );
  started.addEventListener('error', ({ message }) =>
    restart(new Error(message || 'The part that reads documents did not load.')),
  );
  return started;
}

/** Ends a worker that hangs or broke; the next piece of work begins a new one. */
function restart(error: Error): void {
  worker?.terminate();
  worker = undefined;
  for (const { reject, timer } of waiting.values()) {
    clearTimeout(timer);
    reject(error);
  }
  waiting.clear();
}
