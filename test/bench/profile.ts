import { writeFileSync } from 'node:fs';
import { relative } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { WebSocket } from 'ws';

export interface ProfileNode {
  readonly id: number;
  readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number };
  readonly children?: readonly number[];
}

export interface CpuProfile {
  readonly nodes: readonly ProfileNode[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const SAMPLING_INTERVAL_MICROSECONDS = 500;
const LISTED = 25;
const OPENING_TIMEOUT_MS = 5_000;

interface Inspected {
  readonly pid: number;
  readonly inspectPort: number;
}

/** Profiles a process while `work` runs: writes a file that browsers' developer tools open, and prints the summary. */
export async function profiled<Answer>(
  inspected: Inspected,
  file: string,
  work: () => Promise<Answer>,
): Promise<Answer> {
  const { profile, answer } = await profileOf(inspected, work);
  writeFileSync(file, JSON.stringify(profile));
  process.stdout.write(`\nProfile in ${file}\n${summarize(profile)}`);
  return answer;
}

/** The profile of a process while `work` ran. */
export async function profileOf<Answer>(
  { pid, inspectPort }: Inspected,
  work: () => Promise<Answer>,
): Promise<{ profile: CpuProfile; answer: Answer }> {
  process.kill(pid, 'SIGUSR1');
  const inspector = await openInspector(inspectPort);
  await inspector.send('Profiler.enable', {});
  await inspector.send('Profiler.setSamplingInterval', { interval: SAMPLING_INTERVAL_MICROSECONDS });
  await inspector.send('Profiler.start', {});
  const answer = await work();
  const { profile } = (await inspector.send('Profiler.stop', {})) as { profile: CpuProfile };
  inspector.close();
  return { profile, answer };
}

/**
 * The share of busy time that was spent by files which match, from 0 to 1. What Node or native code does counts for the
 * file that called it; what a file hands on to another one, by a call or a callback, counts for that one.
 */
export function shareOf({ nodes, samples, timeDeltas }: CpuProfile, files: RegExp): number {
  const parents = new Map<number, ProfileNode>();
  const byId = new Map(nodes.map((node) => [node.id, node]));
  for (const node of nodes) for (const child of node.children ?? []) parents.set(child, node);
  const spenderOf = (leaf: ProfileNode): ProfileNode | undefined => {
    let node: ProfileNode | undefined = leaf;
    while (node !== undefined && !node.callFrame.url.startsWith('file://')) node = parents.get(node.id);
    return node;
  };
  let busy = 0;
  let spent = 0;
  for (const [index, id] of samples.entries()) {
    const leaf = byId.get(id);
    if (leaf === undefined || leaf.callFrame.functionName === '(idle)') continue;
    const took = timeDeltas[index] ?? 0;
    busy += took;
    if (files.test(spenderOf(leaf)?.callFrame.url ?? '')) spent += took;
  }
  return spent / busy;
}

async function openInspector(port: number) {
  const [target] = await listTargets(port, performance.now() + OPENING_TIMEOUT_MS);
  const socket = new WebSocket(target?.webSocketDebuggerUrl ?? '', {
    perMessageDeflate: false,
    maxPayload: 2 ** 30,
  });
  const opened = Promise.withResolvers<void>();
  socket.on('open', () => opened.resolve());
  socket.on('error', opened.reject);
  const waiting = new Map<number, PromiseWithResolvers<unknown>>();
  socket.on('message', (data: Buffer) => {
    const { id, result } = JSON.parse(data.toString()) as { id: number; result: unknown };
    waiting.get(id)?.resolve(result);
    waiting.delete(id);
  });
  await opened.promise;
  let nextId = 1;
  return {
    send(method: string, params: object): Promise<unknown> {
      const id = nextId++;
      const call = Promise.withResolvers<unknown>();
      waiting.set(id, call);
      socket.send(JSON.stringify({ id, method, params }));
      return call.promise;
    },
    close: () => socket.close(),
  };
}

/** The inspector opens a moment after the signal. */
async function listTargets(port: number, deadlineMs: number): Promise<{ webSocketDebuggerUrl: string }[]> {
  for (;;) {
    try {
      const answer = await fetch(`http://127.0.0.1:${port}/json/list`);
      return (await answer.json()) as { webSocketDebuggerUrl: string }[];
    } catch (error) {
      if (performance.now() > deadlineMs) throw error;
      await delay(20);
    }
  }
}

/** Busy time by function, by itself and with all that it calls, and by package. */
function summarize({ nodes, samples, timeDeltas }: CpuProfile): string {
  const parents = new Map<number, ProfileNode>();
  const byId = new Map(nodes.map((node) => [node.id, node]));
  for (const node of nodes) for (const child of node.children ?? []) parents.set(child, node);
  const own = new Map<string, number>();
  const total = new Map<string, number>();
  const packages = new Map<string, number>();
  let busy = 0;
  let all = 0;
  for (const [index, id] of samples.entries()) {
    const took = timeDeltas[index] ?? 0;
    const leaf = byId.get(id);
    all += took;
    if (leaf === undefined || leaf.callFrame.functionName === '(idle)') continue;
    busy += took;
    add(own, nameOf(leaf), took);
    add(packages, packageOf(leaf), took);
    const seen = new Set<string>();
    for (let node: ProfileNode | undefined = leaf; node !== undefined; node = parents.get(node.id))
      seen.add(nameOf(node));
    for (const name of seen) add(total, name, took);
  }
  return [
    `busy ${Math.round((busy / all) * 100)} % of the time`,
    ...section('By package', packages, busy),
    ...section('By function, itself', own, busy),
    ...section('By function, with what it calls', total, busy),
    '',
  ].join('\n');
}

function add(sums: Map<string, number>, key: string, value: number): void {
  sums.set(key, (sums.get(key) ?? 0) + value);
}

function section(title: string, sums: Map<string, number>, busy: number): string[] {
  const sorted = [...sums].sort(([, a], [, b]) => b - a).slice(0, LISTED);
  return [
    '',
    title,
    ...sorted.map(([name, took]) => `  ${((took / busy) * 100).toFixed(1).padStart(5)} %  ${name}`),
  ];
}

function nameOf({ callFrame: { functionName, url, lineNumber } }: ProfileNode): string {
  const place = url.startsWith('file://') ? relative(ROOT, fileURLToPath(url)) : url;
  return `${functionName === '' ? '(anonymous)' : functionName}${place === '' ? '' : ` ${place}:${lineNumber + 1}`}`;
}

function packageOf({ callFrame: { functionName, url } }: ProfileNode): string {
  if (functionName === '(garbage collector)') return functionName;
  if (url === '') return '(native code)';
  if (url.startsWith('node:')) return 'node';
  const path = relative(ROOT, fileURLToPath(url));
  const [, dependency] = /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path) ?? [];
  return dependency ?? path.split('/').slice(0, 2).join('/');
}
