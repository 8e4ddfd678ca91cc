import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { consoleDirectory, ConsolePage, newNonce } from './console-page.js';

it('puts the nonce wherever it belongs, and another one into every answer', () => {
  const directory = mkdtempSync(join(tmpdir(), 'console-page-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  writeFileSync(join(directory, 'index.html'), '<meta content="__CSP_NONCE__"><style nonce="__CSP_NONCE__">');
  const page = ConsolePage.read(directory);
  expect(page?.with('one')).toBe('<meta content="one"><style nonce="one">');
  expect(page?.with('other')).toBe('<meta content="other"><style nonce="other">');
});

it('makes nonces that nobody can guess and that fit into a header', () => {
  const nonces = new Set(Array.from({ length: 100 }, newNonce));
  expect(nonces.size).toBe(100);
  for (const nonce of nonces) expect(nonce).toMatch(/^[\w+/]{24}$/);
});

it('knows where the console lies, and whether it is built', () => {
  expect(consoleDirectory()).toMatch(/[\\/]console[\\/]dist$/);
  expect(ConsolePage.read(join(tmpdir(), 'nowhere-at-all'))).toBeUndefined();
  expect(ConsolePage.notBuilt.with('x')).toContain('npm run build');
});
