/// <reference lib="dom" />
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ConsolePlane, freshName, type Person } from '../harness/console/console-plane.js';
import { eventually } from '../harness/eventually.js';
import { publish, register } from '../harness/request.js';

/** Of a service that a test has for itself. */
const SCHEMA = {
  type: 'object',
  properties: {
    timeoutMs: { type: 'integer', minimum: 1, title: 'Time limit', 'x-unit': 'ms', default: 500 },
    mode: { enum: ['fast', 'safe'], description: 'How careful it is.' },
    pool: { type: 'object', properties: { max: { type: 'integer', maximum: 100 } } },
  },
};

let plane: ConsolePlane;

beforeAll(async () => {
  plane = await ConsolePlane.start();
});
afterEach(() => plane?.browser.closePages());
afterAll(() => plane?.stop());

async function freshService(source: string, schema?: object): Promise<string> {
  const name = freshName('editor');
  await register(plane.request, name);
  if (schema !== undefined) await plane.request.put(`/services/${name}/schema`).send(schema).expect(200);
  const format = source.trimStart().startsWith('{') ? 'json' : 'yaml';
  await plane.request
    .post(`/services/${name}/documents/base/versions`)
    .send({ content: source, format, message: 'The first one' })
    .expect(201);
  return name;
}

async function openDocument(person: Person, service: string, layer = 'base'): Promise<Page> {
  const opened = await plane.open(person);
  await opened.goto(`/services/${service}/documents/${layer}`);
  await textOf(opened.page, service, layer).waitFor();
  return opened.page;
}

const textOf = (page: Page, service: string, layer = 'base') =>
  page.getByRole('textbox', { name: `${service} ${layer}` });

/** Pasted over all that is there. */
async function write(page: Page, service: string, source: string, layer = 'base'): Promise<void> {
  const text = textOf(page, service, layer);
  await text.click();
  await page.keyboard.press('ControlOrMeta+a');
  await text.evaluate((element, pasted) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData('text/plain', pasted);
    element.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }));
  }, source);
}

async function review(page: Page): Promise<void> {
  await page.keyboard.press('ControlOrMeta+Enter');
  await page.getByRole('region', { name: 'Effect' }).waitFor();
}

const publishButton = (page: Page) => page.getByRole('button', { name: 'Publish', exact: true }).last();

async function publishReviewed(page: Page, message: string): Promise<void> {
  await page.getByLabel('What does this change, and why?').fill(message);
  await publishButton(page).click();
  await page.getByRole('heading', { name: /^Version \d+ is published$/ }).waitFor();
}

/** The text of the draft, once it says something. */
async function draftSource(service: string, layer = 'base'): Promise<string> {
  const { body } = await plane.request.get(`/services/${service}/documents/${layer}/draft`).expect(200);
  return (body as { source: string }).source;
}

async function contentOf(service: string, layer = 'base'): Promise<unknown> {
  const { body } = await plane.request.get(`/services/${service}/documents/${layer}`).expect(200);
  return (body as { content: unknown }).content;
}

/** Lines of the text that a mark of this severity stands in. */
const markedLines = (page: Page, severity: 'error' | 'warning') =>
  page.locator('.cm-line', { has: page.locator(`.cm-lintRange-${severity}`) });

describe('what is published', () => {
  it('is followed instance by instance, with the reason of one that rejects it', async () => {
    await Promise.all([plane.agent('follow-1'), plane.agent('follow-2', 'experiment')]);
    const page = await openDocument('publisher', 'orders', 'dev');
    await write(page, 'orders', '{"banner": "One", "experiment": true}', 'dev');
    await review(page);
    await publishReviewed(page, 'Try it');
    await page.getByText('1 of 2 applied it, 1 rejected it').waitFor();
    await page.getByText('follow-2 experiment is not supported').waitFor();
    await page.getByRole('button', { name: 'Edit again' }).click();
    await textOf(page, 'orders', 'dev').waitFor();
    await write(page, 'orders', '{"banner": "Two"}', 'dev');
    await review(page);
    await publishReviewed(page, 'Without it');
    await page.getByText('2 of 2 applied it').waitFor();
  });

  it('asks for a tick when most of the keys go', async () => {
    const keys = Array.from({ length: 25 }, (_, index) => [`key${index}`, index]);
    const service = await freshService(JSON.stringify(Object.fromEntries(keys), null, 2));
    const page = await openDocument('publisher', service);
    await write(page, service, '{"key0": 0}');
    await review(page);
    await page.getByText('Is this meant?').waitFor();
    expect(await publishButton(page).isDisabled()).toBe(true);
    await page.getByLabel('Yes, publish it all the same').check();
    await publishReviewed(page, 'Only one is left');
    expect(await contentOf(service)).toEqual({ key0: 0 });
  });
});

describe('the history', () => {
  it('puts a tag on a version and takes it away', async () => {
    const service = await freshService('{"limit": 1}');
    const opened = await plane.open('publisher');
    await opened.goto(`/services/${service}/documents/base/history`);
    const { page } = opened;
    const tag = page.getByRole('region', { name: 'Versions' }).getByText('known-good');
    const more = page.getByRole('button', { name: 'More about version 1' });
    await more.click();
    await page.getByRole('menuitem', { name: 'Tag it' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Tag it' }).click();
    await tag.waitFor();
    const path = `/services/${service}/documents/base/tags`;
    expect((await plane.request.get(path).expect(200)).body).toMatchObject({
      items: [{ tag: 'known-good', version: 1 }],
    });
    await more.click();
    await page.getByRole('menuitem', { name: 'Remove the tag known-good' }).click();
    await tag.waitFor({ state: 'detached' });
    expect((await plane.request.get(path).expect(200)).body).toMatchObject({ items: [] });
  });
});

describe('compare', () => {
  it('promotes the chosen differences into the other overlay, and keeps its comments', async () => {
    const service = await freshService('{"limit": 1, "text": "old"}');
    await publish(plane.request, service, 'dev', { limit: 5, text: 'new' });
    await plane.request
      .post(`/services/${service}/documents/staging/versions`)
      .send({ content: '# of staging\nother: true\n', format: 'yaml' })
      .expect(201);
    const opened = await plane.open('publisher');
    await opened.goto(`/services/${service}/compare?from=dev&to=staging`);
    const { page } = opened;
    await page.getByLabel('/limit').check();
    await page.getByRole('button', { name: 'Promote 1 to staging' }).click();
    await page.getByRole('button', { name: 'Promote to staging' }).click();
    await page.getByRole('heading', { name: 'Version 2 is published' }).waitFor();
    const { body } = await plane.request.get(`/services/${service}/documents/staging`).expect(200);
    expect(body).toMatchObject({ source: '# of staging\nother: true\nlimit: 5\n' });
    await page.getByRole('button', { name: 'Compare again' }).click();
    await page.getByLabel('/text').waitFor();
    expect(await page.getByLabel('/limit').count()).toBe(0);
  });
});

describe.each([
  { format: 'JSON', start: '{\n  \n}\n', line: 1, typed: '"ti', written: /"timeoutMs": 500/ },
  { format: 'YAML', start: '# begun\n\n', line: 1, typed: 'ti', written: /timeoutMs: 500/ },
])('$format', ({ format, start, line, typed, written }) => {
  it('is completed from the schema', async () => {
    const service = await freshService(format === 'JSON' ? '{}' : '# begun\nmode: safe\n', SCHEMA);
    const page = await openDocument('editor', service);
    await write(page, service, start);
    await page.locator('.cm-line').nth(line).click();
    await page.keyboard.press('End');
    await page.keyboard.press('Control+Space');
    const options = page.getByRole('listbox').getByRole('option');
    await options.filter({ hasText: 'timeoutMs' }).waitFor();
    expect((await options.allTextContents()).map((words) => words.split(/(?=integer|object)/)[0])).toEqual(
      expect.arrayContaining(['timeoutMs', 'mode', 'pool']),
    );
    await page.keyboard.press('Escape');
    await page.keyboard.type(typed);
    await options.filter({ hasText: 'timeoutMs' }).click();
    await eventually(async () => expect(await textOf(page, service).innerText()).toMatch(written));
    await eventually(async () => expect(await draftSource(service)).toMatch(written));
  });

  it('has its mistakes marked at their lines: those of the text, and those of the schema', async () => {
    const service = await freshService(format === 'JSON' ? '{}' : '# begun\nmode: safe\n', SCHEMA);
    const page = await openDocument('editor', service);
    await write(
      page,
      service,
      format === 'JSON' ? '{\n  "mode": "fast",\n  "timeoutMs": 0\n}' : 'mode: fast\ntimeoutMs: 0\n',
    );
    await markedLines(page, 'error').filter({ hasText: 'timeoutMs' }).waitFor();
    expect(await markedLines(page, 'error').count()).toBe(1);
    await write(
      page,
      service,
      format === 'JSON'
        ? '{\n  "mode": "fast",\n  "timeoutMs": ,\n}'
        : 'mode: fast\ntimeoutMs: 1\ntimeoutMs: 2\n',
    );
    await page.getByText('The text has a mistake.').waitFor();
    await markedLines(page, 'error').filter({ hasText: 'timeoutMs' }).waitFor();
    await page.getByRole('tab', { name: /^Problems/ }).click();
    await page.getByRole('list', { name: 'Problems' }).getByRole('button').first().click();
    await eventually(async () =>
      expect(await page.locator('.cm-activeLine').innerText()).toContain('timeoutMs'),
    );
  });
});

describe('the form', () => {
  it('changes its place of a YAML text, and leaves the comments and the order', async () => {
    const before = '# how long\ntimeoutMs: 300 # short\npool:\n  max: 5\nmode: safe\n';
    const service = await freshService(before, SCHEMA);
    const page = await openDocument('editor', service);
    const fields = page.getByRole('group', { name: 'Fields' });
    await fields.getByLabel('Time limit').fill('900');
    await fields.getByLabel('Time limit').press('Enter');
    await fields.getByLabel('mode', { exact: true }).selectOption('fast');
    const after = before.replace('300', '900').replace('safe', 'fast');
    await eventually(async () => expect(await draftSource(service)).toBe(after));
  });
});

describe('what is not saved yet', () => {
  it('is kept in the browser over a reload, and goes when its person signs out', async () => {
    const service = await freshService('{"limit": 1}');
    const opened = await plane.open('editor');
    const { page } = opened;
    opened.tolerated = /Failed to fetch|ERR_FAILED/;
    await opened.goto(`/services/${service}/documents/base`);
    const drafts = '**/documents/base/draft';
    await page.route(drafts, (route) =>
      route.request().method() === 'PUT' ? route.abort() : route.continue(),
    );
    await write(page, service, '{"limit": 2}');
    await page
      .getByText(/kept in this browser/i)
      .first()
      .waitFor();
    await page.reload();
    await eventually(async () => expect(await textOf(page, service).innerText()).toContain('"limit": 2'));
    await page.getByRole('button', { name: /^Account of/ }).click();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.waitForURL(/sign-in/);
    expect(await page.evaluate(() => Object.values(localStorage).join())).not.toContain('limit');
  });

  it('is saved before somebody signs out', async () => {
    const service = await freshService('{"limit": 1}');
    const page = await openDocument('editor', service);
    await page.getByRole('button', { name: /^Account of/ }).click();
    await page.getByRole('button', { name: 'Sign out' }).waitFor();
    await write(page, service, '{"limit": 3}');
    await page.getByRole('button', { name: /^Account of/ }).click();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.waitForURL(/sign-in/);
    expect(JSON.parse(await draftSource(service))).toEqual({ limit: 3 });
  });
});
