import type { Database } from '../database.js';
import { type DataKeyRow, unwrapWith } from './data-key-store.js';
import { type KeyRing, WrappingKeyMissing } from './key-ring.js';
import { SealBroken } from './sealed-box.js';

/** Far more than keys are ever in use at a time; a ring holds 20 at most. */
const MAX_WRAPPING_KEYS = 100;

/** The newest data key of each wrapping key: what does not open one of them opens none. */
const IN_USE = `
  select distinct on (wrapping_key_id) workspace_id, id, wrapping_key_id, nonce, wrapped from data_keys
  order by wrapping_key_id, created_at desc limit $1::int`;

/** The ids of keys that wrap data keys of some workspace, and that the ring lacks or holds other bytes for. */
export async function findUnopenedWrappingKeys(database: Database, ring: KeyRing): Promise<string[]> {
  const rows = await database.acrossWorkspaces.sql.query<DataKeyRow & { readonly workspace_id: string }>(
    IN_USE,
    [MAX_WRAPPING_KEYS],
  );
  return rows.filter((row) => !opens(ring, row.workspace_id, row)).map((row) => row.wrapping_key_id);
}

function opens(ring: KeyRing, workspaceId: string, row: DataKeyRow): boolean {
  try {
    unwrapWith(ring, workspaceId, row);
    return true;
  } catch (error) {
    if (error instanceof WrappingKeyMissing || error instanceof SealBroken) return false;
    throw error;
  }
}
