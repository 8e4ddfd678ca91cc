import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openRedis } from '@binnacle/store';
import { Browser, type SignedIn } from '../harness/browser.js';
import { eventually } from '../harness/eventually.js';
import { Journal } from '../harness/journal.js';
import { createToken, isProblem, publish, register } from '../harness/request.js';
import { type Plane, startPlane } from '../harness/start-plane.js';
import { TestAgent } from '../harness/test-agent.js';

const ADMIN = { email: 'admin@example.org', password: 'the keeper of this harbour' };
const ADMIN_GRANT = { role: 'admin' };
/** What ends a session holds on every process within this time, whatever became of Redis. */
const EVERYWHERE_MS = 5_000;

let plane: Plane;
/** Whatever must be kept in no place and logged by nobody. */
const secrets = new Set<string>([ADMIN.password]);

beforeAll(async () => {
  plane = await startPlane({
    apis: 2,
    environment: {
      BINNACLE_FIRST_ADMIN_EMAIL: 'Admin@Example.org',
      BINNACLE_FIRST_ADMIN_PASSWORD: ADMIN.password,
      BINNACLE_FEED_INTERVAL_MS: '300',
      BINNACLE_REAUTHORIZE_MS: '500',
      BINNACLE_LOG_LEVEL: 'debug',
      // So that a story can be in several places.
      BINNACLE_TRUSTED_PROXIES: '127.0.0.1',
    },
  });
  for (const name of ['shop', 'billing']) {
    await register(plane.request(), name);
    await publish(plane.request(), name, 'base', { limit: 1 });
  }
});
afterAll(() => plane.stop());

function browser(index = 0): Browser {
  return new Browser(plane.api(index).url);
}

async function signedIn(email: string, password: string, index = 0): Promise<Browser> {
  const opened = browser(index);
  await opened.signIn(email, password);
  if (opened.cookie !== undefined) secrets.add(opened.cookie);
  return opened;
}

const asAdmin = (index = 0): Promise<Browser> => signedIn(ADMIN.email, ADMIN.password, index);

async function invite(inviter: Browser, email: string, grants: object[]): Promise<string> {
  const { body } = await inviter.post('/invitations').send({ email, grants }).expect(201);
  const { token } = body as { token: string };
  secrets.add(token);
  return token;
}

/** A person with an account who belongs to the workspace that the administrator works in. */
async function member(name: string, grants: object[] = [{ role: 'viewer' }]): Promise<Browser> {
  const [email, password] = [`${name}@example.org`, `${name} sails on the seventh sea`];
  secrets.add(password);
  const token = await invite(await asAdmin(), email, grants);
  await browser(1).post('/invitations/accept').send({ token, name, password }).expect(200);
  return signedIn(email, password);
}

async function stateOf(opened: Browser): Promise<SignedIn> {
  return (await opened.get('/session').expect(200)).body as SignedIn;
}

async function audited(
  action: string,
  workspaceId = 'default',
): Promise<{ actor: string; outcome: string }[]> {
  return plane.database.query(
    'select actor, outcome, address, target, detail from audit_entries where workspace_id = $1 and action = $2 order by number',
    [workspaceId, action],
  );
}

const isSignedOut = (opened: Browser, index: number) =>
  eventually(
    () => opened.at(plane.api(index).url).get('/session').expect(isProblem(401, 'unauthenticated')),
    {
      timeoutMs: EVERYWHERE_MS,
    },
  );

describe('the first administrator', () => {
  it('is made once by two processes that start together, and signs in', async () => {
    const users = await plane.database.query<{ email: string; password_hash: string }>('select * from users');
    expect(users).toMatchObject([{ email: ADMIN.email, is_operator: true }]);
    expect(users[0]?.password_hash).toMatch(/^\$argon2id\$/);
    expect(await audited('user.create')).toMatchObject([{ actor: 'system' }]);

    const opened = browser();
    const state = await opened.signIn('ADMIN@example.org', ADMIN.password);
    expect(state).toMatchObject({
      via: 'session',
      name: `user:${ADMIN.email}`,
      user: { email: ADMIN.email, isOperator: true },
      workspace: { id: 'default' },
      grants: [{ role: 'admin', services: [], environments: [] }],
    });
    for (const attribute of ['Path=/', 'HttpOnly', 'Secure', 'SameSite=Lax', 'Expires='])
      expect(opened.setCookie).toContain(attribute);
    expect(opened.setCookie).not.toContain('Domain');
    expect(await stateOf(opened.at(plane.api(1).url))).toEqual(state);
  });
});

describe('signing in', () => {
  it('answers a wrong password and an unknown e-mail alike, and audits the first', async () => {
    const before = (await audited('session.sign-in-refused')).length;
    const answers = [];
    for (const email of [ADMIN.email, 'nobody-at-all@example.org']) {
      const credentials = { email, password: 'not the right one' };
      const response = await browser()
        .post('/session')
        .send(credentials)
        .expect(isProblem(401, 'wrong_credentials'));
      expect(response.headers['set-cookie']).toBeUndefined();
      const { requestId: _own, ...body } = response.body as Record<string, unknown>;
      answers.push(body);
    }
    expect(answers[0]).toEqual(answers[1]);
    await eventually(async () => {
      const entries = await audited('session.sign-in-refused');
      expect(entries).toHaveLength(before + 1);
      expect(entries.at(-1)).toMatchObject({ actor: 'anonymous', outcome: 'refused' });
    });
    expect(plane.apis.flatMap(({ logs }) => logs).join('\n')).not.toContain('nobody-at-all@example.org');
  });

  it('ends the session that the browser had, and makes a new secret each time', async () => {
    const first = await asAdmin();
    const second = first.at(first.url);
    await second.signIn(ADMIN.email, ADMIN.password);
    expect(second.cookie).not.toBe(first.cookie);
    await isSignedOut(first, 0);
    await stateOf(second);
  });

  it('is refused to a page of another site', async () => {
    const credentials = { email: ADMIN.email, password: ADMIN.password };
    for (const headers of [{ origin: 'https://evil.example' }, { 'sec-fetch-site': 'cross-site' }])
      await browser().post('/session').set(headers).send(credentials).expect(isProblem(403, 'forbidden'));
  });

  it('pauses where somebody guesses, on every process and also without Redis, and not for the owner', async () => {
    const owner = await member('otto');
    await owner.delete('/session').expect(204);
    const from = (address: string, index: number, password: string) =>
      browser(index)
        .post('/session')
        .set('x-forwarded-for', address)
        .send({ email: 'otto@example.org', password });
    const guess = (address: string, index: number) => from(address, index, 'a wild guess of mine');
    for (let count = 0; count < 5; count++)
      await guess('198.51.100.1', count % 2).expect(isProblem(401, 'wrong_credentials'));
    for (const index of [0, 1]) {
      const { headers } = await guess('198.51.100.1', index).expect(isProblem(429, 'rate_limited'));
      expect(Number(headers['retry-after'])).toBeGreaterThan(20);
      expect(Number(headers['retry-after'])).toBeLessThanOrEqual(30);
    }
    // The right password does not help who guessed before, and elsewhere it does.
    const right = 'otto sails on the seventh sea';
    await from('198.51.100.1', 0, right).expect(isProblem(429, 'rate_limited'));
    await from('198.51.100.2', 0, right).expect(200);

    await plane.redis.kill('SIGKILL');
    try {
      for (let count = 0; count < 5; count++)
        await guess('198.51.100.3', 0).expect(isProblem(401, 'wrong_credentials'));
      await guess('198.51.100.3', 0).expect(isProblem(429, 'rate_limited'));
    } finally {
      await plane.redis.start();
    }
    // Many strangers at one account: they are stopped, and who has been there before is not.
    for (let count = 0; count < 60; count++) await guess(`203.0.113.${count}`, 0);
    await guess('203.0.113.200', 0).expect(isProblem(429, 'rate_limited'));
    await from('198.51.100.2', 0, right).expect(200);
  });

  it('of two hundred at once leaves reading configs quick', async () => {
    const config = '/services/shop/environments/dev/config';
    await plane.request().get(config).expect(200);
    let isOver = false;
    const crowd = Promise.all(
      Array.from({ length: 200 }, (_, number) =>
        browser()
          .post('/session')
          .set('x-forwarded-for', `192.0.2.${number}`)
          .send({ email: `crowd-${number}@example.org`, password: 'one of a large crowd' }),
      ),
    ).finally(() => (isOver = true));
    const times: number[] = [];
    while (!isOver) {
      const startedAtMs = performance.now();
      await plane.request().get(config).expect(200);
      times.push(performance.now() - startedAtMs);
    }
    const statuses = (await crowd).map(({ status }) => status);
    expect(new Set(statuses)).toEqual(new Set([401, 503]));
    times.sort((one, other) => one - other);
    expect(times[Math.floor(times.length * 0.9)]).toBeLessThan(250);
  });
});

describe('a session', () => {
  it('changes nothing without its CSRF token, nor from a page of another site', async () => {
    const opened = await asAdmin();
    const refused = isProblem(403, 'forbidden');
    const rename = () => opened.patch('/workspaces/default').send({ name: 'Harbour' });
    for (const token of ['', 'x', (await asAdmin()).csrfToken ?? ''])
      await rename().set('x-csrf-token', token).expect(refused);
    for (const headers of [
      { origin: 'https://evil.example' },
      { origin: 'null' },
      { 'sec-fetch-site': 'cross-site' },
    ])
      await rename().set(headers).expect(refused);
    await rename().expect(200);
    // Reading needs none; and a token counts before a cookie, whatever comes with that.
    await opened.get('/services').unset('x-csrf-token').expect(200);
    const { token } = await createToken(plane.request(), 'viewer');
    const both = { authorization: `Bearer ${token}`, 'x-csrf-token': '' };
    await rename().set(both).expect(refused);
    expect((await opened.get('/session').set(both)).body).toMatchObject({ via: 'token', csrfToken: null });
    await opened.get('/session').set('authorization', 'Bearer no-such-token').expect(401);
  });

  it('is listed for its owner, and ends on every process, also without Redis', async () => {
    const [here, there] = [
      await member('sara'),
      await signedIn('sara@example.org', 'sara sails on the seventh sea', 1),
    ];
    const list = async () =>
      (await here.get('/sessions').expect(200)).body as { items: { id: string; current: boolean }[] };
    const others = (await list()).items.filter(({ current }) => !current);
    expect(others).toHaveLength(1);
    await stateOf(there.at(plane.api(0).url));
    const stranger = await member('sven');
    await stranger.delete(`/sessions/${others[0]?.id}`).expect(isProblem(404, 'not_found'));
    await here.delete(`/sessions/${others[0]?.id}`).expect(204);
    for (const index of [0, 1]) await isSignedOut(there, index);
    await here.delete(`/sessions/${others[0]?.id}`).expect(isProblem(404, 'not_found'));

    const more = [await signedIn('sara@example.org', 'sara sails on the seventh sea', 1)];
    more.push(await signedIn('sara@example.org', 'sara sails on the seventh sea', 0));
    for (const each of more) for (const index of [0, 1]) await stateOf(each.at(plane.api(index).url));
    await plane.redis.kill('SIGKILL');
    try {
      await here.delete('/sessions').expect(204);
      for (const each of more) for (const index of [0, 1]) await isSignedOut(each, index);
    } finally {
      await plane.redis.start();
    }
    expect((await list()).items).toHaveLength(1);
    const { headers } = await here.delete('/session').expect(204);
    expect(String(headers['set-cookie'])).toContain('Max-Age=0');
    await isSignedOut(here, 1);
  });

  it.each([
    ['after half a day of silence', "last_seen_at = now() - interval '12 hours 1 minute'"],
    ['after a week', "expires_at = now() - interval '1 second'"],
  ])('ends by itself %s', async (_when, change) => {
    const opened = await asAdmin();
    const { items } = (await opened.get('/sessions')).body as { items: { id: string; current: boolean }[] };
    const id = items.find(({ current }) => current)?.id;
    await plane.database.query(`update sessions set ${change} where id = $1`, [id]);
    await isSignedOut(opened, 0);
  });

  it('notes that it is in use, at most once a minute', async () => {
    const opened = await member('mara');
    const seen = async () => {
      const [row] = await plane.database.query<{ age: number }>(
        `select extract(epoch from now() - last_seen_at)::float as age from sessions s
         join users u on u.id = s.user_id where u.email = 'mara@example.org'`,
      );
      return row?.age ?? Infinity;
    };
    await plane.database.query(
      `update sessions set last_seen_at = now() - interval '2 minutes'
       where user_id = (select id from users where email = 'mara@example.org')`,
    );
    // The other process has not looked it up yet.
    await stateOf(opened.at(plane.api(1).url));
    await eventually(async () => expect(await seen()).toBeLessThan(60));
  });

  it('of a changed password goes on with a new secret, and all others end', async () => {
    const [here, there] = [
      await member('paul'),
      await signedIn('paul@example.org', 'paul sails on the seventh sea', 1),
    ];
    const before = here.at(here.url);
    const change = (current: string, next: string) =>
      here.put('/session/password').send({ current, new: next });
    await change('not this one at all', 'paul has another boat').expect(isProblem(401, 'wrong_credentials'));
    await change('paul sails on the seventh sea', 'short').expect(isProblem(400, 'invalid_request'));
    await change('paul sails on the seventh sea', 'Password2026').expect(isProblem(400, 'invalid_request'));
    const changed = await change('paul sails on the seventh sea', 'paul has another boat').expect(200);
    here.follow(changed);
    secrets.add('paul has another boat');
    expect(here.cookie).not.toBe(before.cookie);
    await stateOf(here);
    await isSignedOut(there, 1);
    await isSignedOut(before, 0);
    await signedIn('paul@example.org', 'paul has another boat');
  });
});

describe('an invitation', () => {
  it('makes an account that may do what was given, and no more', async () => {
    const grant = { role: 'publisher', services: ['shop'], environments: ['dev'] };
    const opened = await member('nora', [grant]);
    const services = (await opened.get('/services').expect(200)).body as { items: { name: string }[] };
    expect(services.items.map(({ name }) => name)).toEqual(['shop']);
    await opened.get('/services/billing').expect(({ status }) => expect([403, 404]).toContain(status));
    await opened
      .post('/invitations')
      .send({ email: 'a@b.example', grants: [grant] })
      .expect(isProblem(403, 'forbidden'));
    await opened.get('/services/shop/environments/dev/config').expect(200);
  });

  it('is used once, taken back, and good for its own e-mail alone', async () => {
    const admin = await asAdmin();
    const token = await invite(admin, 'once@example.org', [{ role: 'viewer' }]);
    const password = 'once upon a wide river';
    secrets.add(password);
    const accept = (body: object) => browser().post('/invitations/accept').send(body);
    await accept({ token }).expect(isProblem(400, 'invalid_request'));
    await accept({ token, name: 'Once', password: 'Password2026' }).expect(isProblem(400, 'invalid_request'));
    // Without a name there is nothing to make: as with an account and a wrong password.
    await accept({ token, password }).expect(isProblem(401, 'wrong_credentials'));
    await accept({ token, name: 'Once', password }).expect(200);
    await accept({ token, name: 'Once', password }).expect(isProblem(404, 'not_found'));
    await admin
      .post('/invitations')
      .send({ email: 'once@example.org', grants: [{ role: 'viewer' }] })
      .expect(409);

    const back = await invite(admin, 'back@example.org', [{ role: 'viewer' }]);
    const { items } = (await admin.get('/invitations')).body as { items: { id: string; email: string }[] };
    await admin
      .delete(`/invitations/${items.find(({ email }) => email === 'back@example.org')?.id}`)
      .expect(204);
    await accept({ token: back, name: 'Back', password }).expect(isProblem(404, 'not_found'));
    const late = await invite(admin, 'late@example.org', [{ role: 'viewer' }]);
    await plane.database.query(
      "update invitations set expires_at = now() - interval '1 second' where email = 'late@example.org'",
    );
    await accept({ token: late, name: 'Late', password }).expect(isProblem(404, 'not_found'));
    await admin
      .post('/invitations')
      .send({ email: 'x@example.org', grants: [{ role: 'agent' }] })
      .expect(400);
    expect(await audited('invitation.accept')).toContainEqual(
      expect.objectContaining({ actor: 'user:once@example.org' }),
    );
  });

  it('into another workspace asks for the account: by its session or its password', async () => {
    const [maker, guest] = [await member('mia'), await member('gus')];
    maker.follow(await maker.post('/workspaces').send({ name: 'Mia’s' }).expect(201));
    const first = await invite(maker, 'gus@example.org', [{ role: 'viewer' }]);
    const wrong = { token: first, name: 'Gus', password: 'a password of somebody' };
    await browser().post('/invitations/accept').send(wrong).expect(isProblem(401, 'wrong_credentials'));
    await maker.post('/invitations/accept').send({ token: first }).expect(isProblem(400, 'invalid_request'));
    // A page of another site cannot accept by the cookie: without the CSRF token that does not count.
    await guest.post('/invitations/accept').unset('x-csrf-token').send({ token: first }).expect(400);
    await guest.post('/invitations/accept').send({ token: first }).expect(200);
    expect((await stateOf(guest)).workspaces.map(({ name }) => name)).toContain('Mia’s');
    const second = await invite(maker, 'sven@example.org', [{ role: 'viewer' }]);
    const right = { token: second, password: 'sven sails on the seventh sea' };
    await browser(1).post('/invitations/accept').send(right).expect(200);
  });
});

describe('a member', () => {
  const idOf = async (opened: Browser) => (await stateOf(opened)).user.id;

  it('may at once, on every process, what he is given, and no more what is taken', async () => {
    const [admin, opened] = [await asAdmin(), await member('lars')];
    const id = await idOf(opened);
    const everywhere = async (status: number) => {
      for (const index of [0, 1])
        await eventually(
          () =>
            opened
              .at(plane.api(index).url)
              .post('/services')
              .send({ name: 'x', kind: 'none' })
              .expect(status),
          { timeoutMs: EVERYWHERE_MS },
        );
    };
    await everywhere(403);
    await admin
      .patch(`/users/${id}`)
      .send({ grants: [{ role: 'editor' }] })
      .expect(200);
    await everywhere(400);
    await admin
      .patch(`/users/${id}`)
      .send({ grants: [{ role: 'viewer' }] })
      .expect(200);
    await everywhere(403);
    await admin.delete(`/users/${id}`).expect(204);
    await eventually(async () =>
      expect(await stateOf(opened)).toMatchObject({ workspace: null, grants: [] }),
    );
    await opened.get('/services').expect(isProblem(403, 'forbidden'));
    await admin.get(`/users/${id}`).expect(isProblem(404, 'not_found'));
    expect(await audited('user.grant')).not.toHaveLength(0);
  });

  it('who is the last administrator cannot be removed, demoted or leave', async () => {
    const admin = await asAdmin();
    admin.follow(await admin.post('/workspaces').send({ name: 'Alone' }).expect(201));
    const state = await stateOf(admin);
    const self = `/users/${state.user.id}`;
    const inUse = isProblem(409, 'in_use');
    const narrowed = [{ role: 'admin', services: ['shop'] }];
    await admin.delete(self).expect(inUse);
    await admin.patch(self).send({ grants: narrowed }).expect(inUse);
    await admin.post(`/workspaces/${state.workspace?.id}/leave`).expect(inUse);
    const token = await invite(admin, 'otto@example.org', [ADMIN_GRANT]);
    await browser()
      .post('/invitations/accept')
      .send({ token, password: 'otto sails on the seventh sea' })
      .expect(200);
    await admin.post(`/workspaces/${state.workspace?.id}/leave`).expect(204);
    await admin.get(`/workspaces/${state.workspace?.id}`).expect(isProblem(404, 'not_found'));
  });

  it('gets a new password by a link that an operator makes, once', async () => {
    const [operator, opened] = [await asAdmin(), await member('rita')];
    const id = await idOf(opened);
    const tenant = await member('tina', [ADMIN_GRANT]);
    await tenant.post(`/users/${id}/password-reset`).expect(isProblem(403, 'forbidden'));
    const reset = async () =>
      ((await operator.post(`/users/${id}/password-reset`).expect(201)).body as { token: string }).token;
    const [older, token] = [await reset(), await reset()];
    for (const each of [older, token]) secrets.add(each);
    const use = (body: object) => browser(1).post('/password-resets/use').send(body);
    const password = 'rita begins once more';
    secrets.add(password);
    await use({ token: older, password }).expect(isProblem(404, 'not_found'));
    await use({ token, password: 'rita@example.org' }).expect(isProblem(400, 'invalid_request'));
    await use({ token, password }).expect(204);
    await use({ token, password }).expect(isProblem(404, 'not_found'));
    for (const index of [0, 1]) await isSignedOut(opened, index);
    await signedIn('rita@example.org', password);
    const unknown = '/users/01900000-0000-7000-8000-000000000000/password-reset';
    await operator.post(unknown).expect(isProblem(404, 'not_found'));
    expect(await audited('user.use-password-reset')).not.toHaveLength(0);
  });
});

describe('a workspace', () => {
  it('begins with three environments, and nothing of another one is found in it', async () => {
    const opened = await member('wim');
    const before = opened.at(opened.url);
    const made = await opened.post('/workspaces').send({ name: 'Second harbour' }).expect(201);
    opened.follow(made);
    const { id } = made.body as { id: string };
    expect(await stateOf(opened)).toMatchObject({
      workspace: { id, name: 'Second harbour' },
      grants: [{ role: 'admin' }],
    });
    await isSignedOut(before, 0);
    const environments = (await opened.get('/environments')).body as { items: { name: string }[] };
    expect(environments.items.map(({ name }) => name)).toEqual(['dev', 'staging', 'prod']);
    await opened.get('/services/shop').expect(isProblem(404, 'not_found'));
    await opened.get('/workspaces/default').expect(200);
    const admin = await asAdmin();
    const notFound = isProblem(404, 'not_found');
    await admin.get(`/workspaces/${id}`).expect(notFound);
    await admin.patch(`/workspaces/${id}`).send({ name: 'Mine' }).expect(notFound);
    await admin.post(`/workspaces/${id}/archive`).expect(notFound);
    await admin.patch('/session').send({ workspace: id }).expect(notFound);
    await opened.patch('/workspaces/default').send({ name: 'Mine' }).expect(isProblem(403, 'forbidden'));
    expect(await audited('workspace.create', id)).toMatchObject([{ actor: 'user:wim@example.org' }]);
    opened.follow(await opened.patch('/session').send({ workspace: 'default' }).expect(200));
    await opened.get('/services/shop').expect(200);
  });

  it('that is archived lets nobody in any more, and closes the sockets of its agents', async () => {
    const opened = await member('arne');
    opened.follow(await opened.post('/workspaces').send({ name: 'Short-lived' }).expect(201));
    const state = await stateOf(opened);
    await opened.post('/services').send({ name: 'kiosk' }).expect(201);
    const { token } = (await opened.post('/tokens').send({ name: 'a', role: 'agent' }).expect(201)).body as {
      token: string;
    };
    secrets.add(token);
    const journal = new Journal();
    const agents = await Promise.all(
      [0, 1].map((index) =>
        TestAgent.connect({
          id: `kiosk-${index}`,
          url: plane.api(index).url,
          token,
          service: 'kiosk',
          environment: 'dev',
          journal,
          reconnects: false,
        }),
      ),
    );
    await opened.post(`/workspaces/${state.workspace?.id}/archive`).expect(200);
    await eventually(() => agents.forEach((agent) => expect(agent.isConnected).toBe(false)), {
      timeoutMs: EVERYWHERE_MS,
    });
    for (const index of [0, 1])
      await eventually(
        () => plane.request(index, token).get('/services').expect(isProblem(401, 'unauthenticated')),
        { timeoutMs: EVERYWHERE_MS },
      );
    await eventually(async () =>
      expect(await stateOf(opened)).toMatchObject({ workspace: null, grants: [] }),
    );
    expect((await stateOf(opened)).workspaces).not.toContainEqual(state.workspace);
    for (const agent of agents) agent.close();
    const admin = await asAdmin();
    admin.follow(await admin.patch('/session').send({ workspace: 'default' }));
    await admin.post('/workspaces/default/archive').expect(isProblem(409, 'in_use'));
  });

  it('is made twenty times by one person, and not more', async () => {
    const opened = await member('zoe');
    for (let count = 0; count < 20; count++)
      opened.follow(
        await opened
          .post('/workspaces')
          .send({ name: `Number ${count}` })
          .expect(201),
      );
    await opened.post('/workspaces').send({ name: 'One more' }).expect(isProblem(422, 'too_many'));
    await plane.request().post('/workspaces').send({ name: 'By token' }).expect(isProblem(403, 'forbidden'));
  });
});

it('keeps no password, no cookie and no one-time token in the database, in Redis or in the logs', async () => {
  const tables = [
    'users',
    'sessions',
    'invitations',
    'password_resets',
    'audit_entries',
    'idempotency_keys',
    'changes',
  ];
  const rows = await Promise.all(
    tables.map((table) => plane.database.query<{ row: string }>(`select t::text as row from ${table} t`)),
  );
  const everything = [
    ...rows.flat().map(({ row }) => row),
    ...(await heldInRedis()),
    ...plane.apis.flatMap(({ logs }) => logs),
  ].join('\n');
  expect(secrets.size).toBeGreaterThan(20);
  for (const secret of secrets) expect(everything).not.toContain(secret);
});

/** Names of keys, and what those hold that are strings and hashes. */
async function heldInRedis(): Promise<string[]> {
  const redis = openRedis({
    url: plane.redis.url,
    commandTimeoutMs: 2_000,
    connectionName: 'story',
    onError: (error) => {
      throw error;
    },
  });
  await new Promise((resolve) => redis.once('ready', resolve));
  const held: string[] = [];
  for (const key of await redis.keys('*')) {
    const type = await redis.type(key);
    const value = type === 'string' ? await redis.get(key) : type === 'hash' ? await redis.hgetall(key) : '';
    held.push(`${key} ${JSON.stringify(value)}`);
  }
  redis.disconnect();
  expect(held.join('\n')).toContain('binnacle:sign-in:');
  return held;
}
