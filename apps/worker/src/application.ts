import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Logger } from 'pino';
import { NestLogger } from '@binnacle/runtime';
import { type Database, HealthRecorder, type Redis } from '@binnacle/store';
import { AppModule } from './app.module.js';
import type { Environment } from './environment.js';
import { type DrainOptions, drainWorkers } from './lifecycle/drain-workers.js';
import { Drain } from './lifecycle/drain.js';
import { DATABASE, QUEUE_CONNECTION, REDIS } from './storage.module.js';

/** Kept of the time for stopping, to hand jobs back and then to close connections; less when there is little. */
const HAND_BACK_MS = 2_500;
const CLOSING_MS = 1_500;

/** The worker as a whole: what `main` starts and stops. */
export interface Application {
  start(): Promise<void>;
  /** In order: unready, no more jobs, running jobs finished or handed back, transitions written, connections closed. */
  stop(): Promise<void>;
}

export async function createApplication(environment: Environment, logger: Logger): Promise<Application> {
  const nest = await NestFactory.create<NestFastifyApplication>(
    AppModule.with(environment),
    new FastifyAdapter(),
    {
      logger: new NestLogger(logger),
      bufferLogs: false,
      abortOnError: false,
    },
  );
  const { port, host, shutdownTimeoutMs } = environment;
  return {
    async start() {
      await nest.listen(port, host);
      logger.info({ port }, 'The worker listens');
    },
    async stop() {
      const drain = nest.get(Drain);
      drain.begin();
      const queues = nest.get<Redis>(QUEUE_CONNECTION);
      const outcome = await drainWorkers(
        drain.workers,
        drainTimes(shutdownTimeoutMs, queues.status === 'ready'),
      );
      logger.info({ outcome }, 'No jobs run any more');
      await nest.get(HealthRecorder).close();
      // Nest would wait for those workers, too; they end with the process
      if (outcome !== 'given up') await nest.close();
      for (const connection of [nest.get<Redis>(REDIS), queues]) connection.disconnect();
      await nest.get<Database>(DATABASE).close();
    },
  };
}

/** Without Redis nothing can be noted of a job, so there is nothing to wait for: it runs again when Redis is back. */
function drainTimes(shutdownTimeoutMs: number, isRedisThere: boolean): DrainOptions {
  const abortAfterMs = isRedisThere
    ? Math.max(shutdownTimeoutMs - HAND_BACK_MS - CLOSING_MS, shutdownTimeoutMs / 2)
    : 0;
  return { abortAfterMs, giveUpAfterMs: Math.min(abortAfterMs + HAND_BACK_MS, shutdownTimeoutMs * 0.9) };
}
