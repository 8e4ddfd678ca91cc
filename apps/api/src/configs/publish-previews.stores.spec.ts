import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import {
  ApprovalStore,
  ConfigTreeStore,
  type Database,
  HealthStore,
  openDatabase,
  openRedis,
  runSqlMutation,
} from '@binnacle/store';
import { type Grant, Problem } from '@binnacle/contracts';
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

/** Does large work only once it may. */
class GatedPool extends ValidatorPool {
  asked = 0;
  gate: Promise<void> | undefined;

  override async work(...input: Parameters<ValidatorPool['work']>): ReturnType<ValidatorPool['work']> {
    this.asked += 1;
    await this.gate;
    return super.work(...input);
  }
}

/** Notes which trees were read, and whether with their texts. */
class NotingTrees extends ConfigTreeStore {
  readonly reads: string[] = [];

  override async readSeveral(
    ...input: Parameters<ConfigTreeStore['readSeveral']>
  ): ReturnType<ConfigTreeStore['readSeveral']> {
    const tree = await super.readSeveral(...input);
    this.reads.push(tree.hasTexts ? 'texts' : 'sizes');
    return tree;
  }
}

const actor = specActor();
const redis = openRedis({
  url: inject('redisUrl'),
  commandTimeoutMs: 5_000,
  connectionName: 'spec',
  onError: () => undefined,
});
const USERS = 12;
/** With all of them more than is read without asking, and more than is small. */
const OVERLAY_CHARACTERS = 400_000;

let spec: SpecDatabase;
let database: Database;
let pool: GatedPool;
let trees: NotingTrees;
let publishing: PublishingService;

beforeAll(async () => {
  spec = await createSpecDatabase(inject('postgresUrl'));
  database = openDatabase(spec.options);
  pool = new GatedPool();
  trees = new NotingTrees(database);
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

function by(...grants: Partial<Grant>[]): Principal {
  return {
    via: 'token',
    credentialId: 't-1',
    workspaceId: 'default',
    name: actor.name,
    identity: actor.identity,
    isOperator: false,
    grants: grants.map((grant) => ({
      role: 'viewer',
      services: [],
      environments: [],
      permissions: [],
      ...grant,
    })),
    expiresAtMs: null,
  };
}
const admin = by({ role: 'admin' });

function change(service: string, layer: string, content: JsonObject): DocumentChange {
  const canonical = canonicalJson(content);
  const hash = contentHash(canonical);
  const prepared = { value: content, canonical, hash, format: 'json' as const, source: canonical };
  return { service, layer, prepared, basedOn: '*' };
}

async function publish(sender: Principal, { basedOn, ...rest }: DocumentChange, isNew = false) {
  const changes = [{ ...rest, basedOn: isNew ? undefined : basedOn }];
  const request = { action: 'document.publish', message: 'spec', sender, confirm: true };
  using foreseen = await publishing.foresee('default', changes, request);
  const { answer } = await runSqlMutation(database, actor, (mutation) =>
    publishing.publishIn(mutation, changes, request, foreseen),
  );
  return answer;
}

const addService = (name: string, kind: 'service' | 'shared', includes: readonly string[] = []) =>
  spec.query(
    `with added as (insert into services (workspace_id, name, kind) values ('default', $1, $2))
     insert into service_includes (workspace_id, service, included, position)
     select 'default', $1, name, position from unnest($3::text[]) with ordinality as i(name, position)`,
    [name, kind, includes],
  );

const putSchema = (service: string, schema: object, number = 1) =>
  spec.query(
    `insert into schema_versions (workspace_id, service, number, content, hash, author)
     values ('default', $1, $3, $2, $1 || $3::int, 'spec')`,
    [service, JSON.stringify(schema), number],
  );

describe('what many include whose configs are large', () => {
  beforeAll(async () => {
    await addService('wide', 'shared');
    for (let index = 0; index < USERS; index++) await addService(`wide-${index}`, 'service', ['wide']);
    await spec.query(
      `with written as (
         insert into document_versions (workspace_id, service, layer, number, format, source, content, hash, message, author)
         select 'default', name, 'dev', 1, 'json', '{}', '{"own":"' || repeat('x', $1::int) || '"}', name, '', 'spec'
         from services where name like 'wide-%'
       )
       insert into documents (workspace_id, service, layer, current_version)
       select 'default', name, 'dev', 1 from services where name like 'wide-%'`,
      [OVERLAY_CHARACTERS],
    );
  });

  it('is looked at by one of a workspace at a time, and read only then', async () => {
    const gate = Promise.withResolvers<void>();
    pool.gate = gate.promise;
    trees.reads.length = 0;
    const preview = () => publishing.preview(admin, [change('wide', 'base', { word: 'new' })]);
    const previews = Array.from({ length: 5 }, preview);
    const validation = publishing.validate(
      admin,
      { service: 'wide', layer: 'base' },
      { content: { word: 'new' }, format: 'json' },
    );
    await vi.waitFor(() => {
      expect(trees.reads.filter((read) => read === 'sizes')).toHaveLength(6);
      expect(pool.asked).toBeGreaterThan(0);
    });
    expect(trees.reads.filter((read) => read === 'texts')).toHaveLength(1);
    gate.resolve();
    pool.gate = undefined;
    for (const answer of await Promise.all(previews))
      expect(answer).toMatchObject({ valid: true, total: USERS * 3 });
    expect(await validation).toMatchObject({ valid: true });
    expect(trees.reads.filter((read) => read === 'texts')).toHaveLength(6);
  });

  it('is published, one after the other, and gives the memory back', async () => {
    await publish(admin, change('wide', 'base', { word: 'first' }), true);
    const published = ['second', 'third'].map((word) => publish(admin, change('wide', 'base', { word })));
    for (const { revisions } of await Promise.all(published)) expect(revisions).toHaveLength(USERS * 3);
  });

  it('costs a service that is alone nothing', async () => {
    await addService('alone', 'service');
    await putSchema('alone', { required: ['word'] });
    trees.reads.length = 0;
    await publish(admin, change('alone', 'base', { word: 'yes' }), true);
    expect(trees.reads).toEqual([]);
  });
});

describe('what the sender may not see', () => {
  const rule = { rule: 'self.max >= self.min', message: 'max is less than min' };
  const place = { service: 'till', layer: 'base' };

  beforeAll(async () => {
    await addService('lent', 'shared');
    await addService('till', 'service', ['lent']);
    await publish(admin, change('till', 'base', { min: 1, max: 1_000 }), true);
    await publish(admin, change('till', 'prod', { min: 500 }), true);
    await putSchema('till', { 'x-binnacle-rules': [rule] });
  });

  it('does not tell who could not publish it whether it would break there, or change', async () => {
    const reader = by({ services: ['till'], environments: ['dev'] });
    const ask = async (content: JsonObject) => {
      const { valid, errors, gates, total, changes } = await publishing.preview(reader, [
        change('till', 'base', content),
      ]);
      expect(changes.map(({ environment }) => environment)).toEqual(['dev']);
      expect(await publishing.validate(reader, place, { content, format: 'json' })).toMatchObject({ valid });
      return { valid, errors, gates, total };
    };
    const silent = { valid: true, errors: [], gates: [], total: 3 };
    // In prod this breaks the rule, is hidden by the overlay, is well.
    expect(await ask({ min: 1, max: 300 })).toEqual(silent);
    expect(await ask({ min: 2, max: 1_000 })).toEqual(silent);
    expect(await ask({ min: 1, max: 2_000 })).toEqual(silent);
    expect(await ask({ min: 9, max: 3 })).toMatchObject({
      valid: false,
      errors: [{ environment: 'dev', message: rule.message }],
    });
    const withSecret = await ask({ min: 1, max: 1_000, password: { $secret: 'till-password' } });
    expect(withSecret.errors.map(({ environment }) => environment)).toEqual(['dev']);
  });

  it('tells who publishes it once that it would break, and how many others it changes', async () => {
    const lender = by({ role: 'admin', services: ['lent'] });
    const { revisions, otherRevisions } = await publish(lender, change('lent', 'base', { other: 1 }), true);
    expect({ revisions, otherRevisions }).toEqual({ revisions: [], otherRevisions: 3 });
    await putSchema('till', { properties: { other: { maximum: 1 } } }, 2);
    const breaking = change('lent', 'base', { other: 2 });
    const preview = await publishing.preview(lender, [breaking]);
    const message = 'would break another service that includes it';
    expect(preview).toMatchObject({ valid: false, errors: [{ pointer: '/content', message }], total: 3 });
    expect(preview.errors).toHaveLength(1);
    const refused = await publish(lender, breaking).catch((error: unknown) => error);
    expect(Problem.isInstance(refused) && [refused.code, refused.errors]).toEqual([
      'invalid_content',
      [{ pointer: '/content', message }],
    ]);
  });
});
