export {
  drainWorkers,
  type DrainableWorker,
  type DrainOptions,
  type DrainOutcome,
} from './lifecycle/drain-workers.js';
export { handBackOnAbort } from './lifecycle/hand-back.js';
