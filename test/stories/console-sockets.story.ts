import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Browser } from '../harness/browser.js';
import { AccountsPlane, ADMIN_GRANT, EVERYWHERE_MS } from '../harness/accounts-plane.js';
import { ConsoleSocket } from '../harness/console-socket.js';
import { eventually } from '../harness/eventually.js';
import { Journal } from '../harness/journal.js';
import { openedSocket } from '../harness/raw-socket.js';
import { createToken, publish, register } from '../harness/request.js';
import { TestAgent } from '../harness/test-agent.js';

/** Until the editors of a process that was killed are gone. */
const VANISHED_MS = 15_000;

let accounts: AccountsPlane;
let editor: Browser;
const open: ConsoleSocket[] = [];

beforeAll(async () => {
  accounts = await AccountsPlane.start();
  editor = await accounts.member('ann', [{ role: 'editor' }]);
});
afterEach(() => {
  for (const socket of open.splice(0)) socket.close();
});
afterAll(() => accounts.stop());

async function page(browser: Browser, headers?: Record<string, string>): Promise<ConsoleSocket> {
  const socket = await ConsoleSocket.of(browser, headers);
  open.push(socket);
  return socket;
}

async function program(token: string, index = 0): Promise<ConsoleSocket> {
  const socket = await ConsoleSocket.connect(accounts.plane.api(index).url, { token });
  open.push(socket);
  return socket;
}

const other = (browser: Browser) => browser.at(accounts.plane.api(1).url);

describe('who may connect', () => {
  it('is a page with a session, and a program with a token', async () => {
    await page(editor);
    const { token } = await createToken(accounts.plane.request(), 'viewer');
    await program(token);
  });

  it.each([
    ['another origin', { origin: 'https://elsewhere.example', 'sec-fetch-site': 'cross-site' }],
    ['another origin that claims nothing', { origin: 'https://elsewhere.example' }],
    ['another site that hides its origin', { 'sec-fetch-site': 'cross-site' }],
  ])('is no page of %s, though it has the cookie', async (_what, headers) => {
    await expect(ConsoleSocket.of(editor, headers)).rejects.toThrow();
  });

  it('is nobody without a credential, nor with one that is none', async () => {
    const { url } = accounts.plane.api(0);
    await expect(ConsoleSocket.connect(url, {})).rejects.toThrow('unauthenticated');
    await expect(ConsoleSocket.connect(url, { token: 'bnk_nobody' })).rejects.toThrow('unauthenticated');
    await expect(page(Object.assign(editor.at(url), { cookie: `bns_${'x'.repeat(43)}` }))).rejects.toThrow(
      'unauthenticated',
    );
  });

  it('is not a session that no workspace is open in', async () => {
    const leaver = await accounts.member('leaver');
    await leaver.post('/workspaces/default/leave').expect(204);
    await expect(page(leaver)).rejects.toThrow('forbidden');
  });

  it('is one session so often and no more', async () => {
    const busy = await accounts.member('busy');
    for (let count = 0; count < 20; count++) await page(busy);
    await expect(page(busy)).rejects.toThrow('rate_limited');
    await page(editor);
  });
});

it('one connection is for one socket, however many it asks for at once', async () => {
  const { plane } = accounts;
  const agent = await createToken(plane.request(), 'agent');
  const instance = { id: 'greedy', host: 'story', version: '1', sdk: 'story' };
  const ofAgent = { token: agent.token, service: 'shop', environment: 'dev', instance, have: null };
  const { pid } = plane.api(0);
  const packets = [
    `40/agents,${JSON.stringify(ofAgent)}`,
    `40/console,${JSON.stringify({ token: plane.adminToken })}`,
  ];
  for (const [first = '', second = ''] of [
    [packets[0], packets[0]],
    [packets[1], packets[1]],
    packets,
    packets.toReversed(),
  ]) {
    const socket = await openedSocket(plane.api(0).url);
    const answers: string[] = [];
    socket.on('message', (data: Buffer) => answers.push(data.toString('utf8').slice(0, 2)));
    socket.send(first);
    socket.send(second);
    // Refused, or closed when the first one is admitted already.
    await eventually(() => expect(answers.includes('44') || socket.readyState === socket.CLOSED).toBe(true));
    expect(answers.filter((answer) => answer === '40').length).toBeLessThanOrEqual(1);
    socket.terminate();
  }
  expect(plane.api(0).pid).toBe(pid);
  await page(editor);
});

describe('what may be watched', () => {
  it('is judged by grants, topic by topic, and only what is there', async () => {
    const narrow = await accounts.member('narrow', [
      { role: 'viewer', services: ['shop'], environments: ['dev'] },
    ]);
    const socket = await page(narrow);
    const topics = [
      'services',
      'service:shop',
      'service:billing',
      'service:nobody',
      'document:shop/base',
      'document:shop/dev',
      'document:shop/prod',
      'instances:shop/dev',
      'instances:billing/dev',
      'overview:dev',
      'overview:prod',
    ];
    const { refused } = await socket.watch(topics);
    expect(refused.map(({ topic, code }) => `${topic} ${code}`)).toEqual([
      'service:billing forbidden',
      'service:nobody forbidden',
      'document:shop/prod forbidden',
      'instances:billing/dev forbidden',
      'overview:prod forbidden',
    ]);
    const wide = await page(editor);
    const missing = ['service:nobody', 'document:nobody/base', 'document:shop/nowhere', 'overview:nowhere'];
    expect((await wide.watch(missing)).refused.map(({ code }) => code)).toEqual(
      missing.map(() => 'not_found'),
    );
  });

  it('is not what another workspace has', async () => {
    const stranger = await accounts.member('stranger');
    stranger.follow(await stranger.post('/workspaces').send({ name: 'Elsewhere' }).expect(201));
    const socket = await page(stranger);
    const { refused } = await socket.watch([
      'services',
      'service:shop',
      'document:shop/base',
      'instances:shop/dev',
    ]);
    expect(refused.map(({ code }) => code)).toEqual(['not_found', 'not_found', 'not_found']);
    expect(await socket.edit('shop', 'base')).toMatchObject({ error: { code: 'not_found' } });
    await register(accounts.plane.request(), 'unseen');
    const seen = await page(editor);
    await seen.watch(['services']);
    await register(accounts.plane.request(), 'seen');
    await eventually(() => expect(seen.timesChanged('services')).toBeGreaterThan(0));
    expect(socket.changed).toEqual([]);
  });

  it('is bounded', async () => {
    const socket = await page(editor);
    const many = (count: number) => Array.from({ length: count }, (_, index) => `service:s${index}`);
    expect(await socket.watch(many(50))).toHaveProperty('refused');
    expect(await socket.watch(many(51))).toMatchObject({ error: { code: 'invalid_request' } });
    expect(await socket.watch(['made-up'])).toMatchObject({ error: { code: 'invalid_request' } });
    const answers = await Promise.all(Array.from({ length: 80 }, () => socket.watch([])));
    expect(answers.filter((answer) => answer.error?.code === 'rate_limited').length).toBeGreaterThan(10);
  });

  it('costs the more, the more topics there are', async () => {
    const socket = await page(editor);
    const many = Array.from({ length: 50 }, (_, index) => `service:s${index}`);
    const answers = await Promise.all(Array.from({ length: 40 }, () => socket.watch(many)));
    const taken = answers.filter(({ error }) => error === undefined).length;
    expect(taken).toBeGreaterThanOrEqual(10);
    expect(taken).toBeLessThan(20);
  });
});

describe('a change', () => {
  it('is told on every process, once for a burst, and no more to who watches something else', async () => {
    const request = accounts.plane.request();
    const [here, there] = [await page(editor), await page(other(editor))];
    for (const socket of [here, there])
      await socket.watch(['document:shop/base', 'service:shop', 'overview:prod']);
    for (let round = 0; round < 5; round++) await publish(request, 'shop', 'base', { limit: round + 10 });
    for (const socket of [here, there])
      await eventually(() => {
        for (const topic of ['document:shop/base', 'service:shop', 'overview:prod'])
          expect(socket.timesChanged(topic)).toBeGreaterThan(0);
      });
    expect(here.timesChanged('document:shop/base')).toBeLessThan(5);
    await here.watch(['service:billing']);
    const before = here.timesChanged('service:shop');
    const told = there.timesChanged('service:shop');
    await publish(request, 'shop', 'base', { limit: 20 });
    await eventually(() => expect(there.timesChanged('service:shop')).toBeGreaterThan(told));
    expect(here.timesChanged('service:shop')).toBe(before);
  });

  it('is told of services, schemas, environments and approvals as well', async () => {
    const request = accounts.plane.request(1);
    const socket = await page(editor);
    await register(request, 'guarded');
    await request.post('/environments').send({ name: 'vault', protected: true }).expect(201);
    await socket.watch(['services', 'service:guarded', 'approvals', 'instances:guarded/vault']);
    await request.put('/services/guarded/schema').send({ type: 'object' }).expect(200);
    await eventually(() => expect(socket.timesChanged('service:guarded')).toBe(1));
    await publish(request, 'guarded', 'base', { limit: 1 });
    await eventually(() => expect(socket.timesChanged('approvals')).toBe(1));
    await eventually(() => expect(socket.timesChanged('instances:guarded/vault')).toBe(1));
    await request.patch('/environments/vault').send({ protected: false }).expect(200);
    await eventually(() => expect(socket.timesChanged('services')).toBeGreaterThan(0));
  });
});

describe('the progress of a revision', () => {
  it('is told to all who watch, when it differs', async () => {
    const request = accounts.plane.request();
    await register(request, 'fleet');
    await publish(request, 'fleet', 'base', { limit: 1 });
    const { token } = await createToken(request, 'agent');
    const journal = new Journal();
    const url = accounts.plane.api(1).url;
    const agents = await Promise.all(
      ['fleet-1', 'fleet-2', 'fleet-3'].map((id) =>
        TestAgent.connect({ id, url, token, service: 'fleet', environment: 'dev', journal }),
      ),
    );
    try {
      const watchers = [await page(editor), await page(editor), await page(other(editor))];
      for (const socket of watchers) await socket.watch(['instances:fleet/dev']);
      for (const socket of watchers)
        await eventually(() =>
          expect(socket.instances.at(-1)).toMatchObject({
            revision: 1,
            total: 3,
            revisions: { 1: 3 },
            waiting: 0,
          }),
        );
      const said = watchers[0]?.instances.length;
      await publish(request, 'fleet', 'base', { limit: 2 });
      for (const socket of watchers)
        await eventually(() =>
          expect(socket.instances.at(-1)).toMatchObject({
            revision: 2,
            revisions: { 2: 3 },
            waiting: 0,
            rejected: [],
          }),
        );
      // One or two steps between, and nothing while nothing differs.
      expect(watchers[0]?.instances.length).toBeLessThanOrEqual((said ?? 0) + 4);
      const late = await page(editor);
      await late.watch(['instances:fleet/dev']);
      await eventually(() => expect(late.instances.at(-1)).toMatchObject({ revision: 2, total: 3 }));
    } finally {
      for (const agent of agents) agent.close();
    }
  });
});

describe('who edits a document', () => {
  it('is told to all who watch it, on every process, by the name of the session', async () => {
    const colleague = await accounts.member('ben', [{ role: 'editor' }]);
    const [here, there] = [await page(editor), await page(other(colleague))];
    for (const socket of [here, there]) await socket.watch(['document:shop/base']);
    await here.edit('shop', 'base');
    for (const socket of [here, there])
      await eventually(() => expect(socket.editorNames).toEqual(['user:ann@example.org']));
    await there.edit('shop', 'base');
    for (const socket of [here, there])
      await eventually(() =>
        expect(socket.editorNames).toEqual(['user:ann@example.org', 'user:ben@example.org']),
      );
    const late = await page(editor);
    await late.watch(['document:shop/base']);
    await eventually(() => expect(late.editorNames).toHaveLength(2));
    await here.edit('shop', 'base', false);
    for (const socket of [here, there, late])
      await eventually(() => expect(socket.editorNames).toEqual(['user:ben@example.org']));
    there.close();
    for (const socket of [here, late]) await eventually(() => expect(socket.editorNames).toEqual([]));
  });

  it('is nobody who may not edit it, and no more documents than a page can show', async () => {
    const viewer = await page(await accounts.member('vic'));
    expect(await viewer.edit('shop', 'base')).toMatchObject({ error: { code: 'forbidden' } });
    const narrow = await page(await accounts.member('nat', [{ role: 'editor', services: ['shop'] }]));
    expect(await narrow.edit('billing', 'base')).toMatchObject({ error: { code: 'forbidden' } });
    expect(await narrow.edit('shop', 'base')).toEqual({});
    const wide = await page(editor);
    expect(await wide.edit('nobody', 'base')).toMatchObject({ error: { code: 'not_found' } });
    const layers = ['base', 'dev', 'staging', 'prod'];
    await register(accounts.plane.request(), 'wide');
    for (const service of ['shop', 'billing', 'wide'])
      for (const layer of service === 'wide' ? ['base', 'dev'] : layers)
        expect(await wide.edit(service, layer)).toEqual({});
    expect(await wide.edit('wide', 'prod')).toMatchObject({ error: { code: 'too_many' } });
  });

  it('is forgotten when the process that knew him is killed', async () => {
    const [watcher, doomed] = [await page(editor), await page(other(editor))];
    await watcher.watch(['document:billing/base']);
    await doomed.edit('billing', 'base');
    await eventually(() => expect(watcher.editorNames).toEqual(['user:ann@example.org']));
    await accounts.plane.api(1).kill();
    await eventually(() => expect(watcher.editorNames).toEqual([]), { timeoutMs: VANISHED_MS });
    await accounts.plane.api(1).start();
  });
});

describe('a page is closed on every process', () => {
  const closedSoon = async (sockets: readonly ConsoleSocket[]) => {
    for (const socket of sockets)
      await eventually(() => expect(socket.closedBecause).toBe('transport close'), {
        timeoutMs: EVERYWHERE_MS,
      });
  };

  it('when its session ends', async () => {
    const gone = await accounts.member('gone');
    const sockets = [await page(gone), await page(other(gone))];
    const stays = await page(editor);
    await gone.delete('/session').expect(204);
    await closedSoon(sockets);
    expect(stays.closedBecause).toBeUndefined();
  });

  it('when its person may do something else now', async () => {
    const admin = await accounts.asAdmin();
    const narrowed = await accounts.member('narrowed', [{ role: 'editor' }]);
    const { user } = (await narrowed.get('/session').expect(200)).body as { user: { id: string } };
    const sockets = [await page(narrowed), await page(other(narrowed))];
    for (const socket of sockets) await socket.watch(['service:shop', 'service:billing']);
    await admin
      .patch(`/users/${user.id}`)
      .send({ grants: [{ role: 'viewer', services: ['shop'] }] })
      .expect(200);
    await closedSoon(sockets);
    const again = await page(narrowed);
    const { refused } = await again.watch(['service:shop', 'service:billing']);
    expect(refused.map(({ topic }) => topic)).toEqual(['service:billing']);
  });

  it('when its token is revoked, also while Redis is away', async () => {
    const request = accounts.plane.request();
    const [early, late] = [await createToken(request, 'viewer'), await createToken(request, 'viewer')];
    const first = [await program(early.token), await program(early.token, 1)];
    await request.delete(`/tokens/${early.id}`).expect(204);
    await closedSoon(first);
    const second = [await program(late.token), await program(late.token, 1)];
    const stays = await page(editor);
    await stays.watch(['service:shop']);
    await accounts.plane.redis.kill('SIGKILL');
    try {
      await request.delete(`/tokens/${late.id}`).expect(204);
      await closedSoon(second);
      await publish(request, 'shop', 'base', { limit: 30 });
      await eventually(() => expect(stays.timesChanged('service:shop')).toBeGreaterThan(0));
      expect(stays.closedBecause).toBeUndefined();
    } finally {
      await accounts.plane.redis.start();
    }
  });
});

it('a process that stops sends its pages to another one', async () => {
  const admin = await accounts.member('mover', [ADMIN_GRANT]);
  const socket = await page(other(admin));
  await accounts.plane.api(1).stop();
  expect(socket.goaways).toHaveLength(1);
  expect(socket.closedBecause).toBeDefined();
  await accounts.plane.api(1).start();
});

it('the metrics count pages and name no tenant', async () => {
  await page(editor);
  const metrics = await (await fetch(`${accounts.plane.api(0).url}/metrics`)).text();
  expect(metrics).toMatch(/^binnacle_consoles_connected 1$/m);
  expect(metrics).not.toMatch(/shop|billing|ann@/);
});
