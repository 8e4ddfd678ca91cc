import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AccountsPlane, ADMIN, passwordOf, stateOf } from '../harness/accounts-plane.js';
import { eventually } from '../harness/eventually.js';
import { isProblem } from '../harness/request.js';

let people: AccountsPlane;

beforeAll(async () => {
  people = await AccountsPlane.start();
});
afterAll(() => people.stop());

describe('the first administrator', () => {
  it('is made once by two processes that start together, and signs in', async () => {
    const users = await people.plane.database.query<{ email: string; password_hash: string }>(
      'select * from users',
    );
    expect(users).toMatchObject([{ email: ADMIN.email, is_operator: true }]);
    expect(users[0]?.password_hash).toMatch(/^\$argon2id\$/);
    expect(await people.audited('user.create')).toMatchObject([{ actor: 'system' }]);

    const opened = people.browser();
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
    expect(await stateOf(opened.at(people.plane.api(1).url))).toEqual(state);
  });
});

describe('signing in', () => {
  it('answers a wrong password and an unknown e-mail alike, and audits the first', async () => {
    const before = (await people.audited('session.sign-in-refused')).length;
    const answers = [];
    for (const email of [ADMIN.email, 'nobody-at-all@example.org']) {
      const credentials = { email, password: 'not the right one' };
      const response = await people
        .browser()
        .post('/session')
        .send(credentials)
        .expect(isProblem(401, 'wrong_credentials'));
      expect(response.headers['set-cookie']).toBeUndefined();
      const { requestId: _own, ...body } = response.body as Record<string, unknown>;
      answers.push(body);
    }
    expect(answers[0]).toEqual(answers[1]);
    await eventually(async () => {
      const entries = await people.audited('session.sign-in-refused');
      expect(entries).toHaveLength(before + 1);
      expect(entries.at(-1)).toMatchObject({ actor: 'anonymous', outcome: 'refused' });
    });
    expect(people.plane.apis.flatMap(({ logs }) => logs).join('\n')).not.toContain(
      'nobody-at-all@example.org',
    );
  });

  it('ends the session that the browser had, and makes a new secret each time', async () => {
    const first = await people.asAdmin();
    const second = first.at(first.url);
    await second.signIn(ADMIN.email, ADMIN.password);
    expect(second.cookie).not.toBe(first.cookie);
    await people.isSignedOut(first, 0);
    await stateOf(second);
    const { items } = (await second.get('/sessions')).body as { items: { id: string }[] };
    const replaced = (await people.audited('session.revoke')).filter(({ detail }) =>
      detail.includes('replaced'),
    );
    expect(replaced).toMatchObject([{ actor: `user:${ADMIN.email}` }]);
    expect(items.map(({ id }) => `session:${id}`)).not.toContain(replaced[0]?.target);
  });

  it('and failing to is told to the workspace that the person works in, and to no other', async () => {
    const opened = await people.member('petra');
    opened.follow(await opened.post('/workspaces').send({ name: 'Petra’s' }).expect(201));
    const state = await stateOf(opened);
    const own = state.workspace?.id ?? '';
    const toldTo = async (action: string, who: string) =>
      (
        await people.plane.database.query<{ workspace_id: string }>(
          `select workspace_id from audit_entries where action = $1 and (identity = $2 or target = $2) order by at`,
          [action, `user:${who}`],
        )
      ).map((entry) => entry.workspace_id);
    const { id } = state.user;
    expect(await toldTo('session.sign-in', id)).toEqual(['default']);
    await people.signedIn('petra@example.org', passwordOf('petra'));
    expect(await toldTo('session.sign-in', id)).toEqual(['default', own]);
    const wrong = { email: 'petra@example.org', password: 'not the right one' };
    await people.browser().post('/session').send(wrong).expect(401);
    await eventually(async () => expect(await toldTo('session.sign-in-refused', id)).toEqual([own]));
    opened.follow(await opened.patch('/session').send({ workspace: 'default' }).expect(200));
    expect(await toldTo('session.enter', id)).toEqual(['default']);

    const lone = await people.member('lena');
    const { user } = await stateOf(lone);
    await (await people.asAdmin()).delete(`/users/${user.id}`).expect(204);
    await people.signedIn('lena@example.org', passwordOf('lena'));
    await people
      .browser()
      .post('/session')
      .send({ email: 'lena@example.org', password: 'not the right one' })
      .expect(401);
    const counted = (action: string) => `binnacle_account_acts_nowhere_total{action="${action}"} 1`;
    await eventually(async () => {
      const metrics = await (await fetch(`${people.plane.api(0).url}/metrics`)).text();
      expect(metrics).toContain(counted('session.sign-in'));
      expect(metrics).toContain(counted('session.sign-in-refused'));
    });
    const logs = people.plane
      .api(0)
      .logs.filter((line) => line.includes('An act on an account, in no workspace'));
    expect(logs.join('\n')).toContain(`user:${user.id}`);
    expect(await toldTo('session.sign-in', user.id)).toEqual(['default']);
    expect(await toldTo('session.sign-in-refused', user.id)).toEqual([]);
  });

  it('is done thirty times an hour by one person, and changing the workspace sixty times', async () => {
    const opened = await people.member('hal');
    const wait = isProblem(429, 'rate_limited');
    const signIn = () =>
      people
        .browser(1)
        .post('/session')
        .send({ email: 'hal@example.org', password: passwordOf('hal') });
    for (let times = 1; times < 30; times++) await signIn().expect(200);
    await signIn().expect(wait);
    const go = () => opened.patch('/session').send({ workspace: 'default' });
    for (let times = 0; times < 60; times++) opened.follow(await go().expect(200));
    await go().expect(wait);
    await stateOf(opened);
  });

  it('is refused to a page of another site', async () => {
    const credentials = { email: ADMIN.email, password: ADMIN.password };
    for (const headers of [{ origin: 'https://evil.example' }, { 'sec-fetch-site': 'cross-site' }])
      await people
        .browser()
        .post('/session')
        .set(headers)
        .send(credentials)
        .expect(isProblem(403, 'forbidden'));
  });

  it('pauses where somebody guesses, on every process and also without Redis, and not for the owner', async () => {
    const owner = await people.member('otto');
    await owner.delete('/session').expect(204);
    const from = (address: string, index: number, password: string) =>
      people
        .browser(index)
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
    const right = passwordOf('otto');
    await from('198.51.100.1', 0, right).expect(isProblem(429, 'rate_limited'));
    await from('198.51.100.2', 0, right).expect(200);

    await people.plane.redis.kill('SIGKILL');
    try {
      for (let count = 0; count < 5; count++)
        await guess('198.51.100.3', 0).expect(isProblem(401, 'wrong_credentials'));
      await guess('198.51.100.3', 0).expect(isProblem(429, 'rate_limited'));
    } finally {
      await people.plane.redis.start();
    }
    // Many strangers at one account: they are stopped, and who has been there before is not.
    // Until the process has found Redis again, it counts by itself.
    let guesses = 0;
    while (guesses < 200 && (await guess(`203.0.113.${guesses}`, 0)).status !== 429) guesses++;
    expect(guesses).toBeGreaterThanOrEqual(40);
    await guess('203.0.113.200', 0).expect(isProblem(429, 'rate_limited'));
    await from('198.51.100.2', 0, right).expect(200);
  });

  it('of two hundred at once leaves time for reading configs', async () => {
    const config = '/services/shop/environments/dev/config';
    await people.plane.request().get(config).expect(200);
    let isOver = false;
    const crowd = Promise.all(
      Array.from({ length: 200 }, (_, number) =>
        people
          .browser()
          .post('/session')
          .set('x-forwarded-for', `192.0.2.${number}`)
          .send({ email: `crowd-${number}@example.org`, password: 'one of a large crowd' }),
      ),
    ).finally(() => (isOver = true));
    let read = 0;
    for (; !isOver; read++) await people.plane.request().get(config).expect(200);
    const statuses = (await crowd).map(({ status }) => status);
    expect(new Set(statuses)).toEqual(new Set([401, 503]));
    // Several, one after the other, in the time of one password.
    expect(read).toBeGreaterThan(statuses.filter((status) => status === 401).length);
  });
});

it('keeps no password, no cookie and no one-time token in the database, in Redis or in the logs', async () => {
  const everything = await people.everythingKept();
  expect(people.secrets.size).toBeGreaterThan(10);
  expect(everything).toContain('binnacle:sign-in:');
  for (const secret of people.secrets) expect(everything).not.toContain(secret);
});
