/// <reference lib="dom" />
import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { findChromium } from './chromium.js';

export const ARTIFACTS = fileURLToPath(new URL('../../artifacts/console/', import.meta.url));
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const TIMEOUT_MS = 15_000;
/** What Chromium says of every answer that is an error; those of the server are counted by their status. */
const OF_ANSWERS = /^Failed to load resource/;

export interface OpenOptions {
  /** Of the plane; a browser sends the cookie of a session to `localhost` alone without TLS. */
  readonly url: string;
  /** Nobody when left out. */
  readonly person?: { readonly email: string; readonly password: string };
  readonly colorScheme?: 'light' | 'dark';
  /** In CSS pixels; 1280 by default. */
  readonly width?: number;
}

/** A real Chromium. */
export class ConsoleBrowser {
  private readonly opened = new Set<ConsolePage>();

  private constructor(private readonly browser: Browser) {}

  static async launch(): Promise<ConsoleBrowser> {
    const executablePath = await findChromium((line) => process.stdout.write(`${line}\n`));
    mkdirSync(ARTIFACTS, { recursive: true });
    const args = ['--no-sandbox', '--disable-gpu', '--host-resolver-rules=MAP localhost 127.0.0.1'];
    return new ConsoleBrowser(await chromium.launch({ executablePath, headless: true, args }));
  }

  async open(options: OpenOptions): Promise<ConsolePage> {
    const page = await ConsolePage.open(this.browser, options);
    this.opened.add(page);
    return page;
  }

  /** Closes every page; rejects when anything was wrong in one of them. To be called after each test. */
  async closePages(): Promise<void> {
    const faults: string[] = [];
    for (const page of this.opened) {
      this.opened.delete(page);
      faults.push(...page.faults);
      await page.context.close();
    }
    if (faults.length > 0) throw new Error(`The console said what it must not:\n${faults.join('\n')}`);
  }

  async close(): Promise<void> {
    await this.browser.close();
  }
}

/** A page of the console, signed in as somebody. What its console and its policy complain of is kept as a fault. */
export class ConsolePage {
  readonly faults: string[] = [];
  /** Taken for granted by a story that breaks something. */
  tolerated: RegExp | undefined;

  private constructor(
    readonly context: BrowserContext,
    readonly page: Page,
    readonly url: string,
  ) {
    page.setDefaultTimeout(TIMEOUT_MS);
    const note = (fault: string) => {
      if (this.tolerated?.test(fault) !== true) this.faults.push(`${new URL(page.url()).pathname}: ${fault}`);
    };
    page.on('console', (message) => {
      const isFault = message.type() === 'error' || message.type() === 'warning';
      if (isFault && !OF_ANSWERS.test(message.text())) note(message.text());
    });
    page.on('pageerror', (error) => note(String(error.stack ?? error)));
    page.on('response', (response) => {
      const status = response.status();
      const isMissing = status >= 400 && new URL(response.url()).pathname.startsWith('/assets/');
      if (status >= 500 || isMissing) note(`${status} ${response.url()}`);
    });
  }

  static async open(
    browser: Browser,
    { url, person, colorScheme = 'light', width = 1280 }: OpenOptions,
  ): Promise<ConsolePage> {
    const local = url.replace('127.0.0.1', 'localhost');
    const context = await browser.newContext({
      baseURL: local,
      colorScheme,
      viewport: { width, height: width < 500 ? 844 : 800 },
      reducedMotion: 'reduce',
    });
    await context.addInitScript(() => {
      addEventListener('securitypolicyviolation', ({ effectiveDirective, blockedURI, sourceFile }) =>
        // In the page: the harness listens there.
        console.error(`blocked by policy: ${effectiveDirective} ${blockedURI} in ${sourceFile}`),
      );
    });
    const page = new ConsolePage(context, await context.newPage(), local);
    if (person !== undefined) await page.signIn(person);
    return page;
  }

  /** As the page's own form does, without the form. */
  async signIn(person: { email: string; password: string }): Promise<void> {
    await this.page.goto('/sign-in', { waitUntil: 'commit' });
    const status = await this.page.evaluate(async (credentials) => {
      const body = JSON.stringify(credentials);
      const headers = { 'content-type': 'application/json' };
      return (await fetch('/api/v1/session', { method: 'POST', headers, body })).status;
    }, person);
    if (status !== 200) throw new Error(`${person.email} could not sign in: ${status}`);
  }

  /** Resolves when the page is there, and nothing of it is loading any more. */
  async goto(path: string): Promise<void> {
    await this.page.goto(path, { waitUntil: 'commit' });
    await this.settled();
  }

  async settled(): Promise<void> {
    await this.page.waitForFunction(
      () =>
        document.querySelector<HTMLElement>('main h1')?.checkVisibility() === true &&
        document.querySelector('[aria-label="Loading"], [aria-busy="true"], [data-loading="true"]') === null,
    );
  }

  /** What axe finds wrong with the page as it stands. */
  async violations(): Promise<string[]> {
    await this.page.evaluate(AXE);
    return this.page.evaluate(async () => {
      interface Violation {
        readonly id: string;
        readonly help: string;
        readonly nodes: readonly { readonly target: readonly unknown[]; readonly failureSummary?: string }[];
      }
      const { axe } = globalThis as unknown as {
        axe: { run(options: object): Promise<{ violations: readonly Violation[] }> };
      };
      const { violations } = await axe.run({ resultTypes: ['violations'] });
      return violations.flatMap(({ id, help, nodes }) =>
        nodes.map(
          ({ target, failureSummary = '' }) => `${id}: ${help}: ${target.join(' ')} (${failureSummary})`,
        ),
      );
    });
  }

  async look(as: { readonly colorScheme: 'light' | 'dark'; readonly width: number }): Promise<void> {
    await this.page.emulateMedia({ colorScheme: as.colorScheme, reducedMotion: 'reduce' });
    await this.page.setViewportSize({ width: as.width, height: as.width < 500 ? 844 : 800 });
    await this.settled();
    // What measures itself does so in the frame after the new width, and is drawn in the next one.
    await this.page.evaluate(async () => {
      for (let frame = 0; frame < 3; frame += 1) await new Promise(requestAnimationFrame);
    });
  }

  /** Kept with the artefacts of the run. */
  async screenshot(name: string): Promise<void> {
    await this.page.screenshot({
      path: join(ARTIFACTS, `${name}.png`),
      fullPage: true,
      animations: 'disabled',
      caret: 'hide',
    });
  }
}
