import { BullModule } from '@nestjs/bullmq';
import { type DynamicModule, Module } from '@nestjs/common';
import { QUEUE_PREFIX, type Redis } from '@binnacle/store';
import { ChangesModule } from './changes/changes.module.js';
import { ConfigsModule } from './configs/configs.module.js';
import { ENVIRONMENT, type Environment } from './environment.js';
import { HealthModule } from './health/health.module.js';
import { LifecycleModule } from './lifecycle/lifecycle.module.js';
import { QUEUE_CONNECTION, StorageModule } from './storage.module.js';

const queues = BullModule.forRootAsync({
  useFactory: (connection: Redis) => ({ connection, prefix: QUEUE_PREFIX }),
  inject: [QUEUE_CONNECTION],
});

@Module({})
export class AppModule {
  static with(environment: Environment): DynamicModule {
    const provided = { provide: ENVIRONMENT, useValue: environment };
    return {
      module: AppModule,
      global: true,
      imports: [StorageModule, LifecycleModule, queues, HealthModule, ChangesModule, ConfigsModule],
      providers: [provided],
      exports: [ENVIRONMENT],
    };
  }
}
