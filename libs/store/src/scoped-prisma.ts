import type { Prisma, PrismaClient } from './generated/client.js';
import { runInScope } from './workspace-scope.js';

type Operation = (...parameters: unknown[]) => Promise<unknown>;

/** Prisma, without what reaches behind the scope or begins a transaction: `runMutation` does that. */
export type ScopedPrisma = Prisma.TransactionClient;

/** Every operation on what this answers works for that workspace. */
export function scopedPrisma(prisma: PrismaClient, workspace: string): ScopedPrisma {
  const delegates = new Map<string, object>();
  return new Proxy(prisma, {
    get(client, key) {
      const member = Reflect.get(client, key) as unknown;
      if (typeof key === 'symbol') return member;
      if (OUT_OF_SCOPE.has(key)) return undefined;
      if (typeof member === 'function') return scopedOperation(member as Operation, client, workspace);
      if (typeof member !== 'object' || member === null || /^[$_]/.test(key)) return undefined;
      const known = delegates.get(key);
      if (known !== undefined) return known;
      const delegate = scopedDelegate(member, workspace);
      delegates.set(key, delegate);
      return delegate;
    },
  });
}

const OUT_OF_SCOPE: ReadonlySet<string> = new Set([
  '$connect',
  '$disconnect',
  '$extends',
  '$on',
  '$transaction',
  'then',
]);

/**
 * Prisma puts the `findUnique`s of one tick together into one statement, whoever asks: those of two workspaces too.
 * `findFirst` it leaves alone.
 */
const UNBATCHED: Readonly<Record<string, string>> = {
  findUnique: 'findFirst',
  findUniqueOrThrow: 'findFirstOrThrow',
};

function scopedDelegate(delegate: object, workspace: string): object {
  return new Proxy(delegate, {
    get(model, key) {
      if (typeof key === 'symbol') return Reflect.get(model, key) as unknown;
      const unbatched = UNBATCHED[key];
      const operation = Reflect.get(model, unbatched ?? key) as unknown;
      if (typeof operation !== 'function') return operation;
      const scoped = scopedOperation(operation as Operation, model, workspace);
      if (unbatched === undefined) return scoped;
      return ({ where, ...others }: { where: object }) => scoped({ ...others, where: plainWhere(where) });
    },
  });
}

function scopedOperation(operation: Operation, owner: object, workspace: string): Operation {
  return (...parameters) => runInScope(workspace, () => operation.apply(owner, parameters));
}

/** `{a_b: {a, b}}` names a key of two columns, which only `findUnique` understands; `{a, b}` says the same. */
function plainWhere(where: object): object {
  const plain: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(where) as [string, unknown][]) {
    if (key.includes('_') && typeof value === 'object' && value !== null) Object.assign(plain, value);
    else plain[key] = value;
  }
  return plain;
}
