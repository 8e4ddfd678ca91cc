import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ARTIFACTS } from '../harness/console/console-browser.js';
import { ConsolePlane, credentialsOf, freshName, ROLES } from '../harness/console/console-plane.js';
import { CONSOLE_ROUTES } from '../harness/console/console-routes.js';
import { register } from '../harness/request.js';

const LOOKS = [
  { colorScheme: 'light', width: 1280 },
  { colorScheme: 'dark', width: 1280 },
  { colorScheme: 'light', width: 390 },
  { colorScheme: 'dark', width: 390 },
] as const;

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
  it.each(ROLES)('a %s finds every page in order, and is led to no other', async (role) => {
    const opened = await plane.open(role);
    for (const route of CONSOLE_ROUTES)
      if (route.isSignedIn !== false) await opened.goto(plane.pathOf(route));
    await opened.goto('/services');
    const audit = opened.page.getByRole('navigation').getByRole('link', { name: 'Audit' });
    expect(await audit.count()).toBe(role === 'admin' ? 1 : 0);
  });
});

describe('every page', () => {
  it('is kept as screenshots and has nothing that axe finds wrong', { timeout: 180_000 }, async () => {
    const wrong = new Map<string, string[]>();
    const [known, unknown] = await Promise.all([plane.open('admin'), plane.open(undefined)]);
    const visit = async (opened: typeof known, isSignedIn: boolean) => {
      for (const route of CONSOLE_ROUTES) {
        const { name, isSignedIn: needed = true } = route;
        if (needed !== isSignedIn) continue;
        await opened.goto(plane.pathOf(route));
        for (const look of LOOKS) {
          await opened.look(look);
          await opened.settled();
          await opened.screenshot(`${name}-${look.colorScheme}-${look.width}`);
          // Colours are those of the dark one above, and the layout that of the light one beside it.
          if (look.colorScheme === 'dark' && look.width === 390) continue;
          for (const fault of await opened.violations())
            wrong.set(fault, [...(wrong.get(fault) ?? []), `${name} (${look.colorScheme}, ${look.width})`]);
        }
      }
    };
    await Promise.all([visit(known, true), visit(unknown, false)]);
    expect(Object.fromEntries(wrong)).toEqual({});
  });
});
