import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AccountsPlane, ADMIN_GRANT, EVERYWHERE_MS, passwordOf, stateOf } from '../harness/accounts-plane.js';
import type { Browser } from '../harness/browser.js';
import { eventually } from '../harness/eventually.js';
import { Journal } from '../harness/journal.js';
import { createToken, isProblem, type PlaneRequests } from '../harness/request.js';
import { TestAgent } from '../harness/test-agent.js';

let people: AccountsPlane;

beforeAll(async () => {
  people = await AccountsPlane.start();
});
afterAll(() => people.stop());

describe('a member', () => {
  const idOf = async (opened: Browser) => (await stateOf(opened)).user.id;

  it('may at once, on every process, what he is given, and no more what is taken', async () => {
    const [admin, opened] = [await people.asAdmin(), await people.member('lars')];
    const id = await idOf(opened);
    const everywhere = async (status: number) => {
      for (const index of [0, 1])
        await eventually(
          () =>
            opened
              .at(people.plane.api(index).url)
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
    expect(await people.audited('user.grant')).not.toHaveLength(0);
  });

  it('is limited to services and environments that exist, as tokens are', async () => {
    const [admin, opened] = [await people.asAdmin(), await people.member('ines')];
    const grants = [
      { role: 'viewer' },
      { role: 'editor', services: ['shop', 'ship'], environments: ['mars'] },
    ];
    const asToken = { name: 'of nothing', role: 'viewer', services: ['ship'] };
    const told = await admin.post('/tokens').send(asToken).expect(isProblem(400, 'invalid_request'));
    const same = (told.body as { detail: string }).detail;
    const missing = ['/grants/1/services/1', '/grants/1/environments/0'];
    const errors = missing.map((pointer) => ({ pointer, message: 'does not exist' }));
    for (const request of [
      admin.patch(`/users/${await idOf(opened)}`).send({ grants }),
      admin.post('/invitations').send({ email: 'ines-2@example.org', grants }),
    ]) {
      const { body } = await request.expect(isProblem(400, 'invalid_request'));
      expect(body).toMatchObject({ detail: same, errors });
    }
    expect(await stateOf(opened)).toMatchObject({ grants: [{ role: 'viewer' }] });
  });

  it('who is removed has no way back: neither by tokens nor by invitations that he made', async () => {
    const [admin, bob] = [await people.asAdmin(), await people.member('bob', [ADMIN_GRANT])];
    const id = await idOf(bob);
    const make = async (from: Browser | PlaneRequests, fields: object) => {
      const { body } = await from
        .post('/tokens')
        .send({ name: 'of bob', role: 'admin', ...fields })
        .expect(201);
      const made = body as { id: string; token: string; expiresAt: string | null };
      people.secrets.add(made.token);
      return made;
    };
    const first = await make(bob, {});
    const second = await make(people.plane.request(0, first.token), {});
    const agents = await make(bob, { role: 'agent' });
    const journal = new Journal();
    const agent = await TestAgent.connect({
      id: 'of-bob',
      url: people.plane.api(1).url,
      token: agents.token,
      service: 'shop',
      environment: 'dev',
      journal,
      reconnects: false,
    });
    const back = await people.invite(bob, 'bob-again@example.org', [ADMIN_GRANT]);
    await admin.delete(`/users/${id}`).expect(204);

    for (const { token } of [first, second, agents])
      for (const index of [0, 1])
        await eventually(
          () => people.plane.request(index, token).get('/session').expect(isProblem(401, 'unauthenticated')),
          { timeoutMs: EVERYWHERE_MS },
        );
    await eventually(() => expect(agent.isConnected).toBe(false), { timeoutMs: EVERYWHERE_MS });
    agent.close();
    const again = { token: back, name: 'Bob', password: 'bob comes back once more' };
    await people.browser().post('/invitations/accept').send(again).expect(isProblem(404, 'not_found'));
    const revoked = (await people.audited('token.revoke')).map(({ target, detail }) => [
      target,
      JSON.parse(detail),
    ]);
    for (const each of [first, second, agents])
      expect(revoked).toContainEqual([
        `token:${each.id}`,
        expect.objectContaining({ reason: 'removed', identity: `user:${id}` }),
      ]);
  });

  it('who may do less keeps only the tokens and invitations that lie within', async () => {
    const [admin, cleo] = [await people.asAdmin(), await people.member('cleo', [ADMIN_GRANT])];
    const token = async (role: string) =>
      (
        (
          await cleo
            .post('/tokens')
            .send({ name: `of cleo: ${role}`, role })
            .expect(201)
        ).body as { token: string }
      ).token;
    const [beyond, within] = [await token('admin'), await token('viewer')];
    const [tooMuch, little] = [
      await people.invite(cleo, 'cleo-1@example.org', [{ role: 'publisher' }]),
      await people.invite(cleo, 'cleo-2@example.org', [{ role: 'viewer' }]),
    ];
    for (const each of [beyond, within]) people.secrets.add(each);
    const grants = [{ role: 'editor' }];
    await admin
      .patch(`/users/${await idOf(cleo)}`)
      .send({ grants })
      .expect(200);
    await eventually(
      () => people.plane.request(1, beyond).get('/session').expect(isProblem(401, 'unauthenticated')),
      {
        timeoutMs: EVERYWHERE_MS,
      },
    );
    await people.plane.request(1, within).get('/services').expect(200);
    const password = 'cleo has two more names';
    people.secrets.add(password);
    const accept = (each: string) =>
      people.browser().post('/invitations/accept').send({ token: each, name: 'Cleo', password });
    await accept(tooMuch).expect(isProblem(404, 'not_found'));
    await accept(little).expect(200);
  });

  it('is let in by nobody who may not give so much any more, though it was a token', async () => {
    const { id, token } = await createToken(people.plane.request(), 'admin');
    people.secrets.add(token);
    const { body } = await people.plane
      .request(0, token)
      .post('/invitations')
      .send({ email: 'robin@example.org', grants: [ADMIN_GRANT] })
      .expect(201);
    const invitation = (body as { token: string }).token;
    people.secrets.add(invitation);
    await people.plane.request().delete(`/tokens/${id}`).expect(204);
    const person = { token: invitation, name: 'Robin', password: passwordOf('robin') };
    people.secrets.add(person.password);
    await people.browser().post('/invitations/accept').send(person).expect(isProblem(403, 'forbidden'));
    // Nothing of it stays: neither an account nor a used invitation.
    const found = await people.plane.database.query("select * from users where email = 'robin@example.org'");
    expect(found).toEqual([]);
  });

  it('makes tokens that end together with the one that made them', async () => {
    const expiresAt = new Date(Date.now() + 600_000).toISOString();
    const maker = await createToken(people.plane.request(), 'admin', { expiresAt });
    const endless = await createToken(people.plane.request(), 'viewer');
    for (const { token } of [maker, endless]) people.secrets.add(token);
    const byToken = people.plane.request(0, maker.token);
    const create = async (wanted: object) =>
      (
        await byToken
          .post('/tokens')
          .send({ name: 'made', role: 'viewer', ...wanted })
          .expect(201)
      ).body as {
        expiresAt: string;
      };
    const [later, sooner] = [3_600_000, 60_000].map((ms) => new Date(Date.now() + ms).toISOString());
    expect(await create({})).toMatchObject({ expiresAt });
    expect(await create({ expiresAt: later })).toMatchObject({ expiresAt });
    expect(await create({ expiresAt: sooner })).toMatchObject({ expiresAt: sooner });
    const refused = isProblem(403, 'forbidden');
    for (const each of [null, later])
      await byToken.patch(`/tokens/${maker.id}`).send({ expiresAt: each }).expect(refused);
    await byToken.post(`/tokens/${endless.id}/rotate`).send({}).expect(refused);
    const { body } = await byToken.post(`/tokens/${maker.id}/rotate`).send({}).expect(201);
    const rotated = body as { expiresAt: string; token: string };
    people.secrets.add(rotated.token);
    expect(new Date(rotated.expiresAt).getTime() - Date.now()).toBeLessThan(601_000);
  });

  it('who is the last administrator cannot be removed, demoted or leave', async () => {
    const admin = await people.asAdmin();
    await people.member('otto');
    admin.follow(await admin.post('/workspaces').send({ name: 'Alone' }).expect(201));
    const state = await stateOf(admin);
    const self = `/users/${state.user.id}`;
    const inUse = isProblem(409, 'in_use');
    const narrowed = [{ role: 'admin', environments: ['dev'] }];
    await admin.delete(self).expect(inUse);
    await admin.patch(self).send({ grants: narrowed }).expect(inUse);
    await admin.post(`/workspaces/${state.workspace?.id}/leave`).expect(inUse);
    const token = await people.invite(admin, 'otto@example.org', [ADMIN_GRANT]);
    await people
      .browser()
      .post('/invitations/accept')
      .send({ token, password: passwordOf('otto') })
      .expect(200);
    await admin.post(`/workspaces/${state.workspace?.id}/leave`).expect(204);
    await admin.get(`/workspaces/${state.workspace?.id}`).expect(isProblem(404, 'not_found'));
  });

  it('gets a new password by a token that an operator makes, once', async () => {
    const [operator, opened] = [await people.asAdmin(), await people.member('rita')];
    const id = await idOf(opened);
    const tenant = await people.member('tina', [ADMIN_GRANT]);
    await tenant.post(`/users/${id}/password-reset`).expect(isProblem(403, 'forbidden'));
    const reset = async () =>
      ((await operator.post(`/users/${id}/password-reset`).expect(201)).body as { token: string }).token;
    const [older, token] = [await reset(), await reset()];
    for (const each of [older, token]) people.secrets.add(each);
    const use = (body: object) => people.browser(1).post('/password-resets/use').send(body);
    const password = 'rita begins once more';
    people.secrets.add(password);
    const replaced = await use({ token: older, password }).expect(isProblem(404, 'not_found'));
    expect(replaced.body).toMatchObject({
      detail: expect.stringMatching(/^This token was used or replaced/),
    });
    await use({ token, password: 'rita@example.org' }).expect(isProblem(400, 'invalid_request'));
    await use({ token, password }).expect(204);
    await use({ token, password }).expect(isProblem(404, 'not_found'));
    for (const index of [0, 1]) await people.isSignedOut(opened, index);
    await people.signedIn('rita@example.org', password);
    const unknown = '/users/01900000-0000-7000-8000-000000000000/password-reset';
    await operator.post(unknown).expect(isProblem(404, 'not_found'));
    expect(await people.audited('user.use-password-reset')).not.toHaveLength(0);
  });
});

it('keeps no password, no cookie and no one-time token in the database, in Redis or in the logs', async () => {
  const everything = await people.everythingKept();
  expect(people.secrets.size).toBeGreaterThan(10);
  for (const secret of people.secrets) expect(everything).not.toContain(secret);
});
