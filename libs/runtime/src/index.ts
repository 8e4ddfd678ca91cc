export { isSameSecret } from './same-secret.js';
export { NestLogger } from './nest-logger.js';
export { OncePerOutage, type OutageLog } from './once-per-outage.js';
export { faultOfKeyRing, faultOfSecret } from './secret-strength.js';
export { stopInOrder, type StopInOrderOptions } from './stop-in-order.js';
