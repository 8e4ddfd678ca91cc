export {
  BinnacleModule,
  InjectAgent,
  InjectConfig,
  InjectConfigValue,
  InjectSnapshot,
  type BinnacleModuleAsyncOptions,
  type BinnacleModuleOptions,
  type ConfigValueOptions,
} from './binnacle-module.js';
export { ConfigValue } from './config-value.js';
export { AGENT, CONFIG, configValueToken, SNAPSHOT } from './injection-tokens.js';
