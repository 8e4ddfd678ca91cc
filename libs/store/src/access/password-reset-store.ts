import type { Database } from '../database.js';
import type { Mutation } from '../mutation.js';

const LIFE_MS = 3_600_000;

export interface OpenPasswordReset {
  readonly id: string;
  readonly userId: string;
  readonly email: string;
}

/** One-time links to choose a new password. Only their hashes are here. */
export class PasswordResetStore {
  constructor(private readonly database: Database) {}

  /** By the SHA-256 (hex) of its secret; undefined unless it can still be used. */
  async findOpen(hash: string): Promise<OpenPasswordReset | undefined> {
    const row = await this.database.acrossWorkspaces.prisma.passwordReset.findFirst({
      where: { hash, usedAt: null, expiresAt: { gt: new Date() }, user: { disabledAt: null } },
      select: { id: true, userId: true, user: { select: { email: true } } },
    });
    return row === null ? undefined : { id: row.id, userId: row.userId, email: row.user.email };
  }

  /** Those that the person was given before end with it. */
  async insert(mutation: Mutation, userId: string, hash: string): Promise<{ expiresAt: Date }> {
    await this.clear(mutation, userId);
    return mutation.tx.passwordReset.create({
      data: { userId, hash, createdBy: mutation.actor.name, expiresAt: new Date(Date.now() + LIFE_MS) },
      select: { expiresAt: true },
    });
  }

  /** Uses it up; false when somebody else has, or its time is over. */
  async use(mutation: Mutation, id: string): Promise<boolean> {
    const { count } = await mutation.tx.passwordReset.updateMany({
      where: { id, usedAt: null, expiresAt: { gt: new Date() } },
      data: { usedAt: new Date() },
    });
    return count === 1;
  }

  /** None that the person was given can be used any more. */
  async clear(mutation: Mutation, userId: string): Promise<void> {
    await mutation.tx.passwordReset.deleteMany({ where: { userId } });
  }
}
