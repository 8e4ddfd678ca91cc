import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ConsolePlane, freshName, type Person } from '../harness/console/console-plane.js';
import { pasteOver } from '../harness/console/paste-over.js';
import { eventually } from '../harness/eventually.js';
import { publish, register } from '../harness/request.js';

let plane: ConsolePlane;

beforeAll(async () => {
  plane = await ConsolePlane.start();
});
afterEach(() => plane?.browser.closePages());
afterAll(() => plane?.stop());

/** A service of the test's own with a first version of its base. */
async function freshService(content: object): Promise<string> {
  const name = freshName('edited');
  await register(plane.request, name);
  await publish(plane.request, name, 'base', content);
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
async function write(page: Page, service: string, content: object, layer = 'base'): Promise<void> {
  await pasteOver(textOf(page, service, layer), JSON.stringify(content, null, 2));
}

async function review(page: Page): Promise<void> {
  await page.keyboard.press('ControlOrMeta+Enter');
  await page.getByRole('region', { name: 'Effect' }).waitFor();
}

async function publishReviewed(page: Page, message: string): Promise<void> {
  await page.getByLabel('What does this change, and why?').fill(message);
  await page.getByRole('button', { name: 'Publish', exact: true }).last().click();
  await page.getByRole('heading', { name: /^Version \d+ is published$/ }).waitFor();
}

async function contentOf(service: string, layer = 'base'): Promise<unknown> {
  const { body } = await plane.request.get(`/services/${service}/documents/${layer}`).expect(200);
  return (body as { content: unknown }).content;
}

describe('a change of a configuration', () => {
  it('goes from the text by its review to the agents, and tells who applied and who rejected it', async () => {
    await Promise.all([plane.agent('edit-1'), plane.agent('edit-2'), plane.agent('edit-3', 'experiment')]);
    const page = await openDocument('publisher', 'orders', 'dev');
    await write(page, 'orders', { banner: 'Hello', experiment: true }, 'dev');
    await review(page);
    await publishReviewed(page, 'Try the experiment');
    await page.getByText('2 of 3 applied it, 1 rejected it').waitFor();
    await page.getByText('experiment is not supported').waitFor();
    expect(await contentOf('orders', 'dev')).toEqual({ banner: 'Hello', experiment: true });
  });

  it('is refused by the schema where it stands, and cannot be published', async () => {
    const page = await openDocument('publisher', 'orders');
    await write(page, 'orders', { pool: { min: 20, max: 10 }, timeoutMs: 0, mode: 'safe', banner: 'x' });
    await review(page);
    await page.getByText('This cannot be published').waitFor();
    expect(await page.getByRole('button', { name: 'Publish', exact: true }).last().isDisabled()).toBe(true);
    await page.getByRole('button', { name: 'Back to the text' }).click();
    await page.getByRole('button', { name: 'Discard' }).first().click();
    await page
      .getByRole('dialog')
      .getByRole('button', { name: /discard/i })
      .click();
    await eventually(() => plane.request.get('/services/orders/documents/base/draft').expect(404));
  });

  it('of two people at once is brought together, and nothing of either is lost', async () => {
    const service = await freshService({ limit: 1, text: 'old', kept: true });
    const [mine, theirs] = await Promise.all([
      openDocument('publisher', service),
      openDocument('editor', service),
    ]);
    await write(theirs, service, { limit: 2, text: 'old', kept: true });
    await eventually(() => plane.request.get(`/services/${service}/documents/base/draft`).expect(200));
    await mine
      .getByText(/editor@example\.org/)
      .first()
      .waitFor();
    await write(mine, service, { limit: 1, text: 'new', kept: true });
    await mine.getByRole('button', { name: 'Merge' }).click();
    await mine
      .getByRole('button', { name: /^(Use|Take|Go on|Done|Apply)/ })
      .first()
      .click();
    await review(mine);
    await publishReviewed(mine, 'Both of us');
    expect(await contentOf(service)).toEqual({ limit: 2, text: 'new', kept: true });
  });

  it('of a colleague who was slower is told of after a reload, and outlives the discarded draft', async () => {
    const service = await freshService({ limit: 1, text: 'old' });
    const [mine, theirs] = await Promise.all([
      openDocument('publisher', service),
      openDocument('editor', service),
    ]);
    await write(theirs, service, { limit: 2, text: 'old' });
    const draft = `/services/${service}/documents/base/draft`;
    await eventually(() => plane.request.get(draft).expect(200));
    await write(mine, service, { limit: 1, text: 'new' });
    await mine.getByText('editor@example.org saved this draft at the same time').waitFor();
    await mine.reload();
    await mine.getByText(/^Your text of .* was never saved/).waitFor();
    await mine.getByRole('button', { name: 'Discard' }).click();
    await mine.getByRole('dialog').getByRole('button', { name: 'Discard the draft' }).click();
    await mine.getByRole('button', { name: 'Merge it in' }).click();
    await plane.request.get(draft).expect(404);
    await mine.getByText(/your text goes on as it is/).waitFor();

    await theirs.getByText('publisher@example.org discarded this draft').waitFor();
    expect(await theirs.getByText(/^Draft saved/).count()).toBe(0);
    await write(theirs, service, { limit: 3, text: 'old' });
    await theirs.getByRole('button', { name: 'Merge' }).click();
    await theirs.getByText('Nothing changed in version 1 since yours was begun').waitFor();
    await theirs.getByRole('button', { name: 'Go on with this text' }).click();
    await eventually(async () => {
      const { body } = await plane.request.get(draft).expect(200);
      expect(body).toMatchObject({ baseVersion: 1, author: 'user:editor@example.org' });
    });
  });

  it('is taken back by restoring an old version as a new one', async () => {
    const service = await freshService({ limit: 1 });
    await publish(plane.request, service, 'base', { limit: 2 });
    const opened = await plane.open('publisher');
    await opened.goto(`/services/${service}/documents/base/history`);
    const { page } = opened;
    await page.getByRole('button', { name: 'More about version 1' }).click();
    await page.getByRole('menuitem', { name: 'Restore this version' }).click();
    await page.getByRole('button', { name: 'Restore version 1' }).click();
    await page.getByRole('heading', { name: 'Version 3 is published' }).waitFor();
    expect(await contentOf(service)).toEqual({ limit: 1 });
  });

  it('waits in a protected environment until a second person has approved it', async () => {
    const service = await freshService({ limit: 1 });
    const author = await openDocument('publisher', service, 'prod');
    await write(author, service, { limit: 5 }, 'prod');
    await review(author);
    await publishReviewed(author, 'More for prod');
    await author.getByRole('link', { name: 'Open the approval' }).first().click();
    const approve = { name: 'Approve and release…' };
    await author.getByRole('button', approve).waitFor();
    expect(await author.getByRole('button', approve).isDisabled()).toBe(true);

    const second = await plane.open('approver');
    await second.page.goto(author.url());
    await second.page.getByRole('button', approve).click();
    await second.page.getByRole('dialog').getByRole('button', { name: 'Approve and release' }).click();
    await eventually(async () => {
      const { body } = await plane.request.get(`/services/${service}/environments/prod/config`).expect(200);
      expect(body).toMatchObject({ content: { limit: 5 } });
    });
    // The author's page hears of it by itself.
    await author.getByRole('button', approve).waitFor({ state: 'detached' });
  });
});

describe('what each role may do with a document', () => {
  it('a viewer reads it, an editor saves a draft and cannot publish it', async () => {
    const service = await freshService({ limit: 1 });
    const viewer = await openDocument('viewer', service);
    expect(await textOf(viewer, service).getAttribute('aria-readonly')).toBe('true');
    await textOf(viewer, service).press('x');
    expect(await textOf(viewer, service).textContent()).not.toContain('x');
    const editor = await openDocument('editor', service);
    await write(editor, service, { limit: 2 });
    await review(editor);
    await editor.getByText(/You may edit this document, and not publish it/).waitFor();
    expect(await editor.getByRole('button', { name: 'Publish', exact: true }).last().isDisabled()).toBe(true);
    expect(await contentOf(service)).toEqual({ limit: 1 });
  });
});
