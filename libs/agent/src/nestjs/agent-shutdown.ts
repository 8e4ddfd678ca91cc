import type {
  BeforeApplicationShutdown,
  OnApplicationBootstrap,
  OnApplicationShutdown,
} from '@nestjs/common';
import type { Agent } from '../agent.js';

export interface AgentShutdownOptions {
  readonly closeTimeoutMs?: number | undefined;
  readonly reportsLifecycle?: boolean | undefined;
}

/** Ties the agent to the life of the application. */
export class AgentShutdown
  implements OnApplicationBootstrap, BeforeApplicationShutdown, OnApplicationShutdown
{
  readonly #agent: Agent;
  readonly #closeTimeoutMs: number;
  readonly #reportsLifecycle: boolean;

  constructor(agent: Agent, { closeTimeoutMs = 5_000, reportsLifecycle = true }: AgentShutdownOptions) {
    this.#agent = agent;
    this.#closeTimeoutMs = closeTimeoutMs;
    this.#reportsLifecycle = reportsLifecycle;
  }

  onApplicationBootstrap(): void {
    if (this.#reportsLifecycle) this.#agent.lifecycle.set('ready');
  }

  /** While requests are still being answered. */
  beforeApplicationShutdown(): void {
    if (this.#reportsLifecycle) this.#agent.lifecycle.set('draining');
  }

  /** After the last of them. */
  async onApplicationShutdown(): Promise<void> {
    await this.#agent.close({ timeoutMs: this.#closeTimeoutMs });
  }
}
