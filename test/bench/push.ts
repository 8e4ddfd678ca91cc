import { setTimeout as delay } from 'node:timers/promises';
import type { BroadcastCommands } from './baselines/socket-io-server.ts';
import { type BenchOptions, measured } from './bench-options.ts';
import { Crowd } from './crowd.ts';
import { type Finding, median, milliseconds, printFindings, residentBytes } from './figures.ts';
import { type Api, type Plane, startPlane } from './plane.ts';
import { monotonicMs, type Program, startProgram } from './program.ts';
import { PublishedService, twoKilobytes } from './rest-client.ts';

const SIZES = [1_000, 5_000];
const ROUNDS = 9;
const WARM_UP_ROUNDS = 2;
const STAYING = 10_000;
const STAY_MS = 15_000;
const GOAL = 1.5;

/** A crowd's processes: two, so that the clients' work does not fall on one core behind the server's. */
const CROWD_PROCESSES = 2;
const STAYING_PROCESSES = 4;

/** How long one publish takes to the last agent, and what connected agents cost. */
export async function benchPush(options: BenchOptions): Promise<void> {
  const plane = await startPlane();
  try {
    const api = await plane.startApi();
    const findings: Finding[] = [];
    for (const size of SIZES) findings.push(...(await benchFanOut(options, plane, api, size)));
    await api.stop();
    findings.push(...(await benchStaying(plane)));
    printFindings('push', findings);
  } finally {
    await plane.stop();
  }
}

interface Times {
  readonly received: number[];
  readonly applied: number[];
}

async function benchFanOut(options: BenchOptions, plane: Plane, api: Api, count: number): Promise<Finding[]> {
  const crowd = await Crowd.start(CROWD_PROCESSES);
  const [socketIo, ws] = await Promise.all([
    startProgram<BroadcastCommands>('./baselines/socket-io-server.ts'),
    startProgram<BroadcastCommands>('./baselines/ws-server.ts'),
  ]);
  try {
    const service = await PublishedService.register(api.rest, `push-${count}`);
    const unwatched = await PublishedService.register(api.rest, `alone-${count}`);
    const target = {
      host: '127.0.0.1',
      count,
      token: plane.token,
      service: service.name,
      environment: 'prod',
    };
    await crowd.connect({ ...target, group: 'ours', protocol: 'socket.io', port: api.port });
    await crowd.connect({
      ...target,
      group: 'socket.io',
      protocol: 'socket.io',
      port: await socketIo.call('listen', null),
    });
    await crowd.connect({ ...target, group: 'ws', protocol: 'plain', port: await ws.call('listen', null) });

    const own: number[] = [];
    const ours: Times = { received: [], applied: [] };
    const raw: Times = { received: [], applied: [] };
    const bare: Times = { received: [], applied: [] };
    const publishOnce = async (number: number): Promise<number> => {
      const startedAtMs = monotonicMs();
      const revision = await service.publish(twoKilobytes(number));
      note(ours, startedAtMs, await crowd.awaitRound('ours', revision));
      return revision;
    };
    for (let round = 1; round <= WARM_UP_ROUNDS + ROUNDS; round++) {
      if (round === WARM_UP_ROUNDS + 1) forget(own, ours, raw, bare);
      const startedAtMs = monotonicMs();
      await unwatched.publish(twoKilobytes(round));
      own.push(monotonicMs() - startedAtMs);
      await publishOnce(round);
      note(raw, await emit(socketIo, round), await crowd.awaitRound('socket.io', round));
      note(bare, await emit(ws, round), await crowd.awaitRound('ws', round));
    }
    if (options.isProfiled) {
      await measured(options, `push-${count}`, api, async () => {
        for (let round = 0; round < ROUNDS; round++) await publishOnce(100 + round);
      });
    }
    const { connected, refused } = await crowd.state('ours');
    if (connected !== count || refused > 0)
      throw new Error(`${connected} of ${count} stayed, ${refused} refused`);
    const allowed = GOAL * median(raw.applied) + median(own);
    return [
      compare(`${count} agents, last one received`, ours.received, raw.received),
      compare(`${count} agents, last one applied`, ours.applied, raw.applied, allowed),
      compare('  the same against raw ws', ours.applied, bare.applied),
      {
        what: "  the publish's own time",
        ours: milliseconds(median(own)),
        baseline: '',
        ratio: '',
        goal: '',
        isMet: undefined,
      },
    ];
  } finally {
    await Promise.all([crowd.stop(), socketIo.stop(), ws.stop()]);
  }
}

function emit(server: Program<BroadcastCommands>, revision: number): Promise<number> {
  return server.call('push', { epoch: 'epoch', revision, hash: 'hash', content: twoKilobytes(revision) });
}

function note(
  times: Times,
  startedAtMs: number,
  end: { lastReceivedMs: number; lastAnsweredMs: number },
): void {
  times.received.push(end.lastReceivedMs - startedAtMs);
  times.applied.push(end.lastAnsweredMs - startedAtMs);
}

function forget(own: number[], ...all: readonly Times[]): void {
  own.length = 0;
  for (const { received, applied } of all) received.length = applied.length = 0;
}

function compare(
  what: string,
  ours: readonly number[],
  baseline: readonly number[],
  allowedMs?: number,
): Finding {
  return {
    what,
    ours: milliseconds(median(ours)),
    baseline: milliseconds(median(baseline)),
    ratio: (median(ours) / median(baseline)).toFixed(2),
    goal: allowedMs === undefined ? '' : `≤ ${milliseconds(allowedMs)}`,
    isMet: allowedMs === undefined ? undefined : median(ours) <= allowedMs,
  };
}

/** Ten thousand agents, each with one report sent, for a ping and more; the same on socket.io alone. */
async function benchStaying(plane: Plane): Promise<Finding[]> {
  const limit = openFilesLimit();
  if (limit < STAYING + 500) {
    const ours = `only ${limit} open files are allowed: raise ulimit -n`;
    return [
      {
        what: `${STAYING} agents stay: not measured`,
        ours,
        baseline: '',
        ratio: '',
        goal: '',
        isMet: undefined,
      },
    ];
  }
  const api = await plane.startApi();
  const crowd = await Crowd.start(STAYING_PROCESSES);
  const raw = await startProgram<BroadcastCommands>('./baselines/socket-io-server.ts');
  try {
    const service = await PublishedService.register(api.rest, 'staying');
    const revision = await service.publish(twoKilobytes(0));
    const rawPort = await raw.call('listen', null);
    const target = {
      protocol: 'socket.io',
      host: '127.0.0.1',
      count: STAYING,
      token: plane.token,
      service: 'staying',
      environment: 'prod',
    } as const;
    const before = { ours: residentBytes(api.pid), raw: residentBytes(raw.pid) };
    await crowd.connect({ ...target, group: 'ours', port: api.port });
    await crowd.connect({ ...target, group: 'raw', port: rawPort });
    await crowd.awaitRound('ours', revision);
    await emit(raw, revision);
    await crowd.awaitRound('raw', revision);
    for (const group of ['ours', 'raw']) await crowd.reportOnce(group);
    await delay(STAY_MS);
    const after = { ours: residentBytes(api.pid), raw: residentBytes(raw.pid) };
    const { connected } = await crowd.state('ours');
    return [
      {
        what: `of ${STAYING} agents stayed`,
        ours: String(connected),
        baseline: '',
        ratio: '',
        goal: String(STAYING),
        isMet: connected === STAYING,
      },
      compareMemory('  memory of the process', after.ours, after.raw),
      compareMemory('  of it, since they connected', after.ours - before.ours, after.raw - before.raw),
    ];
  } finally {
    await Promise.all([crowd.stop(), raw.stop()]);
  }
}

function compareMemory(what: string, ours: number, baseline: number): Finding {
  const mebibytes = (bytes: number) => `${Math.round(bytes / 1_048_576)} MiB`;
  return {
    what,
    ours: mebibytes(ours),
    baseline: mebibytes(baseline),
    ratio: (ours / baseline).toFixed(2),
    goal: `< ${GOAL}`,
    isMet: ours / baseline < GOAL,
  };
}

/** Node raises the soft limit to the hard one when it starts. */
function openFilesLimit(): number {
  const { userLimits } = process.report.getReport() as {
    userLimits?: { open_files?: { hard: number | 'unlimited' } };
  };
  const hard = userLimits?.open_files?.hard ?? 0;
  return hard === 'unlimited' ? Number.POSITIVE_INFINITY : hard;
}
