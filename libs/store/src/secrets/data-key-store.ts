import { createSecretKey, type KeyObject, randomBytes, randomUUID } from 'node:crypto';
import type { Sql } from '../sql.js';
import type { KeyRing } from './key-ring.js';
import { type Place, seal, unseal } from './sealed-box.js';

const KEY_BYTES = 32;
/** How long an unwrapped key stays in memory after it was read. */
const KEEP_MS = 300_000;
const MAX_KEPT = 10_000;

/** The key of one workspace under which its secrets are sealed. */
export interface DataKey {
  readonly id: string;
  readonly key: KeyObject;
}

export interface DataKeyRow {
  readonly id: string;
  readonly wrapping_key_id: string;
  readonly nonce: Uint8Array;
  readonly wrapped: Uint8Array;
}

/** The data key of a secret is not there any more: the secret was sealed again meanwhile, and must be read again. */
export class DataKeyGone extends Error {
  override readonly name = 'DataKeyGone';
}

/** Shared with a rotation, which waits for every put that has chosen the key, and is seen by every later one. */
const CURRENT = `
  select id, wrapping_key_id, nonce, wrapped from data_keys
  where workspace_id = $1::text and retired_at is null order by created_at desc, id desc limit 1 for share`;

const FIND = `
  select id, wrapping_key_id, nonce, wrapped from data_keys where workspace_id = $1::text and id = any($2::text[])`;

const INSERT = `
  insert into data_keys (workspace_id, id, wrapping_key_id, nonce, wrapped)
  values ($1::text, $2::text, $3::text, $4::bytea, $5::bytea)`;

/** Makes the data keys of workspaces, and unwraps them; unwrapped ones stay in memory for a few minutes. */
export class DataKeyStore {
  readonly #kept = new Map<string, { readonly dataKey: DataKey; readonly untilMs: number }>();

  constructor(
    private readonly ring: KeyRing,
    private readonly nowMs: () => number = () => performance.now(),
  ) {}

  /** The key for what is sealed now, in the transaction that will keep it; made at its first use. */
  async current(sql: Sql, workspaceId: string): Promise<DataKey> {
    const [known] = await sql.query<DataKeyRow>(CURRENT, [workspaceId]);
    if (known !== undefined) return this.unwrap(workspaceId, known);
    await lockDataKeys(sql, workspaceId);
    const [made] = await sql.query<DataKeyRow>(CURRENT, [workspaceId]);
    return made === undefined ? this.make(sql, workspaceId) : this.unwrap(workspaceId, made);
  }

  /** A new key, which is the current one from now on. For a transaction that has called `lockDataKeys`. */
  async make(sql: Sql, workspaceId: string): Promise<DataKey> {
    const dataKey = { id: randomUUID(), key: createSecretKey(randomBytes(KEY_BYTES)) };
    const row = wrapWith(this.ring, workspaceId, dataKey);
    await sql.query(INSERT, [workspaceId, row.id, row.wrapping_key_id, row.nonce, row.wrapped]);
    return dataKey;
  }

  /** The keys of these ids. @throws DataKeyGone, WrappingKeyMissing, SealBroken */
  async find(sql: Sql, workspaceId: string, ids: ReadonlySet<string>): Promise<Map<string, DataKey>> {
    const found = new Map<string, DataKey>();
    const missing: string[] = [];
    for (const id of ids) {
      const kept = this.#kept.get(`${workspaceId}/${id}`);
      if (kept !== undefined && kept.untilMs > this.nowMs()) found.set(id, kept.dataKey);
      else missing.push(id);
    }
    if (missing.length === 0) return found;
    const rows = await sql.query<DataKeyRow>(FIND, [workspaceId, missing]);
    for (const row of rows) found.set(row.id, this.unwrap(workspaceId, row));
    if (found.size < ids.size) throw new DataKeyGone(`a data key of ${workspaceId} is gone`);
    return found;
  }

  private unwrap(workspaceId: string, row: DataKeyRow): DataKey {
    const dataKey = unwrapWith(this.ring, workspaceId, row);
    const key = `${workspaceId}/${row.id}`;
    this.#kept.delete(key);
    const [oldest] = this.#kept.keys();
    if (this.#kept.size >= MAX_KEPT && oldest !== undefined) this.#kept.delete(oldest);
    this.#kept.set(key, { dataKey, untilMs: this.nowMs() + KEEP_MS });
    return dataKey;
  }
}

/** One transaction at a time makes or retires data keys of a workspace. */
export async function lockDataKeys(sql: Sql, workspaceId: string): Promise<void> {
  await sql.query(`select pg_advisory_xact_lock(hashtextextended('data keys of ' || $1::text, 0))::text`, [
    workspaceId,
  ]);
}

/** The key as it is kept: under the first key of the ring. */
export function wrapWith(ring: KeyRing, workspaceId: string, { id, key }: DataKey): DataKeyRow {
  const { primary } = ring;
  const sealed = seal(primary.key, wrappingPlace(workspaceId, id, primary.id), key.export());
  return { id, wrapping_key_id: primary.id, nonce: sealed.nonce, wrapped: sealed.ciphertext };
}

/** @throws WrappingKeyMissing, SealBroken */
export function unwrapWith(ring: KeyRing, workspaceId: string, row: DataKeyRow): DataKey {
  const place = wrappingPlace(workspaceId, row.id, row.wrapping_key_id);
  const bytes = unseal(ring.key(row.wrapping_key_id), place, { nonce: row.nonce, ciphertext: row.wrapped });
  const key = createSecretKey(bytes);
  bytes.fill(0);
  return { id: row.id, key };
}

function wrappingPlace(workspaceId: string, dataKeyId: string, wrappingKeyId: string): Place {
  return ['binnacle data key', workspaceId, dataKeyId, wrappingKeyId];
}
