import type { Actor, DatabaseOptions } from '@binnacle/store';
import { specActor } from './spec-actor.js';
import { createSpecDatabase, type SpecDatabase } from './spec-database.js';

/** What a spec has of the store: its own sources inside of the package, what was built outside. */
interface Store<Database, Mutation> {
  openDatabase(options: DatabaseOptions): Database;
  runInstallationMutation<Answer>(
    database: Database,
    actor: Actor,
    work: (mutation: Mutation) => Promise<Answer>,
  ): Promise<{ readonly answer: Answer }>;
}

/** A spec's own database with a workspace `harbour` beside `default`, and people to put into them. */
export class AccountDatabase<Database extends { close(): Promise<void> }, Mutation> {
  private constructor(
    readonly spec: SpecDatabase,
    readonly database: Database,
    private readonly store: Store<Database, Mutation>,
  ) {}

  static async create<Database extends { close(): Promise<void> }, Mutation>(
    serverUrl: string,
    store: Store<Database, Mutation>,
  ): Promise<AccountDatabase<Database, Mutation>> {
    const spec = await createSpecDatabase(serverUrl);
    await spec.query("insert into workspaces (id, name) values ('harbour', 'Harbour')");
    return new AccountDatabase(spec, store.openDatabase(spec.options), store);
  }

  async addUser(id: string): Promise<string> {
    await this.spec.query("insert into users (id, email, name) values ($1, $1 || '@example.org', $1)", [id]);
    return id;
  }

  async addMember(workspaceId: string, userId: string, grants: readonly object[] = []): Promise<void> {
    await this.spec.query(
      "insert into members (workspace_id, user_id, grants, created_by) values ($1, $2, $3, 'spec')",
      [workspaceId, userId, JSON.stringify(grants)],
    );
  }

  async change<Answer>(
    work: (mutation: Mutation) => Promise<Answer>,
    actor: Partial<Actor> = {},
  ): Promise<Answer> {
    return (await this.store.runInstallationMutation(this.database, specActor(actor), work)).answer;
  }

  async drop(): Promise<void> {
    await this.database.close();
    await this.spec.drop();
  }
}
