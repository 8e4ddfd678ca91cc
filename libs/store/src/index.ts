export { auditAccount, auditAs } from './access/account-audit.js';
export { InvitationStore, type InvitationRecord } from './access/invitation-store.js';
export {
  MemberStore,
  type MemberRecord,
  type MembershipRecord,
  type StoredGrant,
} from './access/member-store.js';
export { PasswordResetStore, type OpenPasswordReset } from './access/password-reset-store.js';
export {
  SessionStore,
  type EndedSession,
  type OpenSession,
  type SessionRecord,
} from './access/session-store.js';
export { UserStore, type UserRecord } from './access/user-store.js';
export { WorkspaceStore, type WorkspaceRecord } from './access/workspace-store.js';
export { TokenStore, type NewToken, type TokenRecord, type TokenScope } from './access/token-store.js';
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
export { type Change, type Notice } from './changes/change.js';
export { openChangeFeed, type ChangeFeed } from './changes/change-feed.js';
export { openWakeChannel, type WakeChannel } from './changes/wake-channel.js';
export { type AffectedService, type ConfigTree, type CurrentDocument } from './configs/config-tree.js';
export {
  ConfigTreeStore,
  type Contributor,
  type NewDocumentVersion,
  type NewRevision,
} from './configs/config-tree-store.js';
export { EditorStore, type EditedDocument, type Editor } from './console/editor-store.js';
export {
  DocumentStore,
  type DocumentVersionRecord,
  type DocumentVersionWithContent,
} from './configs/document-store.js';
export { DocumentTagStore, type DocumentTagRecord, type TagStanding } from './configs/document-tag-store.js';
export {
  DraftStore,
  type DocumentPlace,
  type DraftContent,
  type DraftFilter,
  type DraftPlace,
  type DraftRecord,
  type DraftSummary,
  type EndedDraftRecord,
  type EndedDraftSummary,
} from './configs/draft-store.js';
export {
  type CurrentConfig,
  RevisionStore,
  type PinnedDocuments,
  type ReleasedConfig,
  type RevisionRecord,
  type RevisionWithContent,
} from './configs/revision-store.js';
export {
  ApprovalStore,
  type ApprovalAuthor,
  type ApprovalFilter,
  type ApprovalRecord,
  type ApprovalScope,
  type ApprovalWithAuthors,
  type LockedApproval,
  type NewApproval,
} from './rollouts/approval-store.js';
export { openDatabase, type Database, type DatabaseOptions, type Scope } from './database.js';
export { isDatabaseUnavailable, isUniqueViolation } from './database-errors.js';
export { EnvironmentStore, type EnvironmentRecord } from './environments/environment-store.js';
export {
  IdempotencyMismatch,
  RunAgain,
  runInstallationMutation,
  runMutation,
  runSqlMutation,
  type SqlMutation,
  type Actor,
  type AuditRecord,
  type Mutation,
  type MutationResult,
} from './mutation.js';
export { InvalidCursor, type Page, type PageRequest } from './paging.js';
export { pairKey, type Pair } from './pair.js';
export { openRedis, type Redis, type RedisOptions } from './redis.js';
export {
  SearchStore,
  type ListedPlace,
  type SearchedContent,
  type SearchScope,
} from './search/search-store.js';
export { type VisiblePart } from './visible-part.js';
export {
  WorkspaceContentStore,
  type ContentBounds,
  type ContentDocument,
  type ContentScope,
  type DocumentFingerprint,
  type ServiceDescription,
  type WorkspaceContent,
} from './workspace-files/workspace-content-store.js';
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
  type FleetProgress,
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
export {
  ConfigRetentionStore,
  type PrunedCounts,
  type RetentionRules,
} from './configs/config-retention-store.js';
export { RetentionStore } from './changes/retention-store.js';
export { type AuditFilter, type AuditScope } from './audit/audit-query.js';
export { AuditStore, type AuditEntryRecord } from './audit/audit-store.js';
export { CredentialHolderStore, type CredentialHolder } from './audit/credential-holder-store.js';
export { verifyAudit, type VerifiedWorkspace, type VerifyAuditOptions } from './audit/verify-audit.js';
export { DataKeyGone, DataKeyStore } from './secrets/data-key-store.js';
export { KeyRing, KeyRingError, readKeyRing, WrappingKeyMissing } from './secrets/key-ring.js';
export { SealBroken } from './secrets/sealed-box.js';
export { findUnopenedWrappingKeys } from './secrets/unopened-wrapping-keys.js';
export {
  SecretStore,
  type SealedSecret,
  type SecretRecord,
  type SecretVersionRecord,
} from './secrets/secret-store.js';
