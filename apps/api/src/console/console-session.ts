import type { ConsoleToServerEvents, ServerToConsoleEvents } from '@binnacle/contracts';
import type { Namespace, Socket } from 'socket.io';
import type { SocketHolder } from '../access/socket-guard.js';
import type { MessageBudget } from '../sockets/message-budget.js';

/** What is known of a page, or a program, that watches a workspace. */
export interface ConsoleSession extends SocketHolder, MessageBudget {
  /** How much of the changes to credentials was known when it was admitted. */
  readonly admittedAsOf: string;
}

type NoEvents = Record<string, never>;

export type ConsoleSocket = Socket<ConsoleToServerEvents, ServerToConsoleEvents, NoEvents, ConsoleSession>;
export type ConsoleNamespace = Namespace<
  ConsoleToServerEvents,
  ServerToConsoleEvents,
  NoEvents,
  ConsoleSession
>;
