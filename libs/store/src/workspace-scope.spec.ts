import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { insertRowsOf } from '../../../test/harness/rows-of-workspace.js';
import { specActor } from '../../../test/harness/spec-actor.js';
import { createSpecDatabase, type SpecDatabase } from '../../../test/harness/spec-database.js';
import { type Database, openDatabase, type Scope } from './database.js';
import { runInstallationMutation, runMutation, runSqlMutation } from './mutation.js';

const ONE = 'one';
const TWO = 'two';

let spec: SpecDatabase;
/** So small that every connection serves both workspaces again and again. */
let database: Database;

beforeAll(async () => {
  spec = await createSpecDatabase(inject('postgresUrl'));
  for (const workspaceId of [ONE, TWO]) await insertRowsOf(workspaceId, spec.query);
  database = openDatabase({ ...spec.options, poolSize: 3 });
});
afterAll(async () => {
  await database.close();
  await spec.drop();
});

describe('a workspace that cannot be one', () => {
  const wrong = ['*', '', ' ', 'One', 'a_b', 'a/b', '-a', 'a'.repeat(64), `a' or true --`, 'a\n'];

  test.each(wrong)('%j is refused', async (workspaceId) => {
    expect(() => database.within(workspaceId)).toThrow(RangeError);
    const actor = specActor({ workspaceId });
    await expect(runMutation(database, actor, async () => undefined)).rejects.toThrow(RangeError);
    await expect(runSqlMutation(database, actor, async () => undefined)).rejects.toThrow(RangeError);
  });

  test('is refused when it is none at all', () => {
    expect(() => database.within(undefined as unknown as string)).toThrow(RangeError);
    expect(() => database.within(['*'] as unknown as string)).toThrow(RangeError);
  });
});

test('a connection that did not take the role of the application is not used', async () => {
  const url = new URL(spec.connectionString);
  // What stands in the address wins over what the program asks for.
  url.searchParams.set('options', '-c timezone=UTC');
  const other = openDatabase({ ...spec.options, connectionString: url.href });
  await expect(other.within(ONE).sql.query('select 1')).rejects.toThrow('binnacle_app');
  await expect(other.within(ONE).prisma.service.findMany()).rejects.toThrow('binnacle_app');
  await other.close();
});

test('Prisma offers no way around the scope', () => {
  const { prisma } = database.within(ONE) as { prisma: object };
  for (const name of ['$transaction', '$extends', '$connect', '$on', '_engine', '_requestHandler', '$parent'])
    expect([name, Reflect.get(prisma, name)]).toEqual([name, undefined]);
});

describe('side by side', () => {
  const WORKSPACES = [ONE, TWO] as const;
  const each = (count: number, work: (workspaceId: string, index: number) => Promise<void>) =>
    Promise.all(Array.from({ length: count }, (_, index) => work(WORKSPACES[index % 2] ?? ONE, index)));
  const key = (workspaceId: string) => ({ workspaceId_name: { workspaceId, name: 'same' } });

  test('reads of one tick see the rows of their own workspace, also those that Prisma would put together', async () => {
    await each(300, async (workspaceId) => {
      const { prisma } = database.within(workspaceId);
      const [unique, orThrow, first, many] = await Promise.all([
        prisma.service.findUnique({ where: key(workspaceId), include: { includes: true } }),
        prisma.service.findUniqueOrThrow({ where: key(workspaceId) }),
        prisma.service.findFirst({ where: { name: 'same' } }),
        prisma.service.findMany({ include: { includes: true, documents: true } }),
      ]);
      expect(unique?.displayName).toBe(workspaceId);
      expect(unique?.includes.map((include) => include.workspaceId)).toEqual([workspaceId]);
      expect(orThrow.displayName).toBe(workspaceId);
      expect(first?.displayName).toBe(workspaceId);
      expect(many.map((service) => service.workspaceId)).toEqual([workspaceId, workspaceId]);
    });
  });

  test('what another workspace asks for by its full key is not there, not even beside one who may have it', async () => {
    await each(100, async (workspaceId, index) => {
      const { prisma } = database.within(workspaceId);
      const other = workspaceId === ONE ? TWO : ONE;
      const mine = prisma.service.findUnique({ where: key(workspaceId) });
      const notMine = prisma.service.findUnique({ where: key(other) });
      const across = database.acrossWorkspaces.prisma.service.findUnique({ where: key(other) });
      const found = index % 4 < 2 ? [await mine, await notMine] : await Promise.all([mine, notMine]);
      expect(found.map((service) => service?.displayName)).toEqual([workspaceId, undefined]);
      expect((await across)?.displayName).toBe(other);
      await expect(
        prisma.service.update({ where: key(other), data: { owner: workspaceId } }),
      ).rejects.toMatchObject({ code: 'P2025' });
    });
  });

  test('plain SQL and raw SQL of Prisma too, prepared or not', async () => {
    const bare = 'select distinct workspace_id as of from services';
    await each(300, async (workspaceId) => {
      const { prisma, sql } = database.within(workspaceId);
      const expected = [{ of: workspaceId }];
      const [plain, prepared, raw, tagged] = await Promise.all([
        sql.query(bare),
        sql.query(bare, [], 'spec-bare'),
        prisma.$queryRawUnsafe(bare),
        prisma.$queryRaw`select distinct workspace_id as of from revisions where number = ${1}`,
      ]);
      expect([plain, prepared, raw, tagged]).toEqual([expected, expected, expected, expected]);
    });
  });

  test('mutations, those that fail and roll back among them, and reads between', async () => {
    const bare = 'select distinct workspace_id as of from services';
    const see = async (scope: Pick<Scope, 'sql'>, workspaceId: string) =>
      expect(await scope.sql.query(bare)).toEqual([{ of: workspaceId }]);
    await each(240, async (workspaceId, index) => {
      const actor = specActor({ workspaceId, requestId: `${workspaceId}-${index}` });
      const mutate = index % 4 < 2 ? runMutation : runSqlMutation;
      const isFailing = index % 6 < 2;
      const mutation = mutate(database, actor, async (inside) => {
        await see(inside, workspaceId);
        inside.audit({ action: 'spec.mutate', target: workspaceId });
        inside.announce({ kind: 'access', workspaceId, subject: '*' });
        if (isFailing) await inside.sql.query(`select 1 / 0 as failed`);
      });
      if (isFailing) await expect(mutation).rejects.toThrow();
      else await mutation;
      await see(database.within(workspaceId), workspaceId);
    });
    const entries = await spec.query<{ of: string; target: string; count: number }>(
      `select workspace_id as of, target, count(*)::int from audit_entries where action = 'spec.mutate'
       group by 1, 2 order by 1`,
    );
    expect(entries).toEqual([
      { of: ONE, target: ONE, count: 80 },
      { of: TWO, target: TWO, count: 80 },
    ]);
  });

  test('a query of another workspace inside of a mutation leaves the mutation its own', async () => {
    const bare = 'select distinct workspace_id as of from services';
    for (const mutate of [runMutation, runSqlMutation]) {
      await mutate(database, specActor({ workspaceId: ONE }), async ({ sql }) => {
        expect(await database.within(TWO).sql.query(bare)).toEqual([{ of: TWO }]);
        expect(await sql.query(bare)).toEqual([{ of: ONE }]);
      });
    }
  });

  test('an installation mutation sees all of them, and writes its audit where the actor is', async () => {
    const { answer } = await runInstallationMutation(
      database,
      specActor({ workspaceId: ONE }),
      async (mutation) => {
        mutation.audit({ action: 'spec.across', target: 'all' });
        return mutation.tx.service.count({ where: { name: 'same' } });
      },
    );
    expect(answer).toBe(2);
    const audited = await spec.query(
      `select workspace_id as of from audit_entries where action = 'spec.across'`,
    );
    expect(audited).toEqual([{ of: ONE }]);
  });
});
