export { createAgent, type Agent } from './agent.js';
export { type AgentOptions } from './agent-options.js';
export { type Breaker, type BreakerStateChange, type CallOptions } from './breakers/breaker.js';
export { CircuitOpenError } from './breakers/circuit-open-error.js';
export { type Config, type ConfigStatus } from './configs/config-part.js';
export { type ConfigEvent, type ConfigEventListener } from './configs/config-events.js';
export { type ConfigFileOptions } from './configs/config-file.js';
export { type ConfigLayerName } from './configs/config-layer.js';
export { type ConfigReads } from './configs/config-reads.js';
export { type EnvironmentVariablesOptions } from './configs/environment-variables.js';
export { type Explanation, type HiddenValue } from './configs/explain-key.js';
export { type FormatName } from './configs/formats.js';
export { type KeyOf, type ValueOf } from './configs/key-types.js';
export {
  hasFormat,
  hasLength,
  inRange,
  integer,
  matches,
  oneOf,
  required,
  rule,
  type KeyCheck,
} from './configs/rules.js';
export { conformsTo } from './configs/standard-schema.js';
export { type ConfigChange, type ConfigListener } from './configs/config-watchers.js';
export { type ConfigSnapshot, type Snapshot } from './configs/snapshot.js';
export { type Validator } from './configs/validators.js';
export {
  type CheckDetails,
  type CheckFunction,
  type CheckOptions,
  type CheckResult,
} from './health/health-check.js';
export { type Health, type HealthSummary } from './health/health-part.js';
export { type Lifecycle } from './lifecycle/lifecycle.js';
export { type Logger } from './logger.js';
export { SecretValue } from '@binnacle/domain';
export type { BreakerPolicy, BreakerState, Json, JsonObject } from '@binnacle/domain';
