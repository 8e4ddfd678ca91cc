import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { PrismaPg } from '@prisma/adapter-pg';
import {
  bindMigrationAwareSqlAdapterFactory,
  ColumnTypeEnum,
  type SqlDriverAdapter,
  type SqlMigrationAwareDriverAdapterFactory,
} from '@prisma/driver-adapter-utils';
import * as bindings from '@prisma/schema-engine-wasm/schema_engine_bg';
import { Pool, type QueryArrayConfig, type QueryArrayResult } from 'pg';
import type { Migration } from './migration-folder.js';

/** Without the DOM library TypeScript does not know it; this is all that is needed here. */
declare const WebAssembly: {
  instantiate(
    bytes: Uint8Array,
    imports: Record<string, unknown>,
  ): Promise<{ instance: { exports: { __wbindgen_start(): void } } }>;
};

const enginePackage = '@prisma/schema-engine-wasm/schema_engine_bg';
const datasourceOnly = 'datasource db {\n  provider = "postgresql"\n}\n';

/** OIDs of pg_type.dat, which PostgreSQL never changes. */
const charOid = 18;
const charArrayOid = 1002;

export const noFilters = { externalTables: [], externalEnums: [] };

/** Prisma's own schema engine, as WebAssembly and over `pg`: no binary and no download. */
export async function withSchemaEngine<Result>(
  connectionString: string,
  use: (engine: bindings.SchemaEngine) => Promise<Result>,
): Promise<Result> {
  await loadEngine();
  // One connection, because the engine holds an advisory lock of its own on the session.
  const pool = new Pool({ connectionString, max: 1, application_name: 'binnacle-migrations' });
  try {
    const engine = await bindings.SchemaEngine.new(
      { datamodels: [['schema.prisma', datasourceOnly]] },
      ignoreEngineLog,
      bindMigrationAwareSqlAdapterFactory(engineAdapter(pool)),
    );
    try {
      return await use(engine);
    } finally {
      engine.free();
    }
  } finally {
    await pool.end();
  }
}

export function migrationList(
  migrationsDir: string,
  migrations: readonly Migration[],
): bindings.MigrationList {
  return {
    baseDir: migrationsDir,
    lockfile: { path: 'migration_lock.toml', content: 'provider = "postgresql"\n' },
    shadowDbInitScript: '',
    migrationDirectories: migrations.map(({ name, sql }) => ({
      path: name,
      migrationFile: { path: 'migration.sql', content: { tag: 'ok', value: sql } },
    })),
  };
}

let loading: Promise<void> | undefined;

function loadEngine(): Promise<void> {
  loading ??= instantiateEngine();
  return loading;
}

async function instantiateEngine(): Promise<void> {
  const bindingsPath = createRequire(import.meta.url).resolve(enginePackage);
  const bytes = await readFile(bindingsPath.replace(/\.js$/, '.wasm'));
  const { instance } = await WebAssembly.instantiate(bytes, { './schema_engine_bg.js': engineImports() });
  bindings.__wbg_set_wasm(instance.exports);
  instance.exports.__wbindgen_start();
  // Where the engine looks for its own last words; without it a panic is only a TypeError.
  const panics = globalThis as { PRISMA_WASM_PANIC_REGISTRY?: { set_message(message: string): void } };
  panics.PRISMA_WASM_PANIC_REGISTRY ??= {
    set_message(message) {
      throw new Error(`The schema engine panicked: ${message}`);
    },
  };
}

/** The engine times its lock with a timer of 10 s that it never clears, which would hold back the process's end. */
function engineImports(): Record<string, unknown> {
  const imports: Record<string, unknown> = { ...bindings };
  for (const [name, value] of Object.entries(imports)) {
    if (!name.startsWith('__wbg_setTimeout') || typeof value !== 'function') continue;
    imports[name] = (...args: unknown[]) => {
      const timer: unknown = Reflect.apply(value, undefined, args);
      if (typeof timer === 'object' && timer && 'unref' in timer && typeof timer.unref === 'function')
        timer.unref();
      return timer;
    };
  }
  return imports;
}

/** What the engine logs are the scripts that it runs; what failed comes back as an error. */
function ignoreEngineLog(): void {}

function engineAdapter(pool: Pool): SqlMigrationAwareDriverAdapterFactory {
  const adapterFactory = new PrismaPg(nameCharColumns(pool));
  return {
    provider: adapterFactory.provider,
    adapterName: adapterFactory.adapterName,
    connect: async () => adaptToEngine(await adapterFactory.connect()),
    // The adapter's own shadow database forgets its name when there is a connection string, and is the real one.
    connectToShadowDb: () => Promise.reject(new Error('Migrations are compared in a scratch database')),
  };
}

function adaptToEngine(adapter: SqlDriverAdapter): SqlDriverAdapter {
  const queryRaw = adapter.queryRaw.bind(adapter);
  return Object.assign(adapter, {
    // The adapter cuts a script at every semicolon, also inside functions, strings and comments, and commits each
    // piece. PostgreSQL itself takes the whole in one transaction when it comes as one message without parameters.
    executeScript: async (script: string) => {
      await adapter.executeRaw({ sql: script, args: [], argTypes: [] });
    },
    queryRaw: async (query: Parameters<typeof queryRaw>[0]) => {
      const result = await queryRaw(query);
      const columnTypes = result.columnTypes.map((columnType) =>
        columnType === ColumnTypeEnum.CharacterArray ? ColumnTypeEnum.Character : columnType,
      );
      return { ...result, columnTypes };
    },
  });
}

/**
 * The engine reads columns of the type "char" from the catalog, and the adapter refuses them. It does accept their
 * array, which the catalog queries never return, so that type carries them past it; `queryRaw` above undoes it.
 */
function nameCharColumns(pool: Pool): Pool {
  const query = pool.query.bind(pool) as (config: QueryArrayConfig) => Promise<QueryArrayResult>;
  const queryNamingChars = async (config: QueryArrayConfig) => {
    const result = await query(config);
    // A script of several statements has a result for each, and nobody reads them.
    if (Array.isArray(result)) return result;
    for (const field of result.fields) {
      if (field.dataTypeID === charOid) field.dataTypeID = charArrayOid;
    }
    return result;
  };
  return Object.assign(pool, { query: queryNamingChars });
}
