import { Inject, Injectable } from '@nestjs/common';
import { type Actor, type Database, type Mutation, runMutation } from '@binnacle/store';
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
    const { answer, changes } = await runMutation(this.database, actor, work);
    if (changes.length > 0) {
      this.bus.wake(changes);
      await this.bus.deliver(changes);
    }
    return answer;
  }
}
