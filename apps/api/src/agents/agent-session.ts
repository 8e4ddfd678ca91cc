import type { AgentInstance, AgentToServerEvents, Have, ServerToAgentEvents } from '@binnacle/contracts';
import type { Check, Lifecycle } from '@binnacle/domain';
import type { Pair, RejectedRevision } from '@binnacle/store';
import type { Namespace, Socket } from 'socket.io';
import type { SocketHolder } from '../access/socket-guard.js';
import type { MessageBudget } from '../sockets/message-budget.js';

/** What is known of a connected agent. */
export interface AgentSession extends SocketHolder, MessageBudget {
  readonly pair: Pair;
  readonly pairKey: string;
  readonly instance: AgentInstance;
  readonly tokenId: string;
  /** How much of the changes to tokens was known when it was admitted. */
  readonly admittedAsOf: number;
  /** Whether this connection's first heartbeat has come. */
  hasReported: boolean;
  seq: number;
  lifecycle: Lifecycle;
  checks: readonly Check[];
  have: Have | null;
  /** Undefined until this connection said something about it: what was said before stands. */
  rejected: RejectedRevision | null | undefined;
  /** ETag of the config that was last sent because a heartbeat lacked it. */
  reminded: string;
}

type NoEvents = Record<string, never>;

export type AgentSocket = Socket<AgentToServerEvents, ServerToAgentEvents, NoEvents, AgentSession>;
export type AgentNamespace = Namespace<AgentToServerEvents, ServerToAgentEvents, NoEvents, AgentSession>;
