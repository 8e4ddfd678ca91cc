import { Inject, Injectable } from '@nestjs/common';
import {
  type Actor,
  type Database,
  type Mutation,
  type MutationResult,
  runInstallationMutation,
  runMutation,
  runSqlMutation,
  type SqlMutation,
} from '@binnacle/store';
import { DATABASE } from '../storage.module.js';
import { ChangeBus } from './change-bus.js';

/** Runs changes as transactions, and tells whom they concern once they are committed. */
@Injectable()
export class Mutations {
  constructor(
    @Inject(DATABASE) private readonly database: Database,
    private readonly bus: ChangeBus,
  ) {}

  /** Resolves when the change is committed and this process itself has taken note of it. */
  async run<Answer>(actor: Actor, work: (mutation: Mutation) => Promise<Answer>): Promise<Answer> {
    return this.tell(await runMutation(this.database, actor, work));
  }

  /** The same for work that needs nothing but SQL, at a third of the cost. */
  async runSql<Answer>(actor: Actor, work: (mutation: SqlMutation) => Promise<Answer>): Promise<Answer> {
    return this.tell(await runSqlMutation(this.database, actor, work));
  }

  /** The same across workspaces, for accounts and workspaces themselves. */
  async runInstallation<Answer>(
    actor: Actor,
    work: (mutation: Mutation) => Promise<Answer>,
  ): Promise<Answer> {
    return this.tell(await runInstallationMutation(this.database, actor, work));
  }

  private async tell<Answer>({ answer, changes }: MutationResult<Answer>): Promise<Answer> {
    if (changes.length > 0) {
      this.bus.wake(changes);
      await this.bus.deliver(changes);
    }
    return answer;
  }
}
