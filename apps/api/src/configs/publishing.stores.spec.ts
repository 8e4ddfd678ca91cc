import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import {
  ApprovalStore,
  ConfigTreeStore,
  type Database,
  HealthStore,
  openDatabase,
  openRedis,
  runSqlMutation,
} from '@binnacle/store';
import { Problem } from '@binnacle/contracts';
import { canonicalJson, contentHash, type JsonObject } from '@binnacle/domain';
import { specActor } from '../../../../test/harness/spec-actor.js';
import { createSpecDatabase, type SpecDatabase } from '../../../../test/harness/spec-database.js';
import { CompositionBudget } from '../../dist/configs/composition-budget.js';
import { CompositionTrees } from '../../dist/configs/composition-trees.js';
import { ContentWork } from '../../dist/configs/content-work.js';
import { PublishDecisions } from '../../dist/configs/publish-decisions.js';
import { PublishPreviews } from '../../dist/configs/publish-previews.js';
import { PublishingService } from '../../dist/configs/publishing.service.js';
import { ReleasePlanner } from '../../dist/configs/release-planner.js';
import { ReleaseService } from '../../dist/configs/release.service.js';
import { ValidatorPool } from '../../dist/validation/validator-pool.js';
import type { Principal } from '../access/principal.js';
import type { DocumentChange } from './document-change.js';
import type { PublishRequest } from './publishing.service.js';

/** Counts what is asked of it. */
class CountingPool extends ValidatorPool {
  asked = 0;
  /** Transactions that were held open while a schema was to be run, each time. */
  readonly held: number[] = [];

  override async check(...input: Parameters<ValidatorPool['check']>): ReturnType<ValidatorPool['check']> {
    this.asked += 1;
    const open = await spec.query(
      `select 1 from pg_stat_activity where datname = current_database() and state like 'idle in transaction%'`,
    );
    this.held.push(open.length);
    return super.check(...input);
  }

  override work(...input: Parameters<ValidatorPool['work']>): ReturnType<ValidatorPool['work']> {
    this.asked += 1;
    return super.work(...input);
  }
}

const actor = specActor();
const sender: Principal = {
  via: 'token',
  credentialId: 't-1',
  workspaceId: 'default',
  name: actor.name,
  identity: actor.identity,
  isOperator: false,
  grants: [{ role: 'admin', services: [], environments: [], permissions: [] }],
  expiresAtMs: null,
};
const request: PublishRequest = { action: 'document.publish', message: 'spec', sender, confirm: false };
const redis = openRedis({
  url: inject('redisUrl'),
  commandTimeoutMs: 5_000,
  connectionName: 'spec',
  onError: () => undefined,
});

let spec: SpecDatabase;
let database: Database;
let pool: CountingPool;
let publishing: PublishingService;

beforeAll(async () => {
  spec = await createSpecDatabase(inject('postgresUrl'));
  database = openDatabase(spec.options);
  pool = new CountingPool();
  const trees = new ConfigTreeStore(database);
  const work = new ContentWork(pool);
  const releases = new ReleaseService(trees, new ApprovalStore(database), new ReleasePlanner(work), pool);
  const decisions = new PublishDecisions(work, releases);
  const compositions = new CompositionTrees(trees, new CompositionBudget());
  const previews = new PublishPreviews(compositions, decisions, work, new HealthStore(redis));
  publishing = new PublishingService(trees, compositions, work, decisions, releases, previews);
});
afterAll(async () => {
  pool.close();
  redis.disconnect();
  await database.close();
  await spec.drop();
});
beforeEach(async () => {
  await spec.query(`insert into services (workspace_id, name, kind)
    values ('default', 'shop', 'service'), ('default', 'bank', 'service') on conflict do nothing`);
});

function change(
  service: string,
  layer: string,
  content: JsonObject,
  basedOn: '*' | undefined = undefined,
): DocumentChange {
  const canonical = canonicalJson(content);
  const prepared = {
    value: content,
    canonical,
    hash: contentHash(canonical),
    format: 'json' as const,
    source: canonical,
  };
  return { service, layer, prepared, basedOn };
}

async function publish(changes: readonly DocumentChange[], changed: Partial<PublishRequest> = {}) {
  const asked = { ...request, ...changed };
  const foreseen = await publishing.foresee('default', changes, asked);
  const askedBefore = pool.asked;
  const { answer } = await runSqlMutation(database, actor, (mutation) =>
    publishing.publishIn(mutation, changes, asked, foreseen),
  );
  return { ...answer, askedInside: pool.asked - askedBefore };
}

const codeOf = (attempt: Promise<unknown>) =>
  attempt.then(
    () => 'done',
    (error: unknown) => (Problem.isInstance(error) ? error.code : error),
  );

const large = (word: string): JsonObject =>
  Object.fromEntries(Array.from({ length: 900 }, (_, index) => [`key-${index}`, word.repeat(60)]));

const keyCounts = (service: string) =>
  spec.query(
    `select layer, number, keys_added, keys_changed, keys_removed, change_set from document_versions
     where service = $1 order by created_at, layer`,
    [service],
  );

describe('publishing several documents', () => {
  it('makes all versions with what they change, or none', async () => {
    const changes = [change('shop', 'base', { a: 1, b: 2 }), change('bank', 'prod', { c: 1 })];
    const { versions, revisions } = await publish(changes, { changeSet: 'set-1' });
    expect(versions.map(({ service, layer, version }) => `${service}/${layer} ${version}`)).toEqual([
      'shop/base 1',
      'bank/prod 1',
    ]);
    expect(revisions).toHaveLength(4);
    expect(await keyCounts('shop')).toEqual([
      { layer: 'base', number: 1, keys_added: 2, keys_changed: 0, keys_removed: 0, change_set: 'set-1' },
    ]);
    const next = [change('shop', 'base', { a: 2 }, '*'), change('bank', 'prod', { c: 2 })];
    expect(await codeOf(publish(next))).toBe('precondition_required');
    expect(await keyCounts('shop')).toHaveLength(1);
    const entries = await spec.query(
      `select target from audit_entries where action = 'document.publish' order by target desc`,
    );
    expect(entries).toEqual([{ target: 'document:shop/base' }, { target: 'document:bank/prod' }]);
  });

  it('refuses one document twice, a service that is not there, and an environment that is not there', async () => {
    const twice = [change('shop', 'dev', { a: 1 }), change('shop', 'dev', { a: 2 })];
    expect(await codeOf(publish(twice))).toBe('invalid_request');
    expect(await codeOf(publish([change('shop', 'dev', {}), change('nobody', 'base', {})]))).toBe(
      'not_found',
    );
    expect(await codeOf(publish([change('shop', 'nowhere', {})]))).toBe('not_found');
  });

  it('names who wrote it beside the author', async () => {
    const contributors = [{ name: 'user:ann', identity: 'user:1' }];
    await publish([{ ...change('shop', 'staging', { a: 1 }), contributors }]);
    expect(await spec.query(`select contributors from document_versions where layer = 'staging'`)).toEqual([
      { contributors },
    ]);
  });
});

describe('restoring', () => {
  it('is refused when it changes nothing, and never has to be confirmed', async () => {
    const values = Object.fromEntries(Array.from({ length: 40 }, (_, index) => [`k${index}`, index]));
    await publish([change('bank', 'base', values)]);
    const same = [change('bank', 'base', values, '*')];
    expect(await codeOf(publish(same, { isRestore: true }))).toBe('no_change');
    expect(await codeOf(publish(same))).toBe('done');
    const cut = [change('bank', 'base', { k0: 0 }, '*')];
    expect(await codeOf(publish(cut))).toBe('confirm_required');
    expect(await codeOf(publish(cut, { isRestore: true }))).toBe('done');
    expect(await codeOf(publish([change('bank', 'base', values, '*')], { confirm: true }))).toBe('done');
  });
});

describe('what was foreseen', () => {
  beforeAll(async () => {
    await spec.query(`insert into services (workspace_id, name, kind) values ('default', 'vast', 'service')`);
    await spec.query(
      `insert into schema_versions (workspace_id, service, number, content, hash, author)
       values ('default', 'vast', 1, '{"maxProperties":2000}', 'limits', 'spec')`,
    );
    await publish([change('vast', 'base', large('a'))]);
  });

  it('leaves nothing to calculate or to validate to the transaction', async () => {
    const before = pool.asked;
    const { askedInside, revisions } = await publish([change('vast', 'base', large('b'), '*')], {
      confirm: true,
    });
    expect(pool.asked).toBeGreaterThan(before);
    expect(askedInside).toBe(0);
    expect(revisions).toHaveLength(3);
  });

  it('holds no transaction while a schema runs, also for a small content', async () => {
    await spec.query(`insert into services (workspace_id, name, kind) values ('default', 'tiny', 'service')`);
    await spec.query(
      `insert into schema_versions (workspace_id, service, number, content, hash, author)
       values ('default', 'tiny', 1, '{"required":["a"]}', 'tiny', 'spec')`,
    );
    pool.held.length = 0;
    await publish([change('tiny', 'base', { a: 1 })]);
    expect(await codeOf(publish([change('tiny', 'base', { b: 1 }, '*')]))).toBe('invalid_content');
    expect(pool.held).toEqual([0, 0]);
  });

  it('is found out again in the transaction where somebody was faster', async () => {
    const changes = [change('vast', 'base', large('c'), '*')];
    const asked = { ...request, confirm: true };
    const foreseen = await publishing.foresee('default', changes, asked);
    await publish([change('vast', 'prod', { 'key-0': 'other', more: 'yes' })], { confirm: true });
    const before = pool.asked;
    const { answer } = await runSqlMutation(database, actor, (mutation) =>
      publishing.publishIn(mutation, changes, asked, foreseen),
    );
    expect(pool.asked).toBeGreaterThan(before);
    const prod = answer.revisions.find(({ environment }) => environment === 'prod');
    const [row] = await spec.query<{ content: string }>(
      `select content from revisions where service = 'vast' and environment = 'prod' and number = $1`,
      [prod?.revision],
    );
    expect(JSON.parse(row?.content ?? '')).toEqual({ ...large('c'), 'key-0': 'other', more: 'yes' });
  });

  it('is not published when it breaks a schema that came in between', async () => {
    const changes = [change('vast', 'base', large('d'), '*')];
    const asked = { ...request, confirm: true };
    const foreseen = await publishing.foresee('default', changes, asked);
    await spec.query(
      `insert into schema_versions (workspace_id, service, number, content, hash, author)
       values ('default', 'vast', 2, '{"maxProperties":10}', 'strict', 'spec')`,
    );
    const attempt = runSqlMutation(database, actor, (mutation) =>
      publishing.publishIn(mutation, changes, asked, foreseen),
    );
    expect(await codeOf(attempt)).toBe('invalid_content');
  });
});
