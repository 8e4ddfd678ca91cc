export {
  createdTokenSchema,
  createTokenSchema,
  roleSchema,
  tokenParamsSchema,
  tokenSchema,
} from './access/token.js';
export type { CreatedTokenBody, CreateToken, Role, TokenBody } from './access/token.js';
export { PERMISSIONS, roleGrants } from './access/permission.js';
export type { Permission } from './access/permission.js';
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
export {
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
  MAX_WAIT_SECONDS,
  revisionParamsSchema,
  revisionSchema,
  revisionWithContentSchema,
} from './configs/effective-config.js';
export type { ConfigQuery, EffectiveConfigBody, RevisionBody } from './configs/effective-config.js';
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
export { DEFAULT_PAGE_SIZE, MAX_PAGE_SIZE, pageOf, pageQuerySchema, pageQueryShape } from './lists/page.js';
export type { PageQuery } from './lists/page.js';
export {
  BREAKER_NAME_PATTERN,
  breakerNameSchema,
  environmentNameSchema,
  environmentParamsSchema,
  NAME_PATTERN,
  nameSchema,
  pairParamsSchema,
  serviceParamsSchema,
} from './names.js';
export type { PairParams } from './names.js';
export { fieldErrorSchema, Problem, problemSchema } from './problems/problem.js';
export type { FieldError, ProblemBody } from './problems/problem.js';
export { PROBLEMS } from './problems/problem-codes.js';
export type { ProblemCode } from './problems/problem-codes.js';
export {
  configSchemaSchema,
  putSchemaQuerySchema,
  schemaVersionParamsSchema,
  schemaVersionSchema,
} from './schemas/config-schema.js';
export type { ConfigSchemaBody, SchemaVersionBody } from './schemas/config-schema.js';
export {
  changeServiceSchema,
  labelsSchema,
  listServicesQuerySchema,
  registerServiceSchema,
  serviceKindSchema,
  serviceSchema,
} from './services/service.js';
export type { ChangeService, ListServicesQuery, RegisterService, ServiceBody } from './services/service.js';
