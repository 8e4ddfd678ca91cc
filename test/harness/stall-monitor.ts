import { appendFileSync } from 'node:fs';

/**
 * Loaded into an API process beside its program (`node --import`), to say of it what cannot be seen from outside:
 * - how long its event loop was blocked. Between two firings of a timer that is due every five milliseconds, the time
 *   that the main thread itself computed is what it kept others waiting; time in which it was ready to run and other
 *   processes had its processor is not its doing. `wallMs` tells that one as well.
 * - that no prototype which everything shares has got or lost a property.
 */
const INTERVAL_MS = 5;
const WORTH_TELLING_MS = 30;

/** One line of the file that `BINNACLE_STALL_FILE` names. */
export type StallReport =
  | { readonly atMs: number; readonly busyMs: number; readonly wallMs: number }
  | { readonly atMs: number; readonly polluted: string };

const file = process.env['BINNACLE_STALL_FILE'];

if (file !== undefined && process.argv[1]?.endsWith('apps/api/dist/main.js') === true) watch(file);

function watch(path: string): void {
  const tell = (report: StallReport) => appendFileSync(path, `${JSON.stringify(report)}\n`);
  const prototypes = { Object: Object.prototype, Array: Array.prototype, Function: Function.prototype };
  const describe = () =>
    Object.entries(prototypes)
      .map(([name, prototype]) => `${name}: ${Reflect.ownKeys(prototype).map(String).join(' ')}`)
      .join('; ');
  const untouched = describe();
  let isPolluted = false;
  let wallMs = performance.now();
  let busyMs = threadMs();
  setInterval(() => {
    const [wallNowMs, busyNowMs] = [performance.now(), threadMs()];
    if (busyNowMs - busyMs > WORTH_TELLING_MS)
      tell({ atMs: Date.now(), busyMs: busyNowMs - busyMs, wallMs: wallNowMs - wallMs });
    if (!isPolluted && describe() !== untouched) {
      isPolluted = true;
      tell({ atMs: Date.now(), polluted: describe() });
    }
    // What the telling took is not the program's.
    wallMs = performance.now();
    busyMs = threadMs();
  }, INTERVAL_MS).unref();
}

function threadMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1_000;
}
