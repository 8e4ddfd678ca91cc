import { Logger, Module } from '@nestjs/common';
import {
  BreakerStore,
  type Database,
  HealthRecorder,
  HealthStore,
  StatusTransitionStore,
} from '@binnacle/store';
import { OncePerOutage } from '@binnacle/runtime';
import { DATABASE } from '../storage.module.js';
import { HealthController } from './health.controller.js';
import { HealthInbox } from './health-inbox.js';
import { HealthService } from './health.service.js';
import { OPEN_BREAKERS, type OpenBreakers } from './open-breakers.js';

function recorder(health: HealthStore, transitions: StatusTransitionStore): HealthRecorder {
  const logger = new Logger(HealthRecorder.name);
  const outage = new OncePerOutage(logger, 'Status transitions cannot be written; they wait');
  return new HealthRecorder({
    health,
    transitions,
    onError: (error) => outage.failed(error),
    onWritten: () => outage.succeeded(),
    onGivenUp: (count) =>
      logger.error(`${count} status transitions were given up: the database was away too long`),
  });
}

function openBreakers(database: Database): OpenBreakers {
  const breakers = new BreakerStore(database);
  return {
    countOpen: (workspaceId, environment, services) =>
      breakers.countOpen(workspaceId, environment, services, Date.now()),
  };
}

@Module({
  controllers: [HealthController],
  providers: [
    {
      provide: StatusTransitionStore,
      useFactory: (database: Database) => new StatusTransitionStore(database),
      inject: [DATABASE],
    },
    { provide: HealthRecorder, useFactory: recorder, inject: [HealthStore, StatusTransitionStore] },
    { provide: OPEN_BREAKERS, useFactory: openBreakers, inject: [DATABASE] },
    HealthService,
    HealthInbox,
  ],
  exports: [HealthInbox],
})
export class HealthModule {}
