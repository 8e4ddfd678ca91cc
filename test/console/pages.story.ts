import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ARTIFACTS } from '../harness/console/console-browser.js';
import {
  ConsolePlane,
  credentialsOf,
  freshName,
  ROLES,
  type Role,
} from '../harness/console/console-plane.js';
import { isOfPage, pathsOfPages } from '../harness/console/console-pages.js';
import { CONSOLE_ROUTES } from '../harness/console/console-routes.js';
import { register } from '../harness/request.js';

/** Axe looks once in each scheme, and once at each width. */
const LOOKS = [
  { colorScheme: 'light', width: 1280, isExamined: true },
  { colorScheme: 'dark', width: 1280, isExamined: false },
  { colorScheme: 'light', width: 390, isExamined: false },
  { colorScheme: 'dark', width: 390, isExamined: true },
] as const;

/** What the pages offer to each role, beyond what the role before it sees. */
const OFFERED: Record<Role, readonly (readonly [path: string, button: string])[]> = {
  viewer: [],
  editor: [
    ['/services', 'Register service'],
    ['/services/orders', 'Actions for orders'],
    ['/services/orders/schema', 'Put in force'],
  ],
  publisher: [
    ['/services/orders/secrets', 'Add a secret'],
    ['/approvals/:approval', 'Approve and release…'],
  ],
  admin: [
    ['/services/orders/secrets', 'Reveal db-password'],
    ['/environments', 'Create environment'],
    ['/people', 'Invite'],
    ['/tokens', 'Create token'],
    ['/audit', 'Export'],
  ],
};
/** Pages of which only an administrator sees anything. */
const REFUSED = ['/tokens', '/audit'];

let plane: ConsolePlane;

beforeAll(async () => {
  plane = await ConsolePlane.start();
  await Promise.all([plane.agent('pages-1'), plane.agent('pages-2')]);
});
afterEach(() => plane?.browser.closePages());
afterAll(async () => {
  process.stdout.write(`console: screenshots are in ${ARTIFACTS}\n`);
  await plane?.stop();
});

describe('signing in', () => {
  it('leads back to where somebody wanted to go, and out again', async () => {
    const { page } = await plane.open(undefined);
    await page.goto('/environments');
    await page.waitForURL(/\/sign-in\?/);
    await page.getByLabel('E-mail').fill(credentialsOf('viewer').email);
    await page.getByLabel('Password', { exact: true }).fill('not the password');
    await page.keyboard.press('Enter');
    await page.getByRole('alert').waitFor();
    await page.getByLabel('Password', { exact: true }).fill(credentialsOf('viewer').password);
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/environments$/);
    await page.getByRole('heading', { name: 'Environments' }).waitFor();
    const cookies = await page.context().cookies();
    expect(cookies).toEqual([
      expect.objectContaining({ name: '__Host-binnacle', httpOnly: true, secure: true }),
    ]);
  });
});

describe('the services', () => {
  it('are listed, and a new one appears by itself', async () => {
    const { page } = await plane.open('viewer');
    await page.goto('/services');
    await page
      .getByRole('link', { name: /orders/i })
      .first()
      .waitFor();
    const name = freshName('fresh');
    await register(plane.request, name);
    await page
      .getByRole('link', { name: new RegExp(name) })
      .first()
      .waitFor();
  });

  it('show who runs what, as it changes', async () => {
    const { page } = await plane.open('viewer');
    await page.goto('/services/orders');
    await page
      .getByText(/2 of 2/)
      .first()
      .waitFor();
  });
});

describe('what each role sees', () => {
  it.each(ROLES)('a %s is offered what the role may do, and refused the rest in words', async (role) => {
    const opened = await plane.open(role);
    const may = new Set(ROLES.slice(0, ROLES.indexOf(role) + 1));
    const byPath = Map.groupBy(
      ROLES.flatMap((needed) => OFFERED[needed].map(([path, name]) => ({ path, name, needed }))),
      ({ path }) => path,
    );
    for (const [path, offers] of byPath) {
      await opened.goto(plane.pathOf({ path }));
      for (const { name, needed } of offers) {
        const button = opened.page.locator('main').getByRole(name === 'Export' ? 'link' : 'button', { name });
        expect(`${path} ${name}: ${await button.count()}`).toBe(
          `${path} ${name}: ${may.has(needed) ? 1 : 0}`,
        );
      }
      const refusal = opened.page.getByText('You may not see this');
      const isRefused = role !== 'admin' && REFUSED.includes(path);
      expect(`${path}: ${await refusal.count()}`).toBe(`${path}: ${isRefused ? 1 : 0}`);
      const link = opened.page.getByRole('navigation', { name: 'Main' }).locator(`a[href="${path}"]`);
      if (REFUSED.includes(path)) expect(await link.count()).toBe(isRefused ? 0 : 1);
    }
  });
});

describe('a page that has nothing to show', () => {
  it('says of an address that nobody knows that there is no such page, and leads on', async () => {
    const { page } = await plane.open('viewer');
    for (const path of ['/no/such/page', '/services/orders/nothing', '/services/nobody/documents/base']) {
      await page.goto(path);
      await page.getByRole('heading', { name: /^There is no such (page|thing here)$/ }).waitFor();
      await page.getByRole('link', { name: 'Go to the services' }).click();
      await page.getByRole('heading', { name: 'Services', exact: true }).waitFor();
    }
  });

  it('says in an empty workspace what comes first', async () => {
    await plane.accounts.member('settler');
    const { page } = await plane.open('settler');
    await page.goto('/workspaces');
    await page.getByLabel('New workspace').fill(freshName('Empty'));
    await page.getByRole('button', { name: 'Create' }).click();
    await page.waitForURL(/\/services$/);
    await page.getByText('No services yet').waitFor();
    await page.getByRole('main').getByRole('button', { name: 'Register' }).first().waitFor();
    const empty = { Approvals: 'Nothing waits', Tokens: 'No tokens yet' };
    for (const [name, words] of Object.entries(empty)) {
      await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name }).click();
      await page.getByText(words).waitFor();
    }
  });
});

describe('without a connection', () => {
  it('the list stays in sight, says that it may be old, and goes on by itself', async () => {
    const opened = await plane.open('viewer');
    const { page, context } = opened;
    await opened.goto('/services');
    opened.tolerated = /ERR_INTERNET_DISCONNECTED/;
    await context.setOffline(true);
    await page.getByRole('searchbox', { name: 'Search services' }).fill('orders');
    await page
      .getByText(/Binnacle cannot be reached/)
      .first()
      .waitFor();
    await context.setOffline(false);
    await page
      .getByText(/Binnacle cannot be reached/)
      .first()
      .waitFor({ state: 'detached' });
    await page
      .getByRole('link', { name: /orders/i })
      .first()
      .waitFor();
  });

  it('a page that was not read yet says so in its place, and comes by itself', async () => {
    const opened = await plane.open('viewer');
    const { page, context } = opened;
    await opened.goto('/services');
    opened.tolerated = /ERR_INTERNET_DISCONNECTED|Failed to fetch dynamically|PlaneUnreachable/;
    await context.setOffline(true);
    await page.getByRole('link', { name: 'People' }).click();
    await page.getByText('Binnacle cannot be reached').waitFor();
    await context.setOffline(false);
    await page.getByRole('heading', { name: 'People' }).waitFor();
    await page.getByRole('table').getByText('viewer@example.org').first().waitFor();
  });

  it('a form keeps what was typed, and sends it when there is a connection again', async () => {
    const opened = await plane.open('editor');
    const { page, context } = opened;
    const name = freshName('offline');
    await opened.goto('/services');
    await page.getByRole('button', { name: 'Register service' }).click();
    const form = page.getByRole('dialog');
    await form.getByLabel('Name', { exact: true }).fill(name);
    opened.tolerated = /ERR_INTERNET_DISCONNECTED/;
    await context.setOffline(true);
    await form.getByRole('button', { name: /^Register/ }).click();
    await form.getByRole('alert').getByText('Binnacle cannot be reached').waitFor();
    expect(await form.getByLabel('Name', { exact: true }).inputValue()).toBe(name);
    await context.setOffline(false);
    await form.getByRole('button', { name: /^Register/ }).click();
    await page.waitForURL(new RegExp(`/services/${name}$`));
  });
});

describe('every page', () => {
  it('of the router is looked at', () => {
    const forgotten = pathsOfPages().filter(
      (page) => !CONSOLE_ROUTES.some(({ path }) => isOfPage(path, page)),
    );
    expect(forgotten).toEqual([]);
  });

  it('is kept as screenshots and has nothing that axe finds wrong', { timeout: 180_000 }, async () => {
    const wrong = new Map<string, string[]>();
    const left = CONSOLE_ROUTES.filter(({ isSignedIn = true }) => isSignedIn);
    const visit = async (opened: Awaited<ReturnType<typeof plane.open>>, routes: typeof left) => {
      for (let route = routes.shift(); route !== undefined; route = routes.shift()) {
        const { name } = route;
        await opened.goto(plane.pathOf(route));
        for (const look of LOOKS) {
          await opened.look(look);
          await opened.screenshot(`${name}-${look.colorScheme}-${look.width}`);
          if (!look.isExamined) continue;
          for (const fault of await opened.violations())
            wrong.set(fault, [...(wrong.get(fault) ?? []), `${name} (${look.colorScheme}, ${look.width})`]);
        }
      }
    };
    const signedOut = CONSOLE_ROUTES.filter(({ isSignedIn }) => isSignedIn === false);
    await Promise.all([
      plane.open('admin').then((opened) => visit(opened, left)),
      plane.open(undefined).then(async (opened) => visit(opened, signedOut)),
      plane.open('admin').then((opened) => visit(opened, left)),
    ]);
    expect(Object.fromEntries(wrong)).toEqual({});
  });
});
