import { randomInt } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { eventually } from '../harness/eventually.js';
import { FuzzClient } from '../harness/fuzz-client.js';
import { fuzzPacket } from '../harness/fuzz-packets.js';
import { type FuzzRequest, type OpenApi, RequestFuzzer } from '../harness/fuzz-requests.js';
import { Dice } from '../harness/fuzz-values.js';
import { Journal } from '../harness/journal.js';
import { ProcessWatch } from '../harness/process-watch.js';
import { openedSocket } from '../harness/raw-socket.js';
import { createToken, publish, register } from '../harness/request.js';
import { type Plane, startPlane } from '../harness/start-plane.js';
import { TestAgent } from '../harness/test-agent.js';

const SEED = Number(process.env['BINNACLE_FUZZ_SEED'] ?? randomInt(2 ** 31));
const REST_MS = Number(process.env['BINNACLE_FUZZ_MS'] ?? 20_000);
const SOCKETS_MS = REST_MS / 2;
const SENDERS = 12;
const MAX_STALL_MS = 100;

/**
 * The only answers over 499: the one says that a validator of schemas, which works for everybody, was ended in its own
 * process because its time was up; the other that as many passwords are hashed already as may be at once.
 */
const HONEST: ReadonlySet<string> = new Set(['validation_timeout', 'busy']);
/** Words of what it is made of, and places in it. */
const LEAKS =
  /node_modules|\.[jt]s:\d|\bat \w+ \(|prisma|postgres|ioredis|fastify|nestjs|FST_|HPE_|\bzod\b|\bajv\b|select .* from|syntax error at|undefined is not|cannot read prop|expected \w+, received/i;

let plane: Plane;
let client: FuzzClient;
const watch = new ProcessWatch();
let pid: number | undefined;

beforeAll(async () => {
  process.stdout.write(`fuzz: BINNACLE_FUZZ_SEED=${SEED} repeats this run's choices\n`);
  plane = await startPlane({
    environment: {
      ...watch.environment,
      // Limits would answer before anything else is reached.
      BINNACLE_RATE_PER_ADDRESS: '0',
      BINNACLE_RATE_PER_TOKEN: '0',
      BINNACLE_RATE_PER_ACCOUNT: '0',
    },
  });
  pid = plane.api(0).pid;
  client = new FuzzClient(plane.api(0).url);
  const admin = plane.request();
  for (const name of ['alpha', 'beta', 'gamma']) {
    await register(admin, name);
    await publish(admin, name, 'base', { limit: 1, text: name });
  }
  await admin
    .put('/services/beta/schema')
    .send({ type: 'object', properties: { limit: { type: 'integer' } } })
    .expect(200);
});
afterAll(async () => {
  client.close();
  await plane.stop();
  watch.dispose();
});

function expectUnharmed(): void {
  expect(plane.api(0).pid).toBe(pid);
  expect(watch.polluted).toEqual([]);
  const { blockedMs } = watch;
  process.stdout.write(`fuzz: the event loop was blocked for ${Math.round(blockedMs)} ms at the longest\n`);
  expect(blockedMs).toBeLessThan(MAX_STALL_MS);
  // 50 is an error of ours, 60 the end of the process.
  expect(plane.api(0).logs.filter((line) => /"level":(50|60)/.test(line))).toEqual([]);
}

function describeFault(
  fuzz: FuzzRequest,
  { status, type, text }: { status: number; type: string; text: string },
) {
  const bytes = fuzz.body === undefined ? '' : ` ${fuzz.body.toString('latin1').slice(0, 300)}`;
  return `${fuzz.route} (${fuzz.path.slice(0, 200)} ${JSON.stringify(fuzz.headers).slice(0, 300)}${bytes}) answered ${status} ${type} ${text.slice(0, 300)}`;
}

/** What is wrong with an answer, if anything is. */
function faultOf(
  fuzz: FuzzRequest,
  answer: { status: number; type: string; text: string },
): string | undefined {
  const { status, type, text } = answer;
  if (status === 0) return (fuzz.body?.length ?? 0) > 200_000 ? undefined : 'no answer';
  if (status < 400) return undefined;
  if (!type.startsWith('application/problem+json')) return 'no problem details';
  const problem = JSON.parse(text) as { code?: string; status?: number };
  if (status >= 500 && !HONEST.has(problem.code ?? '')) return 'an error of ours';
  if (problem.status !== status) return 'another status in its body';
  return LEAKS.test(text) ? 'a leak' : undefined;
}

describe('whatever is sent', () => {
  it(
    'to any route of the OpenAPI document is answered, and harms nothing',
    { timeout: 180_000 },
    async () => {
      const viewer = await createToken(plane.request(), 'viewer');
      const strangers = [viewer.token, undefined, 'bnk_unknown'];
      const document = (await (await fetch(`${plane.api(0).url}/api/openapi.json`)).json()) as OpenApi;
      const fuzzer = new RequestFuzzer(document, {
        service: ['alpha', 'beta', 'gamma', 'fuzz-1', 'nobody'],
        environment: ['dev', 'staging', 'prod', 'fuzz-2'],
        layer: ['base', 'dev', 'prod'],
        name: ['db', 'fuzz-3', 'cache:main'],
        version: ['1', '2'],
        revision: ['1', '2'],
      });
      const faults = new Set<string>();
      const statuses = new Map<number, number>();
      const reached = new Map<string, Set<number>>();
      watch.begin();
      const untilMs = performance.now() + REST_MS;
      let count = 0;
      const sendSome = async (): Promise<void> => {
        // Every route has had its turn before the time counts.
        while (count < 4 * fuzzer.routes.length || performance.now() < untilMs) {
          const index = count++;
          const dice = new Dice(SEED + index);
          const route = fuzzer.routes[index % fuzzer.routes.length];
          if (route === undefined) throw new Error('the document names no routes');
          const fuzz = fuzzer.make(route, dice);
          const answer = await client.send(fuzz, dice.chance(0.7) ? plane.adminToken : dice.pick(strangers));
          statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
          reached.set(route.name, (reached.get(route.name) ?? new Set()).add(answer.status));
          const fault = faultOf(fuzz, answer);
          if (fault !== undefined && faults.size < 20)
            faults.add(`#${index}: ${fault}: ${describeFault(fuzz, answer)}`);
        }
      };
      await Promise.all(Array.from({ length: SENDERS }, sendSome));
      const succeeded = [...reached].filter(([, seen]) =>
        [...seen].some((status) => status >= 200 && status < 300),
      );
      const byStatus = [...statuses].toSorted(([a], [b]) => a - b).map((entry) => entry.join(': '));
      process.stdout.write(
        `fuzz: ${count} requests to ${reached.size} routes, of which ${succeeded.length} did something: ${byStatus.join(', ')}\n`,
      );
      expect([...faults]).toEqual([]);
      expect(reached.size).toBe(fuzzer.routes.length);
      expect(succeeded.length).toBeGreaterThan(fuzzer.routes.length / 3);
      expectUnharmed();
    },
  );

  it('over a socket is refused or closed, and harms nothing', { timeout: 120_000 }, async () => {
    const admin = plane.request();
    await register(admin, 'socketed');
    await publish(admin, 'socketed', 'base', { limit: 1 });
    const [{ token }, editor] = [await createToken(admin, 'agent'), await createToken(admin, 'editor')];
    watch.begin();
    const untilMs = performance.now() + SOCKETS_MS;
    let sockets = 0;
    let packets = 0;
    let closed = 0;
    const talk = async (): Promise<void> => {
      while (performance.now() < untilMs) {
        const dice = new Dice(SEED + 1_000_000 + sockets++);
        const socket = await openedSocket(plane.api(0).url);
        const gone = new Promise<void>((resolve) => socket.once('close', () => resolve()));
        const namespace = dice.pick(['/agents', '/console'] as const);
        if (dice.chance(0.7)) {
          const instance = { id: `fuzz-${sockets}`, host: 'h', version: '1', sdk: 'fuzz' };
          const auth =
            namespace === '/agents'
              ? { token, service: 'socketed', environment: 'dev', instance, have: null }
              : { token: editor.token };
          const admitted = answered(socket, `40${namespace},`);
          const connect = `40${namespace},${JSON.stringify(auth)}`;
          socket.send(connect);
          if (dice.chance(0.1)) socket.send(connect);
          await admitted;
        }
        for (let left = 5 + dice.below(60); left > 0 && socket.readyState === WebSocket.OPEN; left--) {
          socket.send(fuzzPacket(dice, namespace));
          packets += 1;
          if (dice.chance(0.05)) await new Promise(setImmediate);
        }
        if (dice.chance(0.05) && socket.readyState === WebSocket.OPEN) socket.send('4'.repeat(3_000_000));
        // What was sent has been read when this is answered, unless the socket was closed for it.
        if (socket.readyState === WebSocket.OPEN) {
          const pong = new Promise<void>((resolve) => socket.once('pong', () => resolve()));
          socket.ping();
          await Promise.race([pong, gone]);
        }
        if (socket.readyState !== WebSocket.OPEN) closed += 1;
        socket.terminate();
        await gone;
      }
    };
    await Promise.all(Array.from({ length: SENDERS }, talk));
    process.stdout.write(
      `fuzz: ${packets} packets on ${sockets} sockets, of which ${closed} were closed for it\n`,
    );
    expect(closed).toBeGreaterThan(0);
    expect(closed).toBeLessThan(sockets);
    expectUnharmed();
  });

  it('an agent and a publisher find the same process at work after it', async () => {
    const admin = plane.request();
    await register(admin, 'after');
    // Of its own: others may have been protected meanwhile, and then wait for an approval.
    await admin.post('/environments').send({ name: 'untouched' }).expect(201);
    const { token } = await createToken(admin, 'agent');
    const journal = new Journal();
    const agent = await TestAgent.connect({
      id: 'after-1',
      url: plane.api(0).url,
      token,
      service: 'after',
      environment: 'untouched',
      journal,
    });
    try {
      await publish(admin, 'after', 'base', { fine: true });
      await eventually(() => expect(agent.have?.revision).toBe(1));
    } finally {
      agent.close();
    }
    expect(plane.api(0).pid).toBe(pid);
  });
});

/** Resolves when a packet begins so, or the socket is closed. */
function answered(socket: WebSocket, start: string): Promise<void> {
  return new Promise((resolve) => {
    socket.once('close', () => resolve());
    socket.on('message', (data: Buffer) => {
      if (data.toString('utf8').startsWith(start)) resolve();
    });
  });
}
