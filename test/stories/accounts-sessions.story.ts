import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AccountsPlane, passwordOf, stateOf } from '../harness/accounts-plane.js';
import { eventually } from '../harness/eventually.js';
import { createToken, isProblem } from '../harness/request.js';

let people: AccountsPlane;

beforeAll(async () => {
  people = await AccountsPlane.start();
});
afterAll(() => people.stop());

describe('a session', () => {
  it('changes nothing without its CSRF token, nor from a page of another site', async () => {
    const opened = await people.asAdmin();
    const refused = isProblem(403, 'forbidden');
    const rename = () => opened.patch('/workspaces/default').send({ name: 'Harbour' });
    for (const token of ['', 'x', (await people.asAdmin()).csrfToken ?? ''])
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
    const { token } = await createToken(people.plane.request(), 'viewer');
    const both = { authorization: `Bearer ${token}`, 'x-csrf-token': '' };
    await rename().set(both).expect(refused);
    expect((await opened.get('/session').set(both)).body).toMatchObject({ via: 'token', csrfToken: null });
    await opened.get('/session').set('authorization', 'Bearer no-such-token').expect(401);
  });

  it('is listed for its owner, and ends on every process, also without Redis', async () => {
    const [here, there] = [
      await people.member('sara'),
      await people.signedIn('sara@example.org', passwordOf('sara'), 1),
    ];
    const list = async () =>
      (await here.get('/sessions').expect(200)).body as { items: { id: string; current: boolean }[] };
    const others = (await list()).items.filter(({ current }) => !current);
    expect(others).toHaveLength(1);
    await stateOf(there.at(people.plane.api(0).url));
    const stranger = await people.member('sven');
    await stranger.delete(`/sessions/${others[0]?.id}`).expect(isProblem(404, 'not_found'));
    await here.delete(`/sessions/${others[0]?.id}`).expect(204);
    for (const index of [0, 1]) await people.isSignedOut(there, index);
    await here.delete(`/sessions/${others[0]?.id}`).expect(isProblem(404, 'not_found'));

    const more = [await people.signedIn('sara@example.org', passwordOf('sara'), 1)];
    more.push(await people.signedIn('sara@example.org', passwordOf('sara'), 0));
    for (const each of more) for (const index of [0, 1]) await stateOf(each.at(people.plane.api(index).url));
    await people.plane.redis.kill('SIGKILL');
    try {
      await here.delete('/sessions').expect(204);
      for (const each of more) for (const index of [0, 1]) await people.isSignedOut(each, index);
    } finally {
      await people.plane.redis.start();
    }
    expect((await list()).items).toHaveLength(1);
    const { headers } = await here.delete('/session').expect(204);
    expect(String(headers['set-cookie'])).toContain('Max-Age=0');
    await people.isSignedOut(here, 1);
  });

  it('lives no longer for going on in another workspace', async () => {
    const opened = await people.member('xenia');
    await people.plane.database.query(
      `update sessions set expires_at = now() + interval '1 hour'
       where user_id = (select id from users where email = 'xenia@example.org')`,
    );
    const leftMs = async () => {
      const { body } = await opened.get('/session').expect(200);
      return new Date((body as { expiresAt: string }).expiresAt).getTime() - Date.now();
    };
    opened.follow(await opened.patch('/session').send({ workspace: 'default' }).expect(200));
    expect(await leftMs()).toBeLessThan(3_600_001);
    opened.follow(await opened.post('/workspaces').send({ name: 'Xenia’s' }).expect(201));
    expect(await leftMs()).toBeLessThan(3_600_001);
    const passwords = { current: passwordOf('xenia'), new: 'xenia proves who she is' };
    people.secrets.add(passwords.new);
    opened.follow(await opened.put('/session/password').send(passwords).expect(200));
    expect(await leftMs()).toBeGreaterThan(6 * 24 * 3_600_000);
  });

  it.each([
    ['after half a day of silence', "last_seen_at = now() - interval '12 hours 1 minute'"],
    ['after a week', "expires_at = now() - interval '1 second'"],
  ])('ends by itself %s', async (_when, change) => {
    const opened = await people.asAdmin();
    const { items } = (await opened.get('/sessions')).body as { items: { id: string; current: boolean }[] };
    const id = items.find(({ current }) => current)?.id;
    await people.plane.database.query(`update sessions set ${change} where id = $1`, [id]);
    await people.isSignedOut(opened, 0);
  });

  it('notes that it is in use, at most once a minute', async () => {
    const opened = await people.member('mara');
    const seen = async () => {
      const [row] = await people.plane.database.query<{ age: number }>(
        `select extract(epoch from now() - last_seen_at)::float as age from sessions s
         join users u on u.id = s.user_id where u.email = 'mara@example.org'`,
      );
      return row?.age ?? Infinity;
    };
    await people.plane.database.query(
      `update sessions set last_seen_at = now() - interval '2 minutes'
       where user_id = (select id from users where email = 'mara@example.org')`,
    );
    // The other process has not looked it up yet.
    await stateOf(opened.at(people.plane.api(1).url));
    await eventually(async () => expect(await seen()).toBeLessThan(60));
  });

  it('of a changed password goes on with a new secret, and all others end', async () => {
    const [here, there] = [
      await people.member('paul'),
      await people.signedIn('paul@example.org', passwordOf('paul'), 1),
    ];
    const before = here.at(here.url);
    const change = (current: string, next: string) =>
      here.put('/session/password').send({ current, new: next });
    const signIns = (await people.audited('session.sign-in-refused')).length;
    const wrong = await change('not this one at all', 'paul has another boat').expect(
      isProblem(400, 'invalid_request'),
    );
    expect(wrong.body).toMatchObject({ errors: [{ pointer: '/current' }] });
    expect(await people.audited('user.change-password-refused')).toMatchObject([
      { actor: 'user:paul@example.org', outcome: 'refused' },
    ]);
    expect(await people.audited('session.sign-in-refused')).toHaveLength(signIns);
    await stateOf(before);
    await change(passwordOf('paul'), 'short').expect(isProblem(400, 'invalid_request'));
    await change(passwordOf('paul'), 'Password2026').expect(isProblem(400, 'invalid_request'));
    const changed = await change(passwordOf('paul'), 'paul has another boat').expect(200);
    here.follow(changed);
    people.secrets.add('paul has another boat');
    expect(here.cookie).not.toBe(before.cookie);
    await stateOf(here);
    await people.isSignedOut(there, 1);
    await people.isSignedOut(before, 0);
    await people.signedIn('paul@example.org', 'paul has another boat');
  });
});

it('keeps no password, no cookie and no one-time token in the database, in Redis or in the logs', async () => {
  const everything = await people.everythingKept();
  expect(people.secrets.size).toBeGreaterThan(10);
  for (const secret of people.secrets) expect(everything).not.toContain(secret);
});
