import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { readEnvironment } from './environment.js';
import { runStandalone } from './standalone.js';

/** Stands for the API and the worker: ready at once, notes what it was given, and ends at SIGTERM. */
const program = `
import { createServer } from 'node:http';
import { writeFileSync } from 'node:fs';
const name = process.argv[1].includes('api') ? 'api' : 'worker';
const port = name === 'api' ? process.env.BINNACLE_PORT : process.env.BINNACLE_WORKER_PORT;
process.on('SIGTERM', () => process.exit(Number(process.env.TRIAL_EXIT_CODE ?? 0)));
createServer((request, response) => response.writeHead(request.url === '/readyz' ? 200 : 404).end()).listen(port);
console.log(JSON.stringify({ level: 40, msg: 'about to listen' }));
writeFileSync(process.env.TRIAL_DIRECTORY + '/' + name + '.json', JSON.stringify({ pid: process.pid, env: process.env }));
`;

/** Stands for what the programs say of their environment. */
const check = `
if (process.env.TRIAL_FAULT === undefined) process.exit(0);
console.error('The environment is not usable. BINNACLE_ADMIN_TOKEN ' + process.env.TRIAL_FAULT);
process.exit(1);
`;

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'binnacle-standalone-'));
  for (const name of ['api', 'worker']) writeFileSync(join(directory, `${name}.mjs`), program);
  for (const name of ['check-api', 'check-worker']) writeFileSync(join(directory, `${name}.mjs`), check);
});
afterEach(() => rmSync(directory, { recursive: true }));

function start(variables: Record<string, string> = {}) {
  const lines: string[] = [];
  const errors: string[] = [];
  const stop = new AbortController();
  const all = {
    ...process.env,
    DATABASE_URL: 'postgres://127.0.0.1:1/none',
    REDIS_URL: 'redis://127.0.0.1:1',
    BINNACLE_PORT: '0',
    TRIAL_DIRECTORY: directory,
    ...variables,
  };
  const exitCode = runStandalone({
    environment: readEnvironment(all, directory),
    variables: all,
    scripts: {
      api: join(directory, 'api.mjs'),
      worker: join(directory, 'worker.mjs'),
      checkApi: join(directory, 'check-api.mjs'),
      checkWorker: join(directory, 'check-worker.mjs'),
    },
    print: (line) => lines.push(line),
    printError: (line) => errors.push(line),
    stopSignal: stop.signal,
    killSignal: new AbortController().signal,
  });
  const listening = () =>
    vi.waitFor(() => expect(lines.join('\n')).toContain('Binnacle listens on'), { timeout: 15_000 });
  return { lines, errors, exitCode, listening, stop: () => stop.abort() };
}

const whatWasGivenTo = (name: string) =>
  JSON.parse(readFileSync(join(directory, `${name}.json`), 'utf8')) as {
    pid: number;
    env: Record<string, string>;
  };

it('starts both programs with all they need, and stops them when asked', { timeout: 30_000 }, async () => {
  const run = start();
  await run.listening();
  const [api, worker] = [whatWasGivenTo('api'), whatWasGivenTo('worker')];
  expect(api.env).toMatchObject({
    BINNACLE_STANDALONE: '1',
    BINNACLE_DATABASE_URL: 'postgres://127.0.0.1:1/none',
    BINNACLE_REDIS_URL: 'redis://127.0.0.1:1',
    BINNACLE_ADMIN_TOKEN: expect.stringMatching(/^bnk_[\w-]{43}$/),
    BINNACLE_FIRST_ADMIN_EMAIL: 'admin@binnacle.local',
    BINNACLE_FIRST_ADMIN_PASSWORD: expect.stringMatching(/^[\w-]{43}$/),
    BINNACLE_SECRETS_KEY: expect.stringMatching(/^[\w+/]{43}=$/),
    BINNACLE_SHUTDOWN_TIMEOUT_MS: '30000',
  });
  for (const secret of ['ADMIN_TOKEN', 'FIRST_ADMIN_PASSWORD', 'SECRETS_KEY'])
    expect(worker.env).not.toHaveProperty(`BINNACLE_${secret}`);
  expect(api.env).not.toHaveProperty('BINNACLE_HOST');
  expect(worker.env['BINNACLE_HOST']).toBe('127.0.0.1');
  expect(worker.env['BINNACLE_WORKER_PORT']).not.toBe(worker.env['BINNACLE_PORT']);
  expect(run.lines).toContain('api | warn: about to listen');
  run.stop();
  expect(await run.exitCode).toBe(0);
  expect(existsSync(`/proc/${api.pid}`)).toBe(false);
  expect(run.errors).toEqual([]);
});

it.each([
  ['admin token', 'BINNACLE_ADMIN_TOKEN', 'admin-token'],
  ['first password', 'BINNACLE_FIRST_ADMIN_PASSWORD', 'first-admin-password'],
])(
  'shows the %s at the first start only, and keeps it',
  { timeout: 30_000 },
  async (_what, variable, file) => {
    const secrets: string[] = [];
    for (const timesShown of [1, 0]) {
      const run = start();
      await run.listening();
      run.stop();
      await run.exitCode;
      secrets.push(whatWasGivenTo('api').env[variable] ?? '');
      expect(run.lines.filter((line) => line.includes(secrets[0] ?? ''))).toHaveLength(timesShown);
      const kept = join(directory, '.binnacle', file);
      expect(readFileSync(kept, 'utf8')).toBe(`${secrets[0]}\n`);
      expect(statSync(kept).mode & 0o777).toBe(0o600);
      expect(run.lines.at(-2)).toBe('stopping …');
      expect(run.lines.at(-1)).toBe('stopped');
    }
    expect(secrets[1]).toBe(secrets[0]);
  },
);

it('says whom to sign in as at every start, also after one that failed', { timeout: 30_000 }, async () => {
  writeFileSync(join(directory, 'worker.mjs'), 'process.exit(3)');
  expect(await start().exitCode).toBe(1);
  writeFileSync(join(directory, 'worker.mjs'), program);
  const run = start();
  await run.listening();
  run.stop();
  await run.exitCode;
  const file = join(directory, '.binnacle', 'first-admin-password');
  expect(run.lines).toContain('sign in as admin@binnacle.local');
  expect(run.lines).toContain(`admin@binnacle.local's first password is kept in ${file}`);
});

it('refuses what the programs would refuse, once, before it starts or makes anything', async () => {
  const refused = start({ TRIAL_FAULT: 'is short', DATABASE_URL: '', REDIS_URL: '' });
  expect(await refused.exitCode).toBe(1);
  expect(refused.errors).toEqual(['binnacle: The environment is not usable. BINNACLE_ADMIN_TOKEN is short']);
  expect(refused.lines).toEqual([`Binnacle keeps its data in ${join(directory, '.binnacle')}`]);
  expect(existsSync(join(directory, '.binnacle', 'admin-token'))).toBe(false);

  const run = start();
  await run.listening();
  run.stop();
  await run.exitCode;
  expect(run.lines).toContainEqual(expect.stringContaining('printed only this once: bnk_'));
});

it(
  'keeps the address of its own PostgreSQL for its owner, while that runs',
  { timeout: 60_000 },
  async () => {
    const file = join(directory, '.binnacle', 'database-url');
    const foreign = start();
    await foreign.listening();
    expect(existsSync(file)).toBe(false);
    foreign.stop();
    await foreign.exitCode;

    const run = start({ DATABASE_URL: '' });
    await run.listening();
    expect(readFileSync(file, 'utf8')).toBe(`${whatWasGivenTo('api').env['BINNACLE_DATABASE_URL']}\n`);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    run.stop();
    expect(await run.exitCode).toBe(0);
    expect(existsSync(file)).toBe(false);
  },
);

it('tells when a program ends by itself, and stops the rest', { timeout: 30_000 }, async () => {
  const run = start();
  await run.listening();
  process.kill(whatWasGivenTo('worker').pid, 'SIGKILL');
  expect(await run.exitCode).toBe(1);
  expect(run.errors).toEqual([
    'binnacle: worker ended by itself (signal SIGKILL), after these lines:',
    'worker | about to listen',
  ]);
  expect(existsSync(`/proc/${whatWasGivenTo('api').pid}`)).toBe(false);
});

it('does not call a stop orderly when a program fails in it', { timeout: 30_000 }, async () => {
  const run = start({ TRIAL_EXIT_CODE: '7' });
  await run.listening();
  run.stop();
  expect(await run.exitCode).toBe(1);
  expect(run.errors).toContain('binnacle: api did not stop in order: it ended with exit code 7');
});

it('is orderly as well when asked to stop in the middle of a start', { timeout: 30_000 }, async () => {
  writeFileSync(join(directory, 'api.mjs'), "console.log('waking up'); setInterval(() => {}, 1_000);");
  const run = start();
  await vi.waitFor(() => expect(run.lines).toContain('api | waking up'), { timeout: 15_000 });
  run.stop();
  expect(await run.exitCode).toBe(0);
  expect(run.errors).toEqual([]);
});

it('refuses a port in use and a data directory in use in one line', { timeout: 30_000 }, async () => {
  const listener = createServer();
  const port = await new Promise<number>((resolve, reject) => {
    listener.listen(0, '127.0.0.1', () => {
      const address = listener.address();
      if (address === null || typeof address === 'string') reject(new Error('no port'));
      else resolve(address.port);
    });
  });
  const refused = start({ BINNACLE_PORT: String(port) });
  expect(await refused.exitCode).toBe(1);
  expect(refused.errors).toEqual([
    `binnacle: port ${port} is in use: stop what listens there or set BINNACLE_PORT`,
  ]);
  listener.close();

  const run = start();
  await run.listening();
  const second = start();
  expect(await second.exitCode).toBe(1);
  expect(second.errors).toEqual([expect.stringContaining('another Binnacle runs on')]);
  run.stop();
  expect(await run.exitCode).toBe(0);
});
