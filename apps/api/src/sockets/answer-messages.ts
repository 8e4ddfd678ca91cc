import type { Logger } from '@nestjs/common';
import { type Acknowledge, type AgentError, Problem } from '@binnacle/contracts';
import type { z } from 'zod';
import { MAX_REFUSALS } from '../access/socket-guard.js';
import { toProblem } from '../http/to-problem.js';
import { type MessageBudget, type MessageRate, spendMessage } from './message-budget.js';

/** What of a socket is needed here; socket.io's own type also tells its events, which are named by those who listen. */
export interface TalkingSocket {
  readonly data: MessageBudget & { refusals: number };
  on(event: string, listener: (message: unknown, acknowledge?: unknown) => void): unknown;
  disconnect(close: true): unknown;
}

export interface MessageRules<Message> {
  readonly rate: MessageRate;
  readonly logger: Logger;
  /** Where not all messages are one: how many others it counts as. At most the burst. */
  readonly costOf?: (message: Message) => number;
}

/** Answers an event by what `handle` gives, within the rate; what is wrong is said to the sender and harms nothing. */
export function answerMessages<Schema extends z.ZodType, Answer>(
  socket: TalkingSocket,
  event: string,
  schema: Schema,
  { rate, logger, costOf }: MessageRules<z.output<Schema>>,
  handle: (message: z.output<Schema>) => Answer | Promise<Answer>,
): void {
  socket.on(event, (message, acknowledge) => {
    const answer = (typeof acknowledge === 'function' ? acknowledge : ignore) as Acknowledge<Answer>;
    const refuse = (error: unknown) => answer(refused(event, error, logger));
    const refuseMany = () => {
      if (++socket.data.refusals > MAX_REFUSALS) socket.disconnect(true);
      else refuse(new Problem('rate_limited', 'Too much is asked at once: send fewer messages.'));
    };
    try {
      if (!spendMessage(socket.data, rate)) return refuseMany();
      const parsed = schema.safeParse(message);
      if (!parsed.success) return refuse(invalidMessage(parsed.error));
      const more = (costOf?.(parsed.data) ?? 1) - 1;
      if (more > 0 && !spendMessage(socket.data, rate, more)) return refuseMany();
      const outcome = handle(parsed.data);
      if (outcome instanceof Promise) outcome.then(answer, refuse);
      else answer(outcome);
    } catch (error) {
      refuse(error);
    }
  });
}

/** The first thing that is wrong with what was sent. */
export function invalidMessage(error: z.ZodError, at = ''): Problem {
  const [issue] = error.issues;
  return new Problem(
    'invalid_request',
    `${at}${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'is not valid'}`,
  );
}

/** For socket.io, which hands it to whoever wanted to connect. */
export function connectionRefusal(error: unknown): Error {
  const problem = toProblem(error);
  return Object.assign(new Error(problem.message), { data: { code: problem.code, detail: problem.message } });
}

function refused(event: string, error: unknown, logger: Logger): AgentError {
  const problem = toProblem(error);
  if (problem.code === 'internal') logger.error({ err: error, event }, 'A message on a socket failed');
  return { error: { code: problem.code, detail: problem.message } };
}

function ignore(): void {
  // The sender did not ask for an answer.
}
