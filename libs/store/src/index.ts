export { TokenStore, type NewToken, type TokenRecord } from './access/token-store.js';
export { visibleGeneration, type BreakerRecord, type ForcedSince } from './breakers/breaker-record.js';
export { BreakerStore } from './breakers/breaker-store.js';
export { laterCircuit, type CircuitRecord } from './breakers/circuit-record.js';
export {
  CircuitContention,
  CircuitStore,
  type CircuitMemory,
  type CircuitUpdate,
  type DecideCircuit,
} from './breakers/circuit-store.js';
export { type Change } from './changes/change.js';
export { openChangeFeed, type ChangeFeed } from './changes/change-feed.js';
export { openWakeChannel, type WakeChannel } from './changes/wake-channel.js';
export {
  ConfigTreeStore,
  type AffectedService,
  type ConfigTree,
  type NewDocumentVersion,
} from './configs/config-tree-store.js';
export {
  DocumentStore,
  type DocumentVersionRecord,
  type DocumentVersionWithContent,
} from './configs/document-store.js';
export { RevisionStore, type ReleasedConfig, type RevisionRecord } from './configs/revision-store.js';
export { openDatabase, type Database, type DatabaseOptions } from './database.js';
export { isDatabaseUnavailable, isUniqueViolation } from './database-errors.js';
export { EnvironmentStore, type EnvironmentRecord } from './environments/environment-store.js';
export {
  IdempotencyMismatch,
  runMutation,
  runSqlMutation,
  type SqlMutation,
  type Actor,
  type Mutation,
  type MutationResult,
} from './mutation.js';
export { InvalidCursor, type Page, type PageRequest } from './paging.js';
export { pairKey, type Pair } from './pair.js';
export { openRedis, type Redis, type RedisOptions } from './redis.js';
export { SchemaStore, type SchemaRecord, type SchemaWithContent } from './schemas/schema-store.js';
export {
  ServiceStore,
  type ServiceChanges,
  type ServiceFilter,
  type ServiceRecord,
} from './services/service-store.js';
export { migrate, type MigrateOptions } from './migrations/migrate.js';
export { defaultMigrationsDir } from './migrations/migration-folder.js';
export { MigrationError } from './migrations/migration-error.js';
export { HealthRecorder, type HealthRecorderOptions } from './health/health-recorder.js';
export {
  DEFAULT_SWEEP_OPTIONS,
  HealthStore,
  type InstanceStanding,
  type InstanceTransition,
  type ReportOutcome,
  type ServiceHealth,
  type ServiceStatusChange,
  type SweepOptions,
  type SweepOutcome,
} from './health/health-store.js';
export { type Summary } from './health/instance-codec.js';
export {
  keepLatest,
  type InstanceIdentity,
  type InstanceRecord,
  type InstanceReport,
  type RejectedRevision,
  type RunningRevision,
} from './health/instance-report.js';
export {
  StatusTransitionStore,
  type NewStatusTransition,
  type StatusTransition,
} from './health/status-transition-store.js';
export { describeReport, describeSilence } from './health/transition-reason.js';
export { openQueueConnection, QUEUE_PREFIX, type QueueConnectionOptions } from './redis.js';
export { RetentionStore } from './changes/retention-store.js';
