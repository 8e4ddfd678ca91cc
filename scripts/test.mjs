import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { showTool } from './run-tool.mjs';
import { findOlderNode } from './older-node.mjs';
import { addCounts, NOTHING, readCounts } from './test-counts.mjs';

/**
 * What a fresh machine runs after `npm ci`: Redis and Chromium are there, everything is checked, every spec and story runs, and the
 * specs of the agent SDK run once more on the Node of the machine. The last line counts the tests.
 */
const root = join(import.meta.dirname, '..');
const directory = mkdtempSync(join(tmpdir(), 'binnacle-results-'));

const say = (line) => process.stdout.write(`${line}\n`);

async function main() {
  // The search for Redis is the one that `npm start` does, so it has to be built.
  if ((await showTool(root, ['npm', 'run', '--silent', 'build'])) !== 0) return fail('the build failed');
  if (!(await hasRedis())) return 1;
  if (!(await hasChromium())) return 1;
  if ((await showTool(root, ['node', 'scripts/check.mjs'])) !== 0) return 1;

  const older = await runOnOlderNode();
  const all = await runVitest('all', ['node', join(root, 'node_modules', 'vitest', 'vitest.mjs')], []);
  const { passed, failed, skipped } = addCounts(older.counts, all.counts);
  const isGreen = older.code === 0 && all.code === 0 && failed === 0;
  if (!isGreen && failed === 0) say('Errors outside of tests: see above.');
  if (all.counts.passed + all.counts.failed === 0) say('No test ran.');
  say(`${passed} passed, ${failed} failed, ${skipped} skipped`);
  return isGreen && all.counts.passed > 0 ? 0 : 1;
}

async function hasRedis() {
  const { findRedisServer } = await import('../apps/standalone/dist/index.js');
  const logFile = join(tmpdir(), 'binnacle-redis-install.log');
  return isFound(findRedisServer({ logFile, print: say }), ', or set REDIS_URL');
}

/** The stories of the console run in it. */
async function hasChromium() {
  const { findChromium } = await import('../test/harness/console/chromium.ts');
  return isFound(findChromium(say));
}

async function isFound(program, exceptFor = '') {
  const { StartError } = await import('../apps/standalone/dist/index.js');
  try {
    await program;
    return true;
  } catch (error) {
    if (!(error instanceof StartError)) throw error;
    say(error.message.replace(exceptFor, ''));
    return false;
  }
}

/** The SDK supports older versions of Node than the plane runs on. */
async function runOnOlderNode() {
  const node = findOlderNode();
  if (node === undefined) {
    say('The specs of the agent SDK run on one version of Node only: no Node 20 or 22 is on the PATH.');
    return { code: 0, counts: NOTHING };
  }
  say(`The specs of the agent SDK on Node ${node.version} (${node.path}):`);
  const vitest = [node.path, join(root, 'node_modules', 'vitest', 'vitest.mjs')];
  return runVitest(`node-${node.version}`, vitest, ['--project', 'unit', 'libs/agent']);
}

async function runVitest(name, vitest, filters) {
  const file = join(directory, `${name}.json`);
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`];
  const code = await showTool(root, [...vitest, 'run', ...reporters, ...filters]);
  return { code, counts: readCounts(file) };
}

function fail(reason) {
  say(`No test ran: ${reason}.`);
  return 1;
}

try {
  process.exitCode = await main();
} finally {
  rmSync(directory, { recursive: true });
}
