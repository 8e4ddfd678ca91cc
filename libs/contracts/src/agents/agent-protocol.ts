import { z } from 'zod';
import { breakerPolicySchema, breakerStateSchema } from '../breakers/breaker.js';
import { jsonObjectSchema } from '../configs/json.js';
import { checkSchema, lifecycleSchema, MAX_CHECKS } from '../health/health.js';
import { breakerNameSchema, nameSchema } from '../names.js';
import type { ProblemCode } from '../problems/problem-codes.js';
import { mendedText, text } from '../text.js';

/** The socket.io namespace of agents: websocket only. */
export const AGENTS_NAMESPACE = '/agents';

/** How often an agent sends `health` unless told otherwise. The server calls it unknown, then lost, after several. */
export const HEARTBEAT_MS = 5_000;
/** The largest message that an agent may send, in bytes. */
export const MAX_AGENT_MESSAGE_BYTES = 131_072;

const revisionNumberSchema = z.number().int().min(1).max(2_147_483_647);
const generationSchema = z.number().int().min(0);
const shortText = text(1, 128);

export const haveSchema = z.object({
  epoch: shortText,
  revision: revisionNumberSchema,
  hash: shortText,
});
export type Have = z.infer<typeof haveSchema>;

export const agentInstanceSchema = z.object({
  id: shortText,
  host: shortText,
  version: shortText,
  zone: shortText.optional(),
  labels: z
    .record(text(0, 63), text(0, 255))
    .refine((labels) => Object.keys(labels).length <= 20, { error: 'at most 20 labels' })
    .optional(),
  sdk: shortText,
});
export type AgentInstance = z.infer<typeof agentInstanceSchema>;

/** `auth` of the socket.io handshake. */
export const agentHandshakeSchema = z.object({
  token: z.string().min(1).max(256),
  service: nameSchema,
  environment: nameSchema,
  instance: agentInstanceSchema,
  have: haveSchema.nullable(),
});
export type AgentHandshake = z.infer<typeof agentHandshakeSchema>;

/**
 * Server to agent, `config`: the newest revision. `content` hashes, as canonical JSON, to `hash`; `secrets` are the plain
 * values of the secrets that it refers to, by name.
 */
export const configPushSchema = z.object({
  epoch: shortText,
  revision: revisionNumberSchema,
  hash: shortText,
  content: jsonObjectSchema,
  secrets: z.record(nameSchema, z.string()).optional(),
});
export type ConfigPush = z.infer<typeof configPushSchema>;

/** Server to agent, `breaker`: the state that the fleet shares. A lower generation than one has seen is old news. */
export const breakerPushSchema = z.object({
  name: breakerNameSchema,
  policy: breakerPolicySchema.optional(),
  state: breakerStateSchema.optional(),
  generation: generationSchema,
  reason: z.string().optional(),
});
export type BreakerPush = z.infer<typeof breakerPushSchema>;

/** Server to agent, `goaway`: connect again (to another process) within this time. */
export const goawaySchema = z.object({ afterMs: z.number().int().min(0) });
export type Goaway = z.infer<typeof goawaySchema>;

/** Agent to server, `applied`: what became of a revision. */
export const appliedSchema = haveSchema.extend({
  outcome: z.enum(['applied', 'rejected']),
  reason: mendedText(1000).optional(),
});
export type Applied = z.infer<typeof appliedSchema>;

/** Agent to server, `health`: the heartbeat. `seq` rises by one with each report of a process. */
export const healthReportSchema = z.object({
  seq: z.number().int().min(0),
  lifecycle: lifecycleSchema,
  checks: z.array(checkSchema).max(MAX_CHECKS),
  have: haveSchema.nullable().optional(),
});
export type HealthReport = z.infer<typeof healthReportSchema>;

/** The answer to `health`: what the instance should run; null when nothing is published. */
export interface HealthAnswer {
  readonly want: { readonly epoch: string; readonly revision: number } | null;
}

const countSchema = z.number().int().min(0).max(10_000_000);

/** Outcomes of one second. Its age is counted on the agent's own clock, so that wall clocks need not agree. */
export const callBucketSchema = z.object({
  ageMs: z
    .number()
    .int()
    .min(0)
    .max(600_000)
    .describe('from the end of the bucket to the sending of this report'),
  calls: countSchema,
  failures: countSchema,
  trailingFailures: countSchema.describe('failures in a row at the end of the bucket'),
});
export type CallBucketReport = z.infer<typeof callBucketSchema>;

export const trialReportSchema = z.object({
  leaseId: shortText,
  outcome: z.enum(['success', 'failure', 'unused']),
});

/** Agent to server, `calls`: outcomes since the last report. `policy` registers a breaker the server does not know. */
export const callsReportSchema = z.object({
  breakers: z
    .array(
      z.object({
        name: breakerNameSchema,
        policy: breakerPolicySchema.optional(),
        buckets: z.array(callBucketSchema).max(120),
        trials: z.array(trialReportSchema).max(100).default([]),
      }),
    )
    .min(1)
    .max(100),
});
export type CallsReport = z.input<typeof callsReportSchema>;

/** Agent to server, `lease`: may I make one trial call in this half-open period? */
export const leaseRequestSchema = z.object({ name: breakerNameSchema, generation: generationSchema });
export type LeaseRequest = z.infer<typeof leaseRequestSchema>;

export type LeaseAnswer =
  | { readonly granted: true; readonly leaseId: string; readonly expiresInMs: number }
  | { readonly granted: false };

/** What an acknowledgement carries instead of its answer when the message was refused. */
export interface AgentError {
  readonly error: { readonly code: ProblemCode; readonly detail: string };
}

export type Acknowledge<Answer> = (answer: Answer | AgentError) => void;

export interface ServerToAgentEvents {
  config: (push: ConfigPush) => void;
  breaker: (push: BreakerPush) => void;
  goaway: (message: Goaway) => void;
}

export interface AgentToServerEvents {
  applied: (message: Applied, acknowledge: Acknowledge<Record<string, never>>) => void;
  health: (report: HealthReport, acknowledge: Acknowledge<HealthAnswer>) => void;
  calls: (report: CallsReport, acknowledge: Acknowledge<Record<string, never>>) => void;
  lease: (request: LeaseRequest, acknowledge: Acknowledge<LeaseAnswer>) => void;
}
