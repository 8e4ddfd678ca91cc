export {
  changeTokenSchema,
  createdTokenSchema,
  createTokenSchema,
  MAX_TOKENS,
  rotatedTokenSchema,
  rotateTokenSchema,
  tokenParamsSchema,
  tokenSchema,
} from './access/token.js';
export type {
  ChangeToken,
  CreatedTokenBody,
  CreateToken,
  RotatedTokenBody,
  RotateToken,
  TokenBody,
} from './access/token.js';
export { roleSchema } from './access/role.js';
export type { Role } from './access/role.js';
export { EXTRA_PERMISSIONS, isReading, PERMISSIONS, roleGrants } from './access/permission.js';
export type { Permission } from './access/permission.js';
export { grantSchema, MAX_GRANTS } from './access/grant.js';
export type { Grant } from './access/grant.js';
export {
  grantedEnvironments,
  grantedServices,
  grantsAllow,
  grantsInclude,
  mayGive,
} from './access/grants-allow.js';
export type { Touched } from './access/grants-allow.js';
export {
  acceptedInvitationSchema,
  acceptInvitationSchema,
  createdInvitationSchema,
  createInvitationSchema,
  invitationParamsSchema,
  invitationSchema,
  MAX_OPEN_INVITATIONS,
} from './access/invitation.js';
export type {
  AcceptedInvitationBody,
  AcceptInvitation,
  CreatedInvitationBody,
  CreateInvitation,
  InvitationBody,
} from './access/invitation.js';
export {
  changePasswordSchema,
  chooseWorkspaceSchema,
  sessionParamsSchema,
  sessionSchema,
  sessionStateSchema,
  signInSchema,
} from './access/session.js';
export type {
  ChangePassword,
  ChooseWorkspace,
  SessionBody,
  SessionStateBody,
  SignIn,
} from './access/session.js';
export { CSRF_HEADER, SESSION_COOKIE } from './access/session-names.js';
export {
  changeUserSchema,
  createdPasswordResetSchema,
  emailSchema,
  MAX_MEMBERS,
  MAX_PASSWORD_LENGTH,
  MIN_PASSWORD_LENGTH,
  newPasswordSchema,
  usePasswordResetSchema,
  userParamsSchema,
  userSchema,
} from './access/user.js';
export type { ChangeUser, CreatedPasswordResetBody, UsePasswordReset, UserBody } from './access/user.js';
export {
  changeWorkspaceSchema,
  createdWorkspaceSchema,
  createWorkspaceSchema,
  MAX_CREATED_WORKSPACES,
  MAX_MEMBERSHIPS,
  workspaceParamsSchema,
  workspaceSchema,
} from './access/workspace.js';
export type {
  ChangeWorkspace,
  CreatedWorkspaceBody,
  CreateWorkspace,
  WorkspaceBody,
} from './access/workspace.js';
export { isPermission, ROUTE_NEEDS, SCOPED_BY_FEATURE, SOCKET_NEEDS } from './access/access-table.js';
export type { Need } from './access/access-table.js';
export {
  agentHandshakeSchema,
  agentInstanceSchema,
  AGENTS_NAMESPACE,
  appliedSchema,
  breakerPushSchema,
  callBucketSchema,
  callsReportSchema,
  configPushSchema,
  goawaySchema,
  haveSchema,
  healthReportSchema,
  HEARTBEAT_MS,
  leaseRequestSchema,
  MAX_AGENT_MESSAGE_BYTES,
} from './agents/agent-protocol.js';
export type {
  Acknowledge,
  AgentError,
  AgentHandshake,
  AgentInstance,
  AgentToServerEvents,
  Applied,
  BreakerPush,
  CallBucketReport,
  CallsReport,
  ConfigPush,
  Goaway,
  Have,
  HealthAnswer,
  HealthReport,
  LeaseAnswer,
  LeaseRequest,
  ServerToAgentEvents,
} from './agents/agent-protocol.js';
export {
  breakerParamsSchema,
  breakerPolicySchema,
  breakerSchema,
  breakerStateSchema,
  circuitStateSchema,
  forceBreakerSchema,
  forcedStateNameSchema,
  MAX_BREAKERS,
  putBreakerSchema,
} from './breakers/breaker.js';
export type { BreakerBody, BreakerParams, ForceBreaker, PutBreaker } from './breakers/breaker.js';
export { MAX_PREVIEWED_CHANGES, previewContentSchema, previewSchema } from './configs/preview.js';
export type { GateBody, PreviewBody, PreviewContent, PreviewedChangeBody } from './configs/preview.js';
export {
  confirmSchema,
  contentFormatSchema,
  documentSchema,
  documentVersionSchema,
  layerParamsSchema,
  layerVersionParamsSchema,
  MAX_DOCUMENT_BYTES,
  publishedSchema,
  publishVersionSchema,
  rollbackSchema,
  validateContentSchema,
  validationSchema,
} from './configs/document.js';
export type {
  DocumentBody,
  DocumentVersionBody,
  LayerParams,
  PublishedBody,
  PublishVersion,
  Rollback,
  ValidateContent,
  ValidationBody,
} from './configs/document.js';
export {
  configQuerySchema,
  effectiveConfigSchema,
  leafOriginSchema,
  MAX_WAIT_SECONDS,
  revisionParamsSchema,
  revisionSchema,
  revisionWithContentSchema,
} from './configs/effective-config.js';
export type {
  ConfigQuery,
  ConfigTextFormat,
  EffectiveConfigBody,
  LeafOriginBody,
  RevisionBody,
} from './configs/effective-config.js';
export {
  draftSchema,
  draftSummarySchema,
  endedDraftParamsSchema,
  endedDraftSchema,
  endedDraftWithSourceSchema,
  listDraftsQuerySchema,
  MAX_CONTRIBUTORS,
  publishDraftSchema,
  saveDraftSchema,
} from './configs/draft.js';
export type {
  DraftBody,
  DraftSummaryBody,
  EndedDraftBody,
  EndedDraftParams,
  EndedDraftWithSourceBody,
  ListDraftsQuery,
  PublishDraft,
  SaveDraft,
} from './configs/draft.js';
export {
  changeCountsSchema,
  contentDiffSchema,
  describedChangeSchema,
  diffQuerySchema,
  diffSideSchema,
  documentDiffSchema,
  patchOperationSchema,
} from './configs/document-diff.js';
export type {
  ChangeCountsBody,
  ContentDiffBody,
  DescribedChangeBody,
  DiffQuery,
  DiffSide,
  DocumentDiffBody,
} from './configs/document-diff.js';
export {
  documentTagNameSchema,
  documentTagSchema,
  MAX_DOCUMENT_TAGS,
  putTagSchema,
  tagParamsSchema,
} from './configs/document-tag.js';
export type { DocumentTagBody, PutTag, TagParams } from './configs/document-tag.js';
export {
  changeSetSchema,
  documentChangeSchema,
  MAX_CHANGE_SET_DOCUMENTS,
  publishChangeSetSchema,
} from './configs/change-set.js';
export type { ChangeSetBody, PublishChangeSet } from './configs/change-set.js';
export { plannedPromotionSchema, promoteSchema } from './configs/promotion.js';
export type { PlannedPromotionBody, Promote } from './configs/promotion.js';
export { formatWorkspacePath, parseWorkspacePath } from './configs/workspace-path.js';
export type { WorkspacePath } from './configs/workspace-path.js';
export {
  ENVIRONMENTS_FILE,
  environmentsFileSchema,
  exportEndSchema,
  importedSchema,
  importWorkspaceSchema,
  MAX_EXPORTED_FILES,
  MAX_IMPORT_BODY_BYTES,
  MAX_IMPORTED_FILES,
  serviceFileSchema,
  workspaceFileSchema,
} from './configs/workspace-files.js';
export type {
  EnvironmentsFile,
  ExportEnd,
  ImportedBody,
  ImportedFile,
  ImportWorkspace,
  ServiceFile,
  WorkspaceFileBody,
} from './configs/workspace-files.js';
export { jsonObjectSchema } from './configs/json.js';
export {
  changeEnvironmentSchema,
  createEnvironmentSchema,
  environmentSchema,
  MAX_ENVIRONMENTS,
} from './environments/environment.js';
export type { ChangeEnvironment, CreateEnvironment, EnvironmentBody } from './environments/environment.js';
export {
  checkSchema,
  instanceCountsSchema,
  instanceSchema,
  lifecycleSchema,
  MAX_CHECKS,
  overviewQuerySchema,
  overviewSchema,
  serviceHealthSchema,
  statusSchema,
  statusTransitionSchema,
} from './health/health.js';
export type {
  CheckBody,
  InstanceBody,
  OverviewBody,
  ServiceHealthBody,
  StatusTransitionBody,
} from './health/health.js';
export {
  changedSchema,
  CONSOLE_NAMESPACE,
  consoleHandshakeSchema,
  editingSchema,
  editorsSchema,
  instancesProgressSchema,
  MAX_EDITED_DOCUMENTS,
  MAX_NAMED_REJECTIONS,
  MAX_WATCHED_TOPICS,
  watchSchema,
} from './console/console-protocol.js';
export type {
  Changed,
  ConsoleHandshake,
  ConsoleToServerEvents,
  Editing,
  Editors,
  InstancesProgress,
  ServerToConsoleEvents,
  Watch,
  WatchAnswer,
} from './console/console-protocol.js';
export {
  consoleTopicSchema,
  formatTopic,
  parseTopic,
  TOPIC_NEEDS,
  touchedByDocument,
  touchedByTopic,
} from './console/console-topic.js';
export type { ConsoleTopic } from './console/console-topic.js';
export { DEFAULT_PAGE_SIZE, MAX_PAGE_SIZE, pageOf, pageQuerySchema, pageQueryShape } from './lists/page.js';
export type { PageQuery } from './lists/page.js';
export {
  BREAKER_NAME_PATTERN,
  NAME_PATTERN,
  breakerNameSchema,
  environmentNameSchema,
  environmentParamsSchema,
  nameSchema,
  nothingSchema,
  pairParamsSchema,
  serviceParamsSchema,
} from './names.js';
export type { Nothing, PairParams } from './names.js';
export { fieldErrorSchema, Problem, problemSchema } from './problems/problem.js';
export type { FieldError, ProblemBody } from './problems/problem.js';
export { PROBLEMS } from './problems/problem-codes.js';
export type { ProblemCode } from './problems/problem-codes.js';
export {
  approvalParamsSchema,
  approvalSchema,
  approvalWithChangesSchema,
  approveSchema,
  decideWithReasonSchema,
  listApprovalsQuerySchema,
  rejectedApprovalSchema,
} from './rollouts/approval.js';
export type {
  ApprovalBody,
  ApprovalWithChangesBody,
  Approve,
  DecideWithReason,
  ListApprovalsQuery,
  RejectedApprovalBody,
} from './rollouts/approval.js';
export {
  configSchemaSchema,
  putSchemaQuerySchema,
  schemaBreakSchema,
  schemaCheckSchema,
  schemaVersionParamsSchema,
  schemaVersionSchema,
} from './schemas/config-schema.js';
export type {
  ConfigSchemaBody,
  SchemaBreakBody,
  SchemaCheckBody,
  SchemaVersionBody,
} from './schemas/config-schema.js';
export { MAX_EXCERPT_LENGTH, searchHitSchema, searchQuerySchema } from './search/search.js';
export type { SearchHit, SearchQuery } from './search/search.js';
export {
  changeServiceSchema,
  labelsSchema,
  listServicesQuerySchema,
  registerServiceSchema,
  serviceKindSchema,
  serviceSchema,
} from './services/service.js';
export type { ChangeService, ListServicesQuery, RegisterService, ServiceBody } from './services/service.js';
export {
  auditEntrySchema,
  auditExportEndSchema,
  exportAuditQuerySchema,
  listAuditQuerySchema,
} from './audit/audit-entry.js';
export type {
  AuditEntryBody,
  AuditExportEnd,
  ExportAuditQuery,
  ListAuditQuery,
} from './audit/audit-entry.js';
export {
  MAX_SECRET_BYTES,
  putSecretAnswerSchema,
  putSecretSchema,
  revealedSecretSchema,
  revealSecretSchema,
  secretParamsSchema,
  secretSchema,
  secretVersionSchema,
  type PutSecret,
  type PutSecretAnswerBody,
  type RevealedSecretBody,
  type RevealSecret,
  type SecretBody,
  type SecretParams,
  type SecretVersionBody,
} from './secrets/secret.js';
