import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AuditChainCheck, type AuditHead, type ChainedAuditEntry, EMPTY_CHAIN } from './audit-chain-check.js';
import { auditEntryHash, type HashedAuditEntry } from './audit-entry-hash.js';

/** Made by `audit_entry_hash` of the migration itself, see `audit-store.spec.ts` for many more. */
function written(previous: AuditHead, fields: Partial<HashedAuditEntry> = {}): ChainedAuditEntry {
  const entry = {
    workspaceId: 'default',
    number: previous.number + 1,
    at: '2026-11-23T00:49:10.000Z',
    actor: 'token:ci',
    identity: 'token:1',
    via: 'token',
    credential: '1',
    address: '127.0.0.1',
    requestId: 'r',
    outcome: 'done',
    action: 'service.change',
    target: 'service:orders',
    service: 'orders',
    environment: null,
    detail: '{}',
    previousHash: previous.hash,
    ...fields,
  };
  return { ...entry, hash: auditEntryHash(entry) };
}

function chain(length: number): ChainedAuditEntry[] {
  const entries: ChainedAuditEntry[] = [];
  for (let index = 0; index < length; index++)
    entries.push(written(entries.at(-1) ?? EMPTY_CHAIN, { requestId: `r${index}` }));
  return entries;
}

function verify(
  entries: readonly ChainedAuditEntry[],
  head: AuditHead | null = entries.at(-1) ?? null,
  kept: readonly AuditHead[] = [],
): string {
  const check = new AuditChainCheck(kept);
  for (const entry of entries) {
    const found = check.add(entry);
    if (found !== undefined) return `${found.number} ${found.kind}`;
  }
  const found = check.finish(head ?? undefined);
  return found === undefined ? `whole to ${check.end.number}` : `${found.number} ${found.kind}`;
}

/** The same entry with a hash that fits: what somebody does who knows how the chain is made. */
function rehashed(entry: ChainedAuditEntry, changes: Partial<HashedAuditEntry>): ChainedAuditEntry {
  const changed = { ...entry, ...changes };
  return { ...changed, hash: auditEntryHash(changed) };
}

const ten = chain(10);
const at = (number: number): ChainedAuditEntry => ten[number - 1] as ChainedAuditEntry;
const replaced = (number: number, entry: ChainedAuditEntry) => ten.with(number - 1, entry);

describe('AuditChainCheck', () => {
  it('finds a chain whole, an empty one too', () => {
    expect(verify(ten)).toBe('whole to 10');
    expect(verify(ten, at(10), [EMPTY_CHAIN, at(3), at(10)])).toBe('whole to 10');
    expect(verify([], null)).toBe('whole to 0');
    expect(verify([], EMPTY_CHAIN)).toBe('whole to 0');
  });

  it.each(Object.keys(at(4)).filter((key) => key !== 'number' && key !== 'hash'))(
    'sees that %s was edited',
    (field) => {
      expect(verify(replaced(4, { ...at(4), [field]: 'else' }))).toBe('4 edited');
    },
  );

  it('sees a field that was emptied, and a hash that was changed', () => {
    expect(verify(replaced(4, { ...at(4), service: null }))).toBe('4 edited');
    expect(verify(replaced(4, { ...at(4), hash: at(5).hash }))).toBe('4 edited');
  });

  it('sees what is missing, at the beginning, in the middle and at the end', () => {
    expect(verify(ten.slice(1))).toBe('1 missing');
    expect(verify(ten.toSpliced(3, 2))).toBe('4 missing');
    expect(verify(ten.slice(0, 8), at(10))).toBe('9 cut');
    expect(verify([], at(10))).toBe('1 cut');
    expect(verify(ten, null)).toBe('11 cut');
  });

  it('sees entries that changed places, or moved up', () => {
    const swapped = ten.with(3, { ...at(6), number: 4 }).with(5, { ...at(4), number: 6 });
    expect(verify(swapped)).toBe('4 reordered');
    const movedUp = ten.toSpliced(3, 1).map((entry, index) => ({ ...entry, number: index + 1 }));
    expect(verify(movedUp)).toBe('4 reordered');
  });

  it('names a rewritten entry although its own hash fits', () => {
    expect(verify(replaced(4, rehashed(at(4), { actor: 'user:eve' })))).toBe('4 rewritten');
    expect(verify(replaced(10, rehashed(at(10), { actor: 'user:eve' })), at(10))).toBe('10 rewritten');
    expect(verify(replaced(9, rehashed(at(9), { actor: 'user:eve' })))).toBe('9 rewritten');
    expect(verify(replaced(4, rehashed(at(4), { previousHash: at(1).hash })))).toBe('4 rewritten');
    expect(verify(replaced(1, rehashed(at(1), { previousHash: at(1).hash })))).toBe('1 rewritten');
  });

  it('sees entries that no chain has, and a head that was set back', () => {
    expect(verify([written({ number: -1, hash: '' }), ...ten])).toBe('0 foreign');
    expect(verify(ten, at(8))).toBe('9 foreign');
  });

  it('sees a chain that was made anew, or cut together with its head, when a head was kept', () => {
    const anew = ten.slice(0, 3);
    for (let number = 4; number <= 10; number++)
      anew.push(written(anew.at(-1) ?? EMPTY_CHAIN, { actor: number === 4 ? 'user:eve' : 'token:ci' }));
    expect(verify(anew)).toBe('whole to 10');
    expect(verify(anew, anew.at(-1) ?? null, [at(2)])).toBe('whole to 10');
    expect(verify(anew, anew.at(-1) ?? null, [at(7)])).toBe('7 rewritten');
    expect(verify(ten.slice(0, 8))).toBe('whole to 8');
    expect(verify(ten.slice(0, 8), at(8), [at(10)])).toBe('9 cut');
    expect(verify([], null, [at(10)])).toBe('1 cut');
  });

  it('never finds a chain whole, or names one before the first change, whatever is done to it without a new hash', () => {
    const change = fc.oneof(
      fc.record({ kind: fc.constant('delete' as const), index: fc.nat(9) }),
      fc.record({ kind: fc.constant('swap' as const), index: fc.nat(8) }),
      fc.record({ kind: fc.constant('edit' as const), index: fc.nat(9), detail: fc.json() }),
    );
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 3 }), (changes) => {
        let entries = [...ten];
        for (const { kind, index, ...rest } of changes) {
          const [entry, next] = [entries[index], entries[index + 1]];
          if (entry === undefined) continue;
          if (kind === 'delete') entries = entries.toSpliced(index, 1);
          else if (kind === 'edit')
            entries[index] = { ...entry, detail: 'detail' in rest ? rest.detail : '' };
          else if (next !== undefined)
            entries = entries
              .with(index, { ...next, number: entry.number })
              .with(index + 1, { ...entry, number: next.number });
        }
        const firstChanged = ten.findIndex(
          (entry, index) => JSON.stringify(entry) !== JSON.stringify(entries[index]),
        );
        const found = verify(entries, at(10));
        if (firstChanged === -1) expect(found).toBe('whole to 10');
        else expect(found).toMatch(new RegExp(`^${firstChanged + 1} (edited|reordered|missing|cut)$`));
      }),
    );
  });
});
