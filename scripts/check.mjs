import { join } from 'node:path';
import { runTool } from './run-tool.mjs';

/**
 * Everything that can be checked without running a test, one line each. All of it runs, so that one look shows all that
 * is wrong; only what reads the build is left out when there is none.
 */
const root = join(import.meta.dirname, '..');
const sources = ['libs', 'apps', 'test', 'scripts', 'vitest.config.ts'];

const CHECKS = [
  { name: 'build', tool: ['npm', 'run', '--silent', 'build'] },
  { name: 'types of specs and tests', tool: ['tsc', '-p', 'test'], readsBuild: true },
  { name: 'lint', tool: ['oxlint'] },
  { name: 'format', tool: ['prettier', '--check', '--log-level', 'warn', '.'] },
  {
    name: 'import arrows and cycles',
    tool: ['depcruise', '--config', '.dependency-cruiser.cjs', '--output-type', 'err-long', ...sources],
    readsBuild: true,
  },
  { name: 'scope of tenants', tool: ['node', 'scripts/tenant-scope.mjs'] },
  { name: 'OpenAPI document', tool: ['node', 'scripts/openapi.mjs'], readsBuild: true },
];

const failed = [];
for (const { name, tool, readsBuild } of CHECKS) {
  if (readsBuild === true && failed.includes('build')) {
    process.stdout.write(`  left out  ${name}: it reads the build\n`);
    continue;
  }
  const startedMs = performance.now();
  const { isOk, output } = await runTool(root, tool);
  const seconds = ((performance.now() - startedMs) / 1000).toFixed(1);
  process.stdout.write(`  ${isOk ? 'ok    ' : 'FAILED'}  ${name} (${seconds} s)\n`);
  if (isOk) continue;
  failed.push(name);
  process.stdout.write(`\n${output.trim()}\n\n`);
}
if (failed.length > 0) {
  process.stdout.write(`check failed: ${failed.join(', ')}\n`);
  process.exit(1);
}
