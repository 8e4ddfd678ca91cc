import { Injectable, Logger } from '@nestjs/common';
import { Counter } from 'prom-client';
import type { Actor } from '@binnacle/store';
import { Metrics } from '../../lifecycle/metrics.js';

/** Acts on accounts that no workspace has an audit for. */
@Injectable()
export class AccountLog {
  private readonly logger = new Logger(AccountLog.name);
  private readonly acts: Counter;

  constructor(metrics: Metrics) {
    this.acts = new Counter({
      name: 'binnacle_account_acts_nowhere_total',
      help: 'Acts on accounts of people who are in no workspace, and so in no audit',
      labelNames: ['action'] as const,
      registers: [metrics.registry],
    });
  }

  /** Notes it, unless the actor is in a workspace. Once the act is done: a transaction may be tried again. */
  noteNowhere({ workspaceId, identity, address, requestId }: Actor, action: string, target: string): void {
    if (workspaceId !== '') return;
    this.acts.inc({ action });
    this.logger.log(
      { action, target, identity, address, requestId },
      'An act on an account, in no workspace',
    );
  }
}
