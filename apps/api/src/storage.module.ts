import { Global, Logger, Module } from '@nestjs/common';
import {
  ApprovalStore,
  AuditStore,
  ConfigTreeStore,
  CredentialHolderStore,
  type Database,
  DataKeyStore,
  DocumentStore,
  DocumentTagStore,
  DraftStore,
  EnvironmentStore,
  HealthStore,
  InvitationStore,
  MemberStore,
  openDatabase,
  openRedis,
  PasswordResetStore,
  readKeyRing,
  type Redis,
  RevisionStore,
  SchemaStore,
  SearchStore,
  SecretStore,
  ServiceStore,
  SessionStore,
  TokenStore,
  UserStore,
  WorkspaceContentStore,
  WorkspaceStore,
} from '@binnacle/store';
import { OncePerOutage } from '@binnacle/runtime';
import { ENVIRONMENT, type Environment } from './environment.js';

export const DATABASE = Symbol('database');
export const REDIS = Symbol('redis');

const REDIS_COMMAND_TIMEOUT_MS = 2_000;

const logger = new Logger('Storage');

function database(environment: Environment): Database {
  return openDatabase({
    connectionString: environment.databaseUrl,
    poolSize: environment.databasePool,
    statementTimeoutMs: environment.databaseTimeoutMs,
    acquireTimeoutMs: Math.min(environment.databaseTimeoutMs, 5_000),
    applicationName: 'binnacle-api',
    onError: (error) => logger.warn({ err: error }, 'An idle database connection broke'),
  });
}

function redis(environment: Environment): Redis {
  const outage = new OncePerOutage(logger, 'Redis cannot be reached');
  const connection = openRedis({
    url: environment.redisUrl,
    commandTimeoutMs: REDIS_COMMAND_TIMEOUT_MS,
    connectionName: 'binnacle-api',
    onError: (error) => outage.failed(error),
  });
  connection.on('ready', () => outage.succeeded());
  return connection;
}

function secretStore(opened: Database, environment: Environment): SecretStore {
  return new SecretStore(opened, new DataKeyStore(readKeyRing(environment.secretsKey)));
}

const fromDatabase = [
  ApprovalStore,
  AuditStore,
  CredentialHolderStore,
  ServiceStore,
  EnvironmentStore,
  TokenStore,
  SchemaStore,
  DocumentStore,
  DocumentTagStore,
  DraftStore,
  RevisionStore,
  ConfigTreeStore,
  InvitationStore,
  MemberStore,
  PasswordResetStore,
  SearchStore,
  SessionStore,
  UserStore,
  WorkspaceContentStore,
  WorkspaceStore,
];

/** The connections and stores that features share. */
@Global()
@Module({
  providers: [
    { provide: DATABASE, useFactory: database, inject: [ENVIRONMENT] },
    { provide: REDIS, useFactory: redis, inject: [ENVIRONMENT] },
    { provide: HealthStore, useFactory: (opened: Redis) => new HealthStore(opened), inject: [REDIS] },
    { provide: SecretStore, useFactory: secretStore, inject: [DATABASE, ENVIRONMENT] },
    ...fromDatabase.map((Store) => ({
      provide: Store,
      useFactory: (opened: Database) => new Store(opened),
      inject: [DATABASE],
    })),
  ],
  exports: [DATABASE, REDIS, HealthStore, SecretStore, ...fromDatabase],
})
export class StorageModule {}
