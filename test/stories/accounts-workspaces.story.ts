import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  AccountsPlane,
  ADMIN,
  ADMIN_GRANT,
  EVERYWHERE_MS,
  passwordOf,
  stateOf,
} from '../harness/accounts-plane.js';
import { eventually } from '../harness/eventually.js';
import { Journal } from '../harness/journal.js';
import { isProblem } from '../harness/request.js';
import { TestAgent } from '../harness/test-agent.js';

let people: AccountsPlane;

beforeAll(async () => {
  people = await AccountsPlane.start();
});
afterAll(() => people.stop());

describe('an invitation', () => {
  it('makes an account that may do what was given, and no more', async () => {
    const grant = { role: 'publisher', services: ['shop'], environments: ['dev'] };
    const opened = await people.member('nora', [grant]);
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
    const admin = await people.asAdmin();
    const token = await people.invite(admin, 'once@example.org', [{ role: 'viewer' }]);
    const password = 'once upon a wide river';
    people.secrets.add(password);
    const accept = (body: object) => people.browser().post('/invitations/accept').send(body);
    await accept({ token }).expect(isProblem(400, 'invalid_request'));
    await accept({ token, name: 'Once', password: 'Password2026' }).expect(isProblem(400, 'invalid_request'));
    // Without a name there is nothing to make: as with an account and a wrong password.
    await accept({ token, password }).expect(isProblem(401, 'wrong_credentials'));
    await accept({ token, name: 'Once', password }).expect(200);
    await accept({ token, name: 'Once', password }).expect(isProblem(404, 'not_found'));
    await admin
      .post('/invitations')
      .send({ email: 'once@example.org', grants: [{ role: 'viewer' }] })
      .expect(isProblem(409, 'already_member'));

    const back = await people.invite(admin, 'back@example.org', [{ role: 'viewer' }]);
    const { items } = (await admin.get('/invitations')).body as { items: { id: string; email: string }[] };
    await admin
      .delete(`/invitations/${items.find(({ email }) => email === 'back@example.org')?.id}`)
      .expect(204);
    await accept({ token: back, name: 'Back', password }).expect(isProblem(404, 'not_found'));
    const late = await people.invite(admin, 'late@example.org', [{ role: 'viewer' }]);
    await people.plane.database.query(
      "update invitations set expires_at = now() - interval '1 second' where email = 'late@example.org'",
    );
    await accept({ token: late, name: 'Late', password }).expect(isProblem(404, 'not_found'));
    await admin
      .post('/invitations')
      .send({ email: 'x@example.org', grants: [{ role: 'agent' }] })
      .expect(400);
    expect(await people.audited('invitation.accept')).toContainEqual(
      expect.objectContaining({ actor: 'user:once@example.org' }),
    );
  });

  it('ends when a newer one is made for the same e-mail', async () => {
    const admin = await people.asAdmin();
    const other = await people.invite(admin, 'other@example.org', [{ role: 'viewer' }]);
    const older = await people.invite(admin, 'twice@example.org', [ADMIN_GRANT]);
    const newer = await people.invite(admin, 'Twice@Example.org', [{ role: 'viewer' }]);
    const accept = (token: string) =>
      people
        .browser()
        .post('/invitations/accept')
        .send({ token, name: 'Twice', password: passwordOf('twice') });
    people.secrets.add(passwordOf('twice'));
    await accept(older).expect(isProblem(404, 'not_found'));
    await accept(newer).expect(200);
    await accept(other).expect(200);
    const replaced = (await people.audited('invitation.revoke')).filter(({ detail }) =>
      detail.includes('replaced'),
    );
    expect(replaced).toMatchObject([{ actor: `user:${ADMIN.email}` }]);
    expect(JSON.parse(replaced[0]?.detail ?? '')).toEqual({ email: 'twice@example.org', reason: 'replaced' });
  });

  it('into another workspace asks for the account: by its session or its password', async () => {
    const [maker, guest] = [await people.member('mia'), await people.member('gus')];
    maker.follow(await maker.post('/workspaces').send({ name: 'Mia’s' }).expect(201));
    const first = await people.invite(maker, 'gus@example.org', [{ role: 'viewer' }]);
    const wrong = { token: first, name: 'Gus', password: 'a password of somebody' };
    await people
      .browser()
      .post('/invitations/accept')
      .send(wrong)
      .expect(isProblem(401, 'wrong_credentials'));
    await maker.post('/invitations/accept').send({ token: first }).expect(isProblem(400, 'invalid_request'));
    // A page of another site cannot accept by the cookie: without the CSRF token that does not count.
    await guest.post('/invitations/accept').unset('x-csrf-token').send({ token: first }).expect(400);
    await guest.post('/invitations/accept').send({ token: first }).expect(200);
    expect((await stateOf(guest)).workspaces.map(({ name }) => name)).toContain('Mia’s');
    await people.member('sven');
    const second = await people.invite(maker, 'sven@example.org', [{ role: 'viewer' }]);
    const right = { token: second, password: passwordOf('sven') };
    await people.browser(1).post('/invitations/accept').send(right).expect(200);
  });
});

describe('a workspace', () => {
  it('begins with three environments, and nothing of another one is found in it', async () => {
    const opened = await people.member('wim');
    const before = opened.at(opened.url);
    const made = await opened.post('/workspaces').send({ name: 'Second harbour' }).expect(201);
    opened.follow(made);
    const { id } = made.body as { id: string };
    expect(await stateOf(opened)).toMatchObject({
      workspace: { id, name: 'Second harbour' },
      grants: [{ role: 'admin' }],
    });
    await people.isSignedOut(before, 0);
    const environments = (await opened.get('/environments')).body as { items: { name: string }[] };
    expect(environments.items.map(({ name }) => name)).toEqual(['dev', 'staging', 'prod']);
    await opened.get('/services/shop').expect(isProblem(404, 'not_found'));
    await opened.get('/workspaces/default').expect(200);
    const admin = await people.asAdmin();
    const notFound = isProblem(404, 'not_found');
    await admin.get(`/workspaces/${id}`).expect(notFound);
    await admin.patch(`/workspaces/${id}`).send({ name: 'Mine' }).expect(notFound);
    await admin.post(`/workspaces/${id}/archive`).expect(notFound);
    await admin.patch('/session').send({ workspace: id }).expect(notFound);
    await opened.patch('/workspaces/default').send({ name: 'Mine' }).expect(isProblem(403, 'forbidden'));
    expect(await people.audited('workspace.create', id)).toMatchObject([{ actor: 'user:wim@example.org' }]);
    opened.follow(await opened.patch('/session').send({ workspace: 'default' }).expect(200));
    await opened.get('/services/shop').expect(200);
  });

  it('that is archived lets nobody in any more, and closes the sockets of its agents', async () => {
    const opened = await people.member('arne');
    opened.follow(await opened.post('/workspaces').send({ name: 'Short-lived' }).expect(201));
    const state = await stateOf(opened);
    await opened.post('/services').send({ name: 'kiosk' }).expect(201);
    const { token } = (await opened.post('/tokens').send({ name: 'a', role: 'agent' }).expect(201)).body as {
      token: string;
    };
    people.secrets.add(token);
    const journal = new Journal();
    const agents = await Promise.all(
      [0, 1].map((index) =>
        TestAgent.connect({
          id: `kiosk-${index}`,
          url: people.plane.api(index).url,
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
        () => people.plane.request(index, token).get('/services').expect(isProblem(401, 'unauthenticated')),
        { timeoutMs: EVERYWHERE_MS },
      );
    await eventually(async () =>
      expect(await stateOf(opened)).toMatchObject({ workspace: null, grants: [] }),
    );
    expect((await stateOf(opened)).workspaces).not.toContainEqual(state.workspace);
    for (const agent of agents) agent.close();
    const admin = await people.asAdmin();
    admin.follow(await admin.patch('/session').send({ workspace: 'default' }));
    await admin.post('/workspaces/default/archive').expect(isProblem(409, 'in_use'));
  });

  it('is made twenty times by one person, and not more', async () => {
    const opened = await people.member('zoe');
    for (let count = 0; count < 20; count++)
      opened.follow(
        await opened
          .post('/workspaces')
          .send({ name: `Number ${count}` })
          .expect(201),
      );
    await opened.post('/workspaces').send({ name: 'One more' }).expect(isProblem(422, 'too_many'));
    await people.plane
      .request()
      .post('/workspaces')
      .send({ name: 'By token' })
      .expect(isProblem(403, 'forbidden'));
  });
});

it('keeps no password, no cookie and no one-time token in the database, in Redis or in the logs', async () => {
  const everything = await people.everythingKept();
  expect(people.secrets.size).toBeGreaterThan(10);
  for (const secret of people.secrets) expect(everything).not.toContain(secret);
});
