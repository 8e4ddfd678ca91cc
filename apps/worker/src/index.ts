export { drainWorkers, type DrainableWorker } from './lifecycle/drain-workers.js';
export { handBackOnAbort } from './lifecycle/hand-back.js';
export { stopInOrder, type StopInOrderOptions } from './lifecycle/stop-in-order.js';
