import type { Database } from '../database.js';
import type { Sql } from '../sql.js';
import {
  type DataKey,
  type DataKeyRow,
  DataKeyStore,
  lockDataKeys,
  unwrapWith,
  wrapWith,
} from './data-key-store.js';
import type { KeyRing } from './key-ring.js';
import * as statements from './rotation-statements.js';
import { openSecret, type SecretPlace, sealSecret } from './seal-secret.js';
import type { SealedSecret } from './secret-store.js';

/** Rows in one transaction: those that wait for one of them wait for milliseconds. */
const BATCH = 100;

export interface RotateOptions {
  readonly database: Database;
  readonly ring: KeyRing;
  /** Replace the data keys that were made before this moment, and seal every value again; undefined keeps them. */
  readonly dataKeysBefore: Date | undefined;
  readonly log: (line: string) => void;
}

export interface Rotation {
  readonly workspaces: number;
  readonly rewrapped: number;
  readonly newDataKeys: number;
  readonly resealed: number;
  readonly opened: number;
  /** Values and keys that do not open, by their place. */
  readonly broken: readonly string[];
  /** Data keys by the id of the key that wraps them. */
  readonly wrappedBy: ReadonlyMap<string, number>;
}

interface Counts {
  workspaces: number;
  rewrapped: number;
  newDataKeys: number;
  resealed: number;
  opened: number;
}

type VersionRow = SealedSecret & { readonly service: string; readonly environment: string };
type VersionKey = readonly [service: string, environment: string, name: string, version: number];

const FIRST: VersionKey = ['', '', '', 0];

/**
 * Wraps every data key with the first key of the ring and, when asked, gives every workspace a new data key and seals
 * its secrets again; then opens every value. Safe while API processes run with both keys in their rings. What was done
 * before it was interrupted stays done.
 */
export async function rotateSecrets(options: RotateOptions): Promise<Rotation> {
  const { database, log } = options;
  const counts: Counts = { workspaces: 0, rewrapped: 0, newDataKeys: 0, resealed: 0, opened: 0 };
  const broken: string[] = [];
  for (let after = ''; ;) {
    const page = await database.acrossWorkspaces.sql.query<{ id: string }>(statements.WORKSPACES, [
      after,
      BATCH,
    ]);
    for (const { id } of page) {
      const before = { ...counts };
      const faults = await new WorkspaceRotation(options, id, counts).run();
      counts.workspaces += 1;
      broken.push(...faults);
      log(
        `${id}: ${counts.rewrapped - before.rewrapped} data keys wrapped again, ` +
          `${counts.newDataKeys - before.newDataKeys} new, ${counts.resealed - before.resealed} values sealed again, ` +
          `${counts.opened - before.opened} opened, ${faults.length} broken`,
      );
    }
    const last = page.at(-1);
    if (last === undefined || page.length < BATCH) break;
    after = last.id;
  }
  const rows = await database.acrossWorkspaces.sql.query<{ id: string; count: number }>(
    statements.WRAPPED_BY,
  );
  return { ...counts, broken, wrappedBy: new Map(rows.map(({ id, count }) => [id, count])) };
}

class WorkspaceRotation {
  private readonly broken: string[] = [];
  private readonly keys: DataKeyStore;

  constructor(
    private readonly options: RotateOptions,
    private readonly workspaceId: string,
    private readonly counts: Counts,
  ) {
    this.keys = new DataKeyStore(options.ring);
  }

  async run(): Promise<readonly string[]> {
    await this.rewrap();
    // A data key that does not unwrap must not be replaced: what is sealed under it would be lost.
    if (this.options.dataKeysBefore !== undefined && this.broken.length === 0) {
      await this.replaceDataKey(this.options.dataKeysBefore);
      await this.reseal();
      await this.transaction((sql) => sql.query(statements.DROP_RETIRED, [this.workspaceId]));
    }
    await this.verify();
    return this.broken;
  }

  private async rewrap(): Promise<void> {
    const { ring } = this.options;
    for (let after = ''; ;) {
      const last = await this.transaction(async (sql) => {
        const rows = await sql.query<DataKeyRow>(statements.WRAPPED_OTHERWISE, [
          this.workspaceId,
          ring.primary.id,
          after,
          BATCH,
        ]);
        for (const row of rows) await this.rewrapOne(sql, row);
        return rows.length < BATCH ? undefined : rows.at(-1)?.id;
      });
      if (last === undefined) return;
      after = last;
    }
  }

  private async rewrapOne(sql: Sql, row: DataKeyRow): Promise<void> {
    const { ring } = this.options;
    let dataKey: DataKey;
    try {
      dataKey = unwrapWith(ring, this.workspaceId, row);
    } catch (error) {
      this.note(`data key ${row.id}`, error);
      return;
    }
    const next = wrapWith(ring, this.workspaceId, dataKey);
    await sql.query(statements.REWRAP, [
      this.workspaceId,
      row.id,
      next.wrapping_key_id,
      next.nonce,
      next.wrapped,
    ]);
    this.counts.rewrapped += 1;
  }

  private async replaceDataKey(before: Date): Promise<void> {
    await this.transaction(async (sql) => {
      await lockDataKeys(sql, this.workspaceId);
      const old = await sql.query(statements.OLD_KEYS, [this.workspaceId, before]);
      if (old.length === 0) return;
      const { id } = await this.keys.make(sql, this.workspaceId);
      // Waits for those who have chosen the old key and not committed yet.
      await sql.query(statements.RETIRE_OTHERS, [this.workspaceId, id]);
      this.counts.newDataKeys += 1;
    });
  }

  private async reseal(): Promise<void> {
    for (let after: VersionKey | undefined = FIRST; after !== undefined;) {
      const from: VersionKey = after;
      after = await this.transaction(async (sql) => {
        const rows = await sql.query<VersionRow>(statements.UNDER_RETIRED, [
          this.workspaceId,
          ...from,
          BATCH,
        ]);
        if (rows.length === 0) return undefined;
        const current = await this.keys.current(sql, this.workspaceId);
        for (const row of rows) await this.resealOne(sql, row, current);
        return keyOf(rows.at(-1));
      });
    }
  }

  private async resealOne(sql: Sql, row: VersionRow, current: DataKey): Promise<void> {
    const plain = await this.open(sql, row);
    if (plain === undefined) return;
    const place = this.placeOf(row);
    const { nonce, ciphertext } = sealSecret(current, place, plain);
    await sql.query(statements.RESEAL, [
      this.workspaceId,
      place.service,
      place.environment,
      place.name,
      place.version,
      current.id,
      nonce,
      ciphertext,
    ]);
    this.counts.resealed += 1;
  }

  private async verify(): Promise<void> {
    const { sql } = this.options.database.within(this.workspaceId);
    for (let after: VersionKey | undefined = FIRST; after !== undefined;) {
      const rows: VersionRow[] = await sql.query<VersionRow>(statements.ALL_VERSIONS, [
        this.workspaceId,
        ...after,
        BATCH,
      ]);
      for (const row of rows) if ((await this.open(sql, row)) !== undefined) this.counts.opened += 1;
      after = rows.length < BATCH ? undefined : keyOf(rows.at(-1));
    }
  }

  private async open(sql: Sql, row: VersionRow): Promise<string | undefined> {
    try {
      const keys = await this.keys.find(sql, this.workspaceId, new Set([row.data_key_id]));
      const key = keys.get(row.data_key_id);
      return key === undefined ? undefined : openSecret(key, this.placeOf(row), row);
    } catch (error) {
      this.note(`${row.service}/${row.environment}/${row.name} version ${row.version}`, error);
      return undefined;
    }
  }

  private placeOf({ service, environment, name, version }: VersionRow): SecretPlace {
    return { workspaceId: this.workspaceId, service, environment, name, version };
  }

  private note(what: string, error: unknown): void {
    const line = `${this.workspaceId}: ${what}: ${error instanceof Error ? error.message : String(error)}`;
    if (this.broken.includes(line)) return;
    this.broken.push(line);
    this.options.log(line);
  }

  private transaction<Answer>(work: (sql: Sql) => Promise<Answer>): Promise<Answer> {
    return this.options.database.transactions.sql(this.workspaceId, work);
  }
}

function keyOf(row: VersionRow | undefined): VersionKey | undefined {
  return row === undefined ? undefined : [row.service, row.environment, row.name, row.version];
}
