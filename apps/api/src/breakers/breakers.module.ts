import { Module } from '@nestjs/common';
import { BreakerStore, CircuitStore, type Database, type Redis } from '@binnacle/store';
import { DATABASE, REDIS } from '../storage.module.js';
import { BreakerDesk } from './breaker-desk.js';
import { BreakersController } from './breakers.controller.js';
import { BreakersService } from './breakers.service.js';

@Module({
  controllers: [BreakersController],
  providers: [
    BreakersService,
    BreakerDesk,
    {
      provide: BreakerStore,
      useFactory: (database: Database) => new BreakerStore(database),
      inject: [DATABASE],
    },
    { provide: CircuitStore, useFactory: (redis: Redis) => new CircuitStore(redis), inject: [REDIS] },
  ],
  exports: [BreakerDesk, BreakerStore],
})
export class BreakersModule {}
