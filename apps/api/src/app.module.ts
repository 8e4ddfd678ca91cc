import { type DynamicModule, Module } from '@nestjs/common';
import { AccessModule } from './access/access.module.js';
import { AgentsModule } from './agents/agents.module.js';
import { AuditModule } from './audit/audit.module.js';
import { BreakersModule } from './breakers/breakers.module.js';
import { ChangeSetsModule } from './change-sets/change-sets.module.js';
import { ChangesModule } from './changes/changes.module.js';
import { ConfigsModule } from './configs/configs.module.js';
import { ConsoleModule } from './console/console.module.js';
import { ENVIRONMENT, type Environment } from './environment.js';
import { EnvironmentsModule } from './environments/environments.module.js';
import { HealthModule } from './health/health.module.js';
import { LifecycleModule } from './lifecycle/lifecycle.module.js';
import { LimitsModule } from './limits/limits.module.js';
import { RolloutsModule } from './rollouts/rollouts.module.js';
import { SchemasModule } from './schemas/schemas.module.js';
import { SearchModule } from './search/search.module.js';
import { SecretsModule } from './secrets/secrets.module.js';
import { ServicesModule } from './services/services.module.js';
import { StorageModule } from './storage.module.js';
import { WorkspaceFilesModule } from './workspace-files/workspace-files.module.js';

const FEATURES = [
  LifecycleModule,
  StorageModule,
  LimitsModule,
  ChangesModule,
  ServicesModule,
  SchemasModule,
  ConfigsModule,
  ChangeSetsModule,
  WorkspaceFilesModule,
  SearchModule,
  SecretsModule,
  EnvironmentsModule,
  RolloutsModule,
  HealthModule,
  BreakersModule,
  AgentsModule,
  ConsoleModule,
  AccessModule,
  AuditModule,
];

@Module({})
export class AppModule {
  static with(environment: Environment): DynamicModule {
    const provided = { provide: ENVIRONMENT, useValue: environment };
    return {
      module: AppModule,
      global: true,
      imports: FEATURES,
      providers: [provided],
      exports: [ENVIRONMENT],
    };
  }
}
