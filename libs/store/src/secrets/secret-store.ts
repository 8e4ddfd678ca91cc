import type { Database } from '../database.js';
import type { SqlMutation } from '../mutation.js';
import type { Pair } from '../pair.js';
import { decodeCursor, decodeNumberCursor, type Page, type PageRequest, toPage } from '../paging.js';
import type { DataKeyStore } from './data-key-store.js';
import { openSecret, sealSecret } from './seal-secret.js';
import * as statements from './secret-statements.js';

/** A secret as everybody may see it: without its value. */
export interface SecretRecord {
  readonly name: string;
  readonly version: number;
  readonly createdAt: Date;
  /** Of the newest version. */
  readonly updatedAt: Date;
  readonly updatedBy: string;
}

export interface SecretVersionRecord {
  readonly version: number;
  readonly author: string;
  readonly createdAt: Date;
}

/** A version as it is kept. Safe to hold in memory, and of no use without its data key. */
export interface SealedSecret {
  readonly name: string;
  readonly version: number;
  readonly data_key_id: string;
  readonly nonce: Uint8Array;
  readonly ciphertext: Uint8Array;
}

const MAX_NUMBER = 2_147_483_647;

/** Secrets of services in environments: sealed before they are kept, opened only for who asks. */
export class SecretStore {
  constructor(
    private readonly database: Database,
    private readonly keys: DataKeyStore,
  ) {}

  async list({ workspaceId, service, environment }: Pair, page: PageRequest): Promise<Page<SecretRecord>> {
    const after = decodeCursor(page.cursor) ?? '';
    const rows = await this.database
      .within(workspaceId)
      .sql.query<SecretRecord>(statements.LIST, [workspaceId, service, environment, after, page.limit + 1]);
    return toPage(
      rows,
      page.limit,
      (row) => row.name,
      (row) => row,
    );
  }

  async find({ workspaceId, service, environment }: Pair, name: string): Promise<SecretRecord | undefined> {
    const [row] = await this.database
      .within(workspaceId)
      .sql.query<SecretRecord>(statements.FIND, [workspaceId, service, environment, name]);
    return row;
  }

  /** Newest first. Those of before it was deleted are gone. */
  async listVersions(pair: Pair, name: string, page: PageRequest): Promise<Page<SecretVersionRecord>> {
    const { workspaceId, service, environment } = pair;
    const below = decodeNumberCursor(page.cursor) ?? MAX_NUMBER;
    const rows = await this.database
      .within(workspaceId)
      .sql.query<SecretVersionRecord>(statements.LIST_VERSIONS, [
        workspaceId,
        service,
        environment,
        name,
        below,
        page.limit + 1,
      ]);
    return toPage(
      rows,
      page.limit,
      (row) => row.version,
      (row) => row,
    );
  }

  /** Its newest version, or 0, with a lock on it until the transaction ends. */
  async lock({ actor, sql }: SqlMutation, { service, environment }: Pair, name: string): Promise<number> {
    const parameters = [actor.workspaceId, service, environment, name];
    await sql.query(statements.ENSURE, parameters);
    const [row] = await sql.query<{ version: number }>(statements.LOCK, parameters);
    return row?.version ?? 0;
  }

  /** How many there are of a pair. */
  async count({ actor, sql }: SqlMutation, { service, environment }: Pair): Promise<number> {
    const parameters = [actor.workspaceId, service, environment];
    const [row] = await sql.query<{ count: number }>(statements.COUNT, parameters);
    return row?.count ?? 0;
  }

  /** Adds a version to a secret that is locked, and gives its number. Numbers go on where a deleted secret ended. */
  async put(mutation: SqlMutation, pair: Pair, name: string, value: string): Promise<number> {
    const { actor, sql } = mutation;
    const { workspaceId } = actor;
    const { service, environment } = pair;
    const [counted] = await sql.query<{ version: number }>(statements.NEXT, [
      workspaceId,
      service,
      environment,
      name,
    ]);
    if (counted === undefined) throw new Error('A secret must be locked before a version is added');
    const { version } = counted;
    const dataKey = await this.keys.current(sql, workspaceId);
    const sealed = sealSecret(dataKey, { workspaceId, service, environment, name, version }, value);
    await sql.query(statements.INSERT_VERSION, [
      workspaceId,
      service,
      environment,
      name,
      version,
      dataKey.id,
      sealed.nonce,
      sealed.ciphertext,
      actor.name,
      actor.identity,
    ]);
    return version;
  }

  /** The revisions of the pair, of the newest and the released one, that refer to a secret. */
  async usesOf({ actor, sql }: SqlMutation, pair: Pair, name: string): Promise<number[]> {
    const rows = await sql.query<{ number: number }>(statements.USES, [
      actor.workspaceId,
      pair.service,
      pair.environment,
      name,
    ]);
    return rows.map(({ number }) => number);
  }

  /** Removes a locked secret with the ciphertexts of all its versions. Its numbers are not given again. */
  async remove({ actor, sql }: SqlMutation, { service, environment }: Pair, name: string): Promise<void> {
    const parameters = [actor.workspaceId, service, environment, name];
    await sql.query(statements.DELETE_VERSIONS, parameters);
    await sql.query(statements.MARK_DELETED, parameters);
  }

  /** Those versions as they are kept; what is not there is left out. */
  async sealed(
    { workspaceId, service, environment }: Pair,
    pins: Readonly<Record<string, number>>,
  ): Promise<SealedSecret[]> {
    return this.database
      .within(workspaceId)
      .sql.query<SealedSecret>(statements.SEALED, [
        workspaceId,
        service,
        environment,
        JSON.stringify(Object.entries(pins).map(([name, version]) => ({ name, version }))),
      ]);
  }

  /** The plain values by name. @throws DataKeyGone, WrappingKeyMissing, SealBroken */
  async open(pair: Pair, sealed: readonly SealedSecret[]): Promise<Record<string, string>> {
    const { workspaceId, service, environment } = pair;
    const ids = new Set(sealed.map((secret) => secret.data_key_id));
    const keys = await this.keys.find(this.database.within(workspaceId).sql, workspaceId, ids);
    const opened: Record<string, string> = {};
    for (const { name, version, data_key_id: dataKeyId, nonce, ciphertext } of sealed) {
      const dataKey = keys.get(dataKeyId);
      if (dataKey === undefined) throw new Error('A data key was found and is gone');
      const place = { workspaceId, service, environment, name, version };
      opened[name] = openSecret(dataKey, place, { nonce, ciphertext });
    }
    return opened;
  }
}
