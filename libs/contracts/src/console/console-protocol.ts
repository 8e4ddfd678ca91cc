import { z } from 'zod';
import type { Acknowledge, Goaway } from '../agents/agent-protocol.js';
import { nameSchema, timestampSchema } from '../names.js';
import type { ProblemCode } from '../problems/problem-codes.js';
import { consoleTopicSchema } from './console-topic.js';

/** The socket.io namespace of the console: websocket only. */
export const CONSOLE_NAMESPACE = '/console';

export const MAX_WATCHED_TOPICS = 50;
/** Documents that one connection may say it edits. */
export const MAX_EDITED_DOCUMENTS = 10;
/** Of the instances that reject a revision so many are named; the others are counted. */
export const MAX_NAMED_REJECTIONS = 20;

/** `auth` of the handshake. Without a token the cookie of the session counts. */
export const consoleHandshakeSchema = z.object({ token: z.string().min(1).max(256).optional() });
export type ConsoleHandshake = z.infer<typeof consoleHandshakeSchema>;

/** Console to server, `watch`: all that this connection watches from now on, in place of what it watched before. */
export const watchSchema = z.strictObject({ topics: z.array(consoleTopicSchema).max(MAX_WATCHED_TOPICS) });
export type Watch = z.infer<typeof watchSchema>;

/** The answer to `watch`: the topics that are not watched, and why. */
export interface WatchAnswer {
  readonly refused: readonly {
    readonly topic: string;
    readonly code: ProblemCode;
    readonly detail: string;
  }[];
}

/** Console to server, `editing`: whether somebody changes this document here, with something not yet saved or open. */
export const editingSchema = z.strictObject({
  service: nameSchema,
  layer: nameSchema,
  isEditing: z.boolean(),
});
export type Editing = z.infer<typeof editingSchema>;

/** Server to console, `changed`: read again what this topic is about. It may be said more often than it is true. */
export const changedSchema = z.object({ topic: consoleTopicSchema, at: timestampSchema });
export type Changed = z.infer<typeof changedSchema>;

/** Server to console, `editors`: all who edit a document now, with whoever is told among them. */
export const editorsSchema = z.object({
  service: nameSchema,
  layer: nameSchema,
  editors: z.array(
    z.object({ name: z.string().describe('as it stands in the audit'), since: timestampSchema }),
  ),
});
export type Editors = z.infer<typeof editorsSchema>;

const countSchema = z.number().int().min(0);

/** Server to console, `instances`: how far a revision has come. Once when it is watched, then whenever it differs. */
export const instancesProgressSchema = z.object({
  service: nameSchema,
  environment: nameSchema,
  revision: countSchema.nullable().describe('the one that all should run; null while none was released'),
  total: countSchema.describe('instances that are not lost'),
  lost: countSchema,
  revisions: z.record(z.string(), countSchema).describe('revision: how many instances say that they run it'),
  waiting: countSchema.describe('instances that neither run nor reject the revision that they should'),
  rejected: z
    .array(z.object({ id: z.string(), revision: countSchema, reason: z.string() }))
    .max(MAX_NAMED_REJECTIONS),
  rejectedCount: countSchema.describe('all of them, also those that are not named'),
});
export type InstancesProgress = z.infer<typeof instancesProgressSchema>;

/**
 * Server to console. After `goaway` connect again within the time that it names. When the connection is closed, the
 * session may have ended or may do something else now: connect again, and when that is refused, read the session.
 */
export interface ServerToConsoleEvents {
  changed: (message: Changed) => void;
  editors: (message: Editors) => void;
  instances: (message: InstancesProgress) => void;
  goaway: (message: Goaway) => void;
}

export interface ConsoleToServerEvents {
  watch: (message: Watch, acknowledge: Acknowledge<WatchAnswer>) => void;
  editing: (message: Editing, acknowledge: Acknowledge<Record<string, never>>) => void;
}
