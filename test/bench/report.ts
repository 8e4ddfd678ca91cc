import type { BroadcastCommands } from './baselines/socket-io-server.ts';
import { type BenchOptions, measured } from './bench-options.ts';
import { Crowd } from './crowd.ts';
import { compareCosts, compareRates, measureRate, printFindings, type Rate } from './figures.ts';
import { startPlane } from './plane.ts';
import { startProgram } from './program.ts';
import { PublishedService, twoKilobytes } from './rest-client.ts';

const AGENTS = 2_000;
const ROUNDS = 7;
const ROUND_MS = 3_000;
const GOAL = 0.5;

/** How many health reports a process takes in, against socket.io acknowledging the same messages. */
export async function benchReport(options: BenchOptions): Promise<void> {
  const plane = await startPlane();
  const crowd = await Crowd.start(1);
  const raw = await startProgram<BroadcastCommands>('./baselines/socket-io-server.ts');
  try {
    const api = await plane.startApi();
    const service = await PublishedService.register(api.rest, 'report');
    await service.publish(twoKilobytes(0));
    const target = {
      protocol: 'socket.io',
      host: '127.0.0.1',
      count: AGENTS,
      token: plane.token,
      service: 'report',
      environment: 'prod',
    } as const;
    await crowd.connect({ ...target, group: 'ours', port: api.port });
    await crowd.connect({ ...target, group: 'raw', port: await raw.call('listen', null) });
    const ours: Rate[] = [];
    const bare: Rate[] = [];
    for (let round = -1; round < ROUNDS; round++) {
      const rates = [
        await measureRate(api.pid, () => crowd.reportFor('ours', ROUND_MS)),
        await measureRate(raw.pid, () => crowd.reportFor('raw', ROUND_MS)),
      ] as const;
      // The first round warms both up.
      if (round < 0) continue;
      ours.push(rates[0]);
      bare.push(rates[1]);
    }
    await measured(options, 'report', api, async () => {
      if (options.isProfiled) await crowd.reportFor('ours', ROUND_MS * 2);
    });
    await crowd.reportOnce('ours');
    const { refused, closed } = await crowd.state('ours');
    if (refused > 0 || closed > 0)
      throw new Error(`${refused} reports were refused, ${closed} agents were disconnected`);
    printFindings('report', [
      compareRates(`health reports of ${AGENTS} agents, acknowledged`, ours, bare, GOAL),
      compareCosts('  processor time of each', ours, bare),
      await counted(api.rest),
    ]);
  } finally {
    await Promise.all([crowd.stop(), raw.stop()]);
    await plane.stop();
  }
}

const COUNT_TIMEOUT_MS = 10_000;

/** An acknowledged report is one that counts: all agents must show as healthy in the end. */
async function counted(rest: { get<Body>(path: string): Promise<{ body: Body }> }) {
  const deadlineMs = performance.now() + COUNT_TIMEOUT_MS;
  for (;;) {
    const { body } = await rest.get<{ services: { instances: { healthy: number } }[] }>(
      '/overview?environment=prod',
    );
    const healthy = body.services[0]?.instances.healthy ?? 0;
    const isMet = healthy === AGENTS;
    if (isMet || performance.now() > deadlineMs)
      return {
        what: 'of them healthy in the overview',
        ours: String(healthy),
        baseline: '',
        ratio: '',
        goal: String(AGENTS),
        isMet,
      };
  }
}
