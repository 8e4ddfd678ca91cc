import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Logger } from 'pino';
import { HealthRecorder } from '@binnacle/store';
import { AppModule } from './app.module.js';
import type { Environment } from './environment.js';
import { drainWorkers } from './lifecycle/drain-workers.js';
import { Drain } from './lifecycle/drain.js';
import { JobSchedule } from './lifecycle/job-schedule.js';
import { NestLogger } from './lifecycle/nest-logger.js';
import { DATABASE, QUEUE_CONNECTION, REDIS } from './storage.module.js';

/** Kept of the time for stopping, to hand jobs back and to close connections; a quarter when there is little. */
const CLOSING_MS = 4_000;

/** The worker as a whole: what `main` starts and stops. */
export interface Application {
  start(): Promise<void>;
  /** In order: unready, no more jobs, running jobs finished or handed back, transitions written, connections closed. */
  stop(): Promise<void>;
}

export async function createApplication(environment: Environment, logger: Logger): Promise<Application> {
  const nest = await NestFactory.create<NestFastifyApplication>(AppModule.with(environment), new FastifyAdapter(), {
    logger: new NestLogger(logger),
    bufferLogs: false,
    abortOnError: false,
  });
  const { port, host, shutdownTimeoutMs } = environment;
  return {
    async start() {
      await nest.listen(port, host);
      logger.info({ port }, 'The worker listens');
    },
    async stop() {
      const drain = nest.get(Drain);
      drain.begin();
      nest.get(JobSchedule).stop();
      const abortAfterMs = shutdownTimeoutMs - Math.min(CLOSING_MS, shutdownTimeoutMs / 4);
      if (await drainWorkers(drain.workers, abortAfterMs)) logger.warn('Jobs that ran too long went back to the queue');
      await nest.get(HealthRecorder).close();
      await nest.close();
      for (const connection of [REDIS, QUEUE_CONNECTION]) nest.get<{ disconnect(): void }>(connection).disconnect();
      await nest.get<{ close(): Promise<void> }>(DATABASE).close();
    },
  };
}
