import type { Database } from '../database.js';
import type { Mutation } from '../mutation.js';

/** A person's account. Its e-mail is in lower case. */
export interface UserRecord {
  readonly id: string;
  readonly email: string;
  readonly name: string;
  readonly isOperator: boolean;
  readonly disabledAt: Date | null;
  /** Argon2id, as a PHC string. */
  readonly passwordHash: string | null;
}

export interface NewUser {
  readonly email: string;
  readonly name: string;
  readonly passwordHash: string;
  readonly isOperator: boolean;
}

const SHOWN = {
  id: true,
  email: true,
  name: true,
  isOperator: true,
  disabledAt: true,
  passwordHash: true,
} as const;

/** Any number: the processes of an installation take the same. */
const FIRST_USER_LOCK = 7_420_001;

/** Accounts. They belong to no workspace, so what changes them runs as an installation mutation. */
export class UserStore {
  constructor(private readonly database: Database) {}

  async find(id: string): Promise<UserRecord | undefined> {
    const { user } = this.database.acrossWorkspaces.prisma;
    return (await user.findUnique({ where: { id }, select: SHOWN })) ?? undefined;
  }

  async findByEmail(email: string): Promise<UserRecord | undefined> {
    const { user } = this.database.acrossWorkspaces.prisma;
    return (await user.findUnique({ where: { email }, select: SHOWN })) ?? undefined;
  }

  async isEmpty(): Promise<boolean> {
    return (await this.database.acrossWorkspaces.prisma.user.findFirst({ select: { id: true } })) === null;
  }

  /** Whether there is none yet. Until the transaction ends, nobody else who asks this way is answered. */
  async lockWhileEmpty(mutation: Mutation): Promise<boolean> {
    await mutation.sql.query('select pg_advisory_xact_lock($1::int)::text', [FIRST_USER_LOCK]);
    return (await mutation.tx.user.findFirst({ select: { id: true } })) === null;
  }

  /** Rejects with a unique violation when the e-mail has an account. */
  async insert(mutation: Mutation, user: NewUser): Promise<UserRecord> {
    return mutation.tx.user.create({ data: user, select: SHOWN });
  }

  async setPassword(mutation: Mutation, id: string, passwordHash: string): Promise<void> {
    await mutation.tx.user.update({ where: { id }, data: { passwordHash } });
  }
}
