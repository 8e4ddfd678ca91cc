import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

/**
 * What a browser loads before somebody who has just signed in sees the services: the page, the entry, the sign-in and the
 * list, with all that they import. Reads the build; ends with 1 when it is more than the limit.
 */
const LIMIT_BYTES = 250_000;
const ENTRIES = ['index.html', 'src/access/SignInPage.tsx', 'src/services/ServicesPage.tsx'];
const BEFORE_THE_ENTRY = ['index.html', 'colour-scheme.js'];
/** What must not be in it, by something that minifying leaves. */
const BANNED = { CodeMirror: 'cm-content', zod: '._zod', ajv: 'ajv' };

const dist = join(import.meta.dirname, '..', 'dist');
const manifest = JSON.parse(readFileSync(join(dist, '.vite', 'manifest.json'), 'utf8'));

const files = new Set(BEFORE_THE_ENTRY);
const seen = new Set();
const waiting = [...ENTRIES];
for (let key = waiting.pop(); key !== undefined; key = waiting.pop()) {
  if (seen.has(key)) continue;
  seen.add(key);
  const chunk = manifest[key];
  if (chunk === undefined) throw new Error(`The build has no ${key}.`);
  for (const file of [chunk.file, ...(chunk.css ?? [])]) files.add(file);
  waiting.push(...(chunk.imports ?? []));
}

const sizes = [...files].map((file) => {
  const content = readFileSync(join(dist, file));
  const banned = Object.keys(BANNED).filter((name) => content.includes(BANNED[name]));
  return { file, bytes: gzipSync(content, { level: 9 }).length, banned };
});
sizes.sort((a, b) => b.bytes - a.bytes);
for (const { file, bytes } of sizes) process.stdout.write(`${kilobytes(bytes).padStart(9)}  ${file}\n`);
const total = sizes.reduce((sum, { bytes }) => sum + bytes, 0);
process.stdout.write(`${kilobytes(total).padStart(9)}  first load, gzip (limit ${kilobytes(LIMIT_BYTES)})\n`);

const spoilt = sizes.filter(({ banned }) => banned.length > 0);
for (const { file, banned } of spoilt)
  process.stdout.write(`${banned.join(' and ')} in the first load: ${file}\n`);
if (total > LIMIT_BYTES || spoilt.length > 0) process.exit(1);

function kilobytes(bytes) {
  return `${(bytes / 1_000).toFixed(1)} kB`;
}
