import { readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { printOpenApi } from '../apps/api/dist/openapi/print-openapi.js';
import { findFaults } from './openapi-faults.mjs';

/**
 * Compares docs/openapi.json with the document that the built API serves, and looks for faults in it. With `--write` it
 * writes the file instead of comparing. Needs no database, and a build.
 */
const root = join(import.meta.dirname, '..');
const file = join(root, 'docs', 'openapi.json');

const document = inOrder(await printOpenApi());
const faults = findFaults(document);
if (process.argv.includes('--write')) writeFileSync(file, text(document));
else faults.push(...findDrift());

for (const fault of faults) process.stderr.write(`${fault}\n`);
process.exit(faults.length === 0 ? 0 : 1);

/** Paths and schemas in alphabetical order, so that moving a module changes nothing. */
function inOrder({ paths, components, ...rest }) {
  const schemas = sorted(components.schemas);
  return { ...rest, paths: sorted(paths), components: { ...components, schemas } };
}

function sorted(object) {
  return Object.fromEntries(Object.entries(object).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

function text(value) {
  return `${JSON.stringify(value, null, 2)}\n`;
}

function findDrift() {
  const committed = readFileSync(file, 'utf8');
  if (committed === text(document)) return [];
  const places = differences(JSON.parse(committed), JSON.parse(text(document)), '').slice(0, 20);
  const name = relative(root, file);
  return [
    `${name} is not what the API serves (npm run openapi writes it):`,
    ...places.map((place) => `  ${place}`),
  ];
}

/** JSON Pointers of what differs, at the depth where it begins to. */
function differences(before, after, pointer) {
  if (JSON.stringify(before) === JSON.stringify(after)) return [];
  if (before === undefined) return [`added   ${pointer}`];
  if (after === undefined) return [`removed ${pointer}`];
  const isTree = [before, after].every((value) => typeof value === 'object' && value !== null);
  if (!isTree) return [`changed ${pointer}`];
  const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
  const inside = [...keys].flatMap((key) =>
    differences(before[key], after[key], `${pointer}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`),
  );
  return inside.length > 0 ? inside : [`ordered ${pointer}`];
}
