export { NestLogger } from './nest-logger.js';
export { OncePerOutage, type OutageLog } from './once-per-outage.js';
export { stopInOrder, type StopInOrderOptions } from './stop-in-order.js';
