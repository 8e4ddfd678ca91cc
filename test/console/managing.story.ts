import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { ConsolePlane, freshName } from '../harness/console/console-plane.js';
import { pasteOver } from '../harness/console/paste-over.js';
import { eventually } from '../harness/eventually.js';
import { publish, register, requestsTo } from '../harness/request.js';

let plane: ConsolePlane;

beforeAll(async () => {
  plane = await ConsolePlane.start();
});
afterEach(() => plane?.browser.closePages());
afterAll(() => plane?.stop());

it('somebody is invited, joins by the link, and is given another role', async () => {
  const [host, guest] = await Promise.all([plane.open('admin'), plane.open(undefined)]);
  const name = freshName('guest');
  const { page } = host;
  await host.goto('/people');
  await page.getByRole('button', { name: 'Invite', exact: true }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('E-mail').fill(`${name}@example.org`);
  await dialog.getByRole('button', { name: 'Make the invitation' }).click();
  const link = (await dialog.locator('pre').textContent()) ?? '';
  await dialog.getByRole('button', { name: 'I have kept it' }).click();
  await page.getByRole('table', { name: 'Open invitations' }).getByText(`${name}@example.org`).waitFor();

  await guest.page.goto(link);
  await guest.page.getByLabel('Your name').fill(name);
  await guest.page.getByLabel('New password', { exact: true }).fill(`${name} comes aboard`);
  await guest.page.getByRole('button', { name: 'Join', exact: true }).click();
  await guest.page.getByRole('heading', { name: 'Services', exact: true }).waitFor();
  expect(guest.page.url()).not.toContain('#');

  await host.goto('/people');
  await page.getByRole('button', { name: `Change what ${name} may do` }).click();
  await page.getByRole('dialog').getByRole('combobox', { name: 'Role', exact: true }).click();
  await page.getByRole('option', { name: /^editor/i }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
  await page.getByRole('row').filter({ hasText: name }).getByText('editor', { exact: true }).waitFor();
  await eventually(async () => {
    await guest.goto('/services');
    await guest.page.getByRole('button', { name: 'Register service' }).waitFor({ timeout: 1_000 });
  });
});

it('a token is created and used, rotated, and revoked', async () => {
  const opened = await plane.open('admin');
  const { page } = opened;
  const name = freshName('pipeline');
  const statusOf = async (token: string) =>
    (await requestsTo(plane.request.url, token).get('/services/orders')).status;
  const dialog = page.getByRole('dialog');
  const shown = async () => {
    await dialog.getByText('Shown this once').waitFor();
    const token = (await dialog.locator('pre').textContent()) ?? '';
    await dialog.getByRole('button', { name: 'I have kept it' }).click();
    return token;
  };
  await opened.goto('/tokens');
  await page.getByRole('button', { name: 'Create token' }).first().click();
  await dialog.getByLabel('Name').fill(name);
  await dialog.getByRole('combobox', { name: 'Role', exact: true }).click();
  await page.getByRole('option', { name: /^viewer/i }).click();
  await dialog.getByRole('button', { name: 'Create token' }).click();
  const first = await shown();
  expect(await statusOf(first)).toBe(200);

  await page.getByRole('button', { name: `Rotate ${name}` }).click();
  await dialog.getByRole('combobox', { name: 'The old one' }).click();
  await page.getByRole('option', { name: 'Nobody may use it any more' }).click();
  await dialog.getByRole('button', { name: 'Rotate' }).click();
  const second = await shown();
  expect(await statusOf(second)).toBe(200);
  await eventually(async () => expect(await statusOf(first)).toBe(401));

  // Only the new one is listed.
  await page
    .getByRole('button', { name: `Revoke ${name}` })
    .nth(1)
    .waitFor({ state: 'detached' });
  await page.getByRole('button', { name: `Revoke ${name}` }).click();
  await dialog.getByRole('button', { name: 'Revoke' }).click();
  await page.getByRole('button', { name: `Revoke ${name}` }).waitFor({ state: 'detached' });
  await eventually(async () => expect(await statusOf(second)).toBe(401));
});

it('what waits is rejected by a second person with a reason', async () => {
  const service = freshName('waits');
  await register(plane.request, service);
  await publish(plane.request, service, 'prod', { limit: 1 });
  const opened = await plane.open('publisher');
  const { page } = opened;
  await opened.goto(`/approvals?service=${service}`);
  await page.getByRole('link', { name: new RegExp(service) }).click();
  await page.getByRole('button', { name: 'Reject…' }).click();
  const reject = page.getByRole('dialog').getByRole('button', { name: 'Reject' });
  expect(await reject.isDisabled()).toBe(true);
  await page.getByRole('dialog').getByLabel('Reason').fill('Not on a Friday');
  await reject.click();
  await page.getByText('“Not on a Friday”').waitFor();
});

it('the audit is narrowed by its address, and an entry tells what was done', async () => {
  const service = freshName('audited');
  await register(plane.request, service);
  const opened = await plane.open('admin');
  const { page } = opened;
  await opened.goto(`/audit?action=service.&target=service:${service}`);
  expect(await page.getByRole('textbox', { name: 'Target' }).inputValue()).toBe(`service:${service}`);
  await page.getByRole('button', { name: /^Entry \d+, details$/ }).click();
  await page.getByText('Request', { exact: true }).waitFor();
  await page.getByRole('textbox', { name: 'Action' }).fill('token.');
  await page.getByText('No entry fits').waitFor();
  expect(new URL(page.url()).searchParams.get('action')).toBe('token.');
  await page.getByRole('button', { name: 'Show all entries' }).click();
  await page.waitForURL(/\/audit$/);
});

it('a secret is added, revealed to who may, and given a new value', async () => {
  const opened = await plane.open('admin');
  const { page } = opened;
  const name = freshName('key');
  const dialog = page.getByRole('dialog');
  await opened.goto('/services/orders/secrets?environment=staging');
  await page.getByRole('button', { name: 'Add a secret' }).click();
  await dialog.getByLabel('Name').fill(name);
  await dialog.getByLabel('Value').fill('under the mat');
  await dialog.getByRole('button', { name: 'Add' }).click();
  await page.getByRole('button', { name: `Reveal ${name}` }).click();
  await dialog.getByRole('button', { name: 'Reveal' }).click();
  await dialog.getByText('under the mat').waitFor();
  await dialog.getByRole('button', { name: 'Close' }).last().click();
  await dialog.waitFor({ state: 'detached' });
  expect(await page.content()).not.toContain('under the mat');
  await page.getByRole('button', { name: `New value for ${name}` }).click();
  await dialog.getByLabel('Value').fill('in the lamp');
  await dialog.getByRole('button', { name: 'Set the new value' }).click();
  await page.getByRole('row').filter({ hasText: name }).getByText('2', { exact: true }).waitFor();
});

it('a schema that breaks what runs says where, and is put in force only on purpose', async () => {
  const service = freshName('ruled');
  await register(plane.request, service);
  await publish(plane.request, service, 'base', { limit: 50 });
  const opened = await plane.open('editor');
  const { page } = opened;
  await opened.goto(`/services/${service}/schema`);
  const text = page.getByRole('textbox', { name: `Schema of ${service}` });
  await pasteOver(
    text,
    JSON.stringify({ type: 'object', properties: { limit: { type: 'integer', maximum: 9 } } }),
  );
  await page.getByText('What runs now would not be valid any more').waitFor();
  await page.getByText(`${service} in dev`).waitFor();
  await page.getByText('/limit').first().waitFor();
  const put = page.getByRole('button', { name: 'Put in force' });
  expect(await put.isDisabled()).toBe(true);
  await page.getByLabel('Although it breaks what runs').check();
  await put.click();
  await page.getByText('Version 1', { exact: false }).first().waitFor();
  const { body } = await plane.request.get(`/services/${service}/schema`).expect(200);
  expect(body).toMatchObject({ version: 1, schema: { properties: { limit: { maximum: 9 } } } });
});
