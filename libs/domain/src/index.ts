export {
  AuditChainCheck,
  EMPTY_CHAIN,
  type AuditBreak,
  type AuditBreakKind,
  type AuditHead,
  type ChainedAuditEntry,
} from './audit/audit-chain-check.js';
export { auditEntryHash, type HashedAuditEntry } from './audit/audit-entry-hash.js';
export {
  BREAKER_POLICY_BOUNDS,
  DEFAULT_BREAKER_POLICY,
  localPolicy,
  type BreakerPolicy,
  type PolicyBound,
} from './breakers/breaker-policy.js';
export { type RandomSource } from './breakers/back-off.js';
export { type CallBucket, type CallReport, type CallWindow } from './breakers/call-window.js';
export {
  dueAtMs,
  initialCircuit,
  recordCalls,
  sameState,
  tick,
  type Circuit,
  type ClosedCircuit,
  type HalfOpenCircuit,
  type OpenCircuit,
  type Trial,
} from './breakers/circuit.js';
export {
  BREAKER_STATES,
  effectiveState,
  permitsCall,
  type BreakerState,
  type ForcedState,
} from './breakers/forced-state.js';
export {
  acquireTrial,
  reportTrial,
  type TrialGrant,
  type TrialOutcome,
  type TrialRequest,
} from './breakers/trial-calls.js';
export { describeTrip, type Trip } from './breakers/trip.js';
export {
  countedAs,
  countInstances,
  INSTANCE_STATES,
  type InstanceCounts,
  type InstanceState,
} from './health/instance-counts.js';
export { foldInstanceStatus } from './health/instance-status.js';
export {
  DEFAULT_SERVICE_THRESHOLDS,
  foldServiceStatus,
  type ServiceThresholds,
} from './health/service-status.js';
export { LIFECYCLES, STATUSES, type Check, type Lifecycle, type Status } from './health/status.js';
export {
  APPROVAL_STATES,
  decideRelease,
  refuseApproval,
  REVISION_STATES,
  revisionState,
  type ApprovalRefusal,
  type ApprovalState,
  type ReleaseDecision,
  type RevisionState,
} from './rollouts/approval.js';
export {
  BASE_LAYER,
  collectLayers,
  findIncludeProblem,
  MAX_INCLUDE_DEPTH,
  type ConfigLayer,
  type ConfigSource,
} from './configs/config-layers.js';
export {
  planRevisions,
  type ConfigHead,
  type DocumentPins,
  type HeadRelease,
  type PlanInput,
  type PlannedRevision,
  type SecretPins,
} from './configs/plan-revisions.js';
export {
  auditDiff,
  DEFAULT_AUDIT_DIFF_BOUNDS,
  type AuditDiff,
  type AuditDiffBounds,
  type OmittedChange,
} from './configs/audit-diff.js';
export { canonicalJson } from './configs/canonical-json.js';
export { contentHash } from './configs/content-hash.js';
export {
  checkContentLimits,
  DEFAULT_CONTENT_LIMITS,
  NEW_CONTENT_LIMITS,
  type ContentError,
  type ContentLimits,
} from './configs/content-limits.js';
export { explainLayers, mergeLayers, type Layer } from './configs/effective-config.js';
export { findJsonTextError } from './configs/find-json-text-error.js';
export { isJsonObject, type Json, type JsonObject } from './configs/json.js';
export { textPlace, type TextPlace } from './configs/text-position.js';
export { compareContents, type ContentComparison } from './configs/compare-contents.js';
export { countChanges, countLeaves, type ChangeCounts } from './configs/count-changes.js';
export {
  DEFAULT_DESCRIBE_BOUNDS,
  describeChanges,
  type DescribeBounds,
  type DescribedChange,
  type DescribedChanges,
} from './configs/describe-changes.js';
export { diffJson, type JsonChange } from './configs/json-diff.js';
export {
  describeGate,
  findPublishGates,
  type ContentSize,
  type PublishGate,
} from './configs/publish-gates.js';
export {
  composeConfig,
  measureChange,
  recomposeConfig,
  type ComposedConfig,
  type ContentChange,
  type RecomposedConfig,
} from './configs/compose-config.js';
export {
  explainOrigins,
  TooMuchToExplain,
  type ExplainedLayer,
  type HiddenValue,
  type LeafOrigin,
} from './configs/leaf-origins.js';
export { mergeThreeWay, type MergeConflict, type MergedThreeWay } from './configs/merge-three-way.js';
export { applyJsonPatch, type JsonPatchOperation, type PatchedJson } from './configs/json-patch.js';
export {
  appendPointer,
  escapePointerToken,
  pointerTokens,
  unescapePointerToken,
  type JsonPointer,
} from './configs/json-pointer.js';
export { type RenderedConfig } from './configs/rendered-text.js';
export { CONFIG_TEXT_FORMATS, renderConfig, type ConfigTextFormat } from './configs/render-config.js';
export { mergePatch } from './configs/merge-patch.js';
export { createMergePatch, type CreatedMergePatch } from './configs/create-merge-patch.js';
export { planPromotion, type PlannedPromotion, type PromotionInput } from './configs/plan-promotion.js';
export {
  findInContent,
  wordsOfSought,
  type FoundPlace,
  type SoughtContent,
} from './search/find-in-content.js';
export { jsonExcerpt, type JsonExcerpt } from './search/json-excerpt.js';
export {
  findSecretReferences,
  MAX_SECRETS_PER_CONFIG,
  replaceReferences,
  SECRET_KEY,
  secretNames,
  type SecretReference,
  type SecretReferences,
} from './secrets/secret-reference.js';
export { SecretValue } from './secrets/secret-value.js';
export { standInForSecrets } from './secrets/stand-in.js';
