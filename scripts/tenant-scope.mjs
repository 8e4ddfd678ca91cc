import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * What reaches past a single workspace, and the files that may: with the next one somebody has to think about it. Row
 * level security, and `libs/store/src/tenant-isolation.spec.ts`, see to everything else.
 */
const root = join(import.meta.dirname, '..');

const RULES = [
  {
    what: 'looks across workspaces',
    pattern: /acrossWorkspaces|ALL_WORKSPACES/,
    allowed: {
      'libs/store/src/workspace-scope.ts': 'says what the sign is',
      'libs/store/src/database.ts': 'offers it',
      'libs/store/src/mutation.ts': 'installation mutations',
      'libs/store/src/changes/change-feed.ts': 'every API process serves every workspace',
      'libs/store/src/changes/retention-store.ts': 'old rows go, whoever had them',
      'libs/store/src/configs/config-retention-store.ts': 'finds the workspaces with old history',
      'libs/store/src/access/token-store.ts': 'a token says by itself which workspace it is of',
      'libs/store/src/access/session-store.ts': 'sessions belong to none',
      'libs/store/src/access/user-store.ts': 'accounts belong to none',
      'libs/store/src/access/password-reset-store.ts': 'accounts belong to none',
      'libs/store/src/access/member-store.ts': 'of which workspaces somebody is a member',
      'libs/store/src/access/invitation-store.ts': 'the link says by itself which workspace it is into',
      'libs/store/src/audit/credential-holder-store.ts': 'whose a refused credential was',
      'libs/store/src/secrets/rotate-secrets.ts': 'goes through all workspaces, one after the other',
      'libs/store/src/secrets/unopened-wrapping-keys.ts': 'the ring of keys is for all of them',
    },
  },
  {
    what: 'changes something across workspaces',
    pattern: /runInstallation/,
    allowed: {
      'libs/store/src/index.ts': 'offers it',
      'libs/store/src/mutation.ts': 'offers it',
      'apps/api/src/changes/mutations.ts': 'offers it',
      'apps/api/src/access/': 'accounts, sessions, workspaces and invitations',
    },
  },
  {
    what: 'opens transactions itself',
    pattern: /\btransactions(\.|:|\?\.)/,
    allowed: {
      'libs/store/src/database.ts': 'offers them',
      'libs/store/src/mutation.ts': 'with audit and change notices',
      'libs/store/src/secrets/rotate-secrets.ts': 'new wrapping of keys, within each workspace',
    },
  },
  {
    what: 'connects to PostgreSQL beside the pool',
    pattern: /import (?!type\b).*from 'pg'|new PrismaClient/,
    allowed: {
      'libs/store/src/workspace-pool.ts': 'is the pool',
      'libs/store/src/database.ts': 'opens the pool',
      'libs/store/src/changes/change-feed.ts': 'a connection of its own',
      'libs/store/src/connect-postgres.ts': 'the owner of the tables, for migrations and operators',
      'libs/store/src/migrations/schema-engine.ts': 'the owner of the tables, for migrations',
    },
  },
  {
    what: 'makes keys in Redis without their workspace',
    pattern: /['"`]binnacle:[\w$-]|'binnacle', `\{/,
    allowed: {
      'libs/store/src/workspace-key.ts': 'makes them with it',
      'libs/store/src/health/health-keys.ts': 'the set of pairs to sweep, in all workspaces',
      'libs/store/src/changes/wake-channel.ts': 'names that every API process hears',
      'apps/api/src/limits/rate-exchange.ts': 'counts by address, account and token',
      'apps/api/src/access/accounts/redis-limiter.ts': 'counts by account and network',
      'libs/domain/src/schemas/step-meter.ts': 'no key: a keyword of schemas',
    },
  },
];

/** None of them names a tenant, or anything that is a tenant's. */
const METRIC_LABELS = new Set([
  'method',
  'route',
  'status',
  'action',
  'outcome',
  'job',
  'to',
  'limit',
  'kind',
  'reason',
]);

const files = globSync('{libs,apps}/*/src/**/*.ts', { cwd: root }).filter(
  (file) => !/\.spec\.ts$|\/generated\//.test(file) && !/^apps\/(console|cli|standalone)\//.test(file),
);
const faults = [];
const met = new Set();
for (const file of files) {
  const text = readFileSync(join(root, file), 'utf8');
  const code = text.replaceAll(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '');
  for (const { what, pattern, allowed } of RULES) {
    if (!pattern.test(code)) continue;
    const entry = Object.keys(allowed).find(
      (path) => file === path || (path.endsWith('/') && file.startsWith(path)),
    );
    if (entry === undefined)
      faults.push(`${file} ${what}: it is not on the list in scripts/tenant-scope.mjs`);
    else met.add(entry + what);
  }
  for (const [, labels] of code.matchAll(/labelNames:\s*\[([^\]]*)\]/g)) {
    for (const [, label] of labels.matchAll(/'([^']*)'/g))
      if (!METRIC_LABELS.has(label))
        faults.push(`${file} labels a metric with "${label}": could it name a tenant?`);
  }
}
for (const { what, allowed } of RULES)
  for (const entry of Object.keys(allowed))
    if (!met.has(entry + what))
      faults.push(`${entry} is on the list in scripts/tenant-scope.mjs but never ${what}`);

for (const fault of faults) process.stdout.write(`${fault}\n`);
process.exit(faults.length === 0 ? 0 : 1);
