import {
  Inject,
  Module,
  Scope,
  type DynamicModule,
  type FactoryProvider,
  type InjectionToken,
  type ModuleMetadata,
  type OptionalFactoryDependency,
} from '@nestjs/common';
import type { StandardSchemaV1 } from '@standard-schema/spec';
import type { AgentOptions } from '../agent-options.js';
import { createAgent, type Agent } from '../agent.js';
import { AgentShutdown } from './agent-shutdown.js';
import { ConfigValue } from './config-value.js';
import { AGENT, CONFIG, configValueToken, SNAPSHOT } from './injection-tokens.js';

export interface BinnacleModuleOptions extends AgentOptions {
  /** How long the start of the application waits for a first configuration. Default 10,000. */
  readonly readyTimeoutMs?: number | undefined;
  /** How long the stop waits for what is still to be sent. Default 5,000. */
  readonly closeTimeoutMs?: number | undefined;
  /** Whether the application's life is told as the instance's: ready when it has started, draining when it stops. Default true. */
  readonly reportsLifecycle?: boolean | undefined;
}

export interface BinnacleModuleAsyncOptions {
  readonly imports?: ModuleMetadata['imports'];
  readonly inject?: readonly (InjectionToken | OptionalFactoryDependency)[];
  // Nest's own type: what is injected is known to whoever writes the factory.
  readonly useFactory: (
    ...injected: Parameters<FactoryProvider['useFactory']>
  ) => BinnacleModuleOptions | Promise<BinnacleModuleOptions>;
}

/** One value of the configuration that a module injects by `@InjectConfigValue(key)`. */
export type ConfigValueOptions =
  | { readonly key: string; readonly fallback?: unknown }
  | { readonly key: string; readonly schema: StandardSchemaV1; readonly fallback?: unknown };

const OPTIONS = Symbol('binnacle.options');

/**
 * One agent for the whole application: it has its first configuration before anything that injects it is made, so before the
 * application listens, and it says goodbye in the shutdown hooks (`app.enableShutdownHooks()`).
 *
 * @example @Module({ imports: [BinnacleModule.forRoot({ service: 'checkout', environment: 'prod', url, token })] })
 */
export class BinnacleModule {
  static forRoot(options: BinnacleModuleOptions): DynamicModule {
    return moduleWith({ provide: OPTIONS, useFactory: () => options }, []);
  }

  static forRootAsync({ imports = [], inject = [], useFactory }: BinnacleModuleAsyncOptions): DynamicModule {
    return moduleWith({ provide: OPTIONS, useFactory, inject: [...inject] }, imports);
  }

  /** Values that classes of the importing module inject by `@InjectConfigValue(key)`. */
  static forFeature(values: readonly ConfigValueOptions[]): DynamicModule {
    const providers = values.map((value): FactoryProvider => {
      const useFactory = ({ config }: Agent) => new ConfigValue(config, value);
      return { provide: configValueToken(value.key), inject: [AGENT], useFactory };
    });
    return { module: BinnacleModule, providers, exports: providers.map(({ provide }) => provide) };
  }
}
Module({})(BinnacleModule);

function moduleWith(
  options: FactoryProvider,
  imports: NonNullable<ModuleMetadata['imports']>,
): DynamicModule {
  const agent: FactoryProvider<Promise<Agent>> = {
    provide: AGENT,
    inject: [OPTIONS],
    async useFactory({ readyTimeoutMs = 10_000, ...agentOptions }: BinnacleModuleOptions) {
      const started = createAgent(agentOptions);
      await started.ready({ timeoutMs: readyTimeoutMs });
      return started;
    },
  };
  const shutdown: FactoryProvider = {
    provide: AgentShutdown,
    inject: [AGENT, OPTIONS],
    useFactory: (started: Agent, { closeTimeoutMs, reportsLifecycle }: BinnacleModuleOptions) =>
      new AgentShutdown(started, { closeTimeoutMs, reportsLifecycle }),
  };
  const config: FactoryProvider = {
    provide: CONFIG,
    inject: [AGENT],
    useFactory: (started: Agent) => started.config,
  };
  const snapshot: FactoryProvider = {
    provide: SNAPSHOT,
    scope: Scope.REQUEST,
    inject: [AGENT],
    useFactory: (started: Agent) => started.config.snapshot(),
  };
  return {
    module: BinnacleModule,
    global: true,
    imports,
    providers: [options, agent, shutdown, config, snapshot],
    exports: [AGENT, CONFIG, SNAPSHOT],
  };
}

/** The agent: `constructor(@InjectAgent() private readonly agent: Agent) {}`. */
export const InjectAgent = (): ParameterDecorator & PropertyDecorator => Inject(AGENT);

/** Its live configuration, of type `Config`. */
export const InjectConfig = (): ParameterDecorator & PropertyDecorator => Inject(CONFIG);

/**
 * A `ConfigSnapshot` that stays the same through one request. It makes whoever injects it request-scoped, as Nest has it: for
 * hot paths take `config.snapshot()` at the beginning of the handler.
 */
export const InjectSnapshot = (): ParameterDecorator & PropertyDecorator => Inject(SNAPSHOT);

/** A `ConfigValue` of a key that `BinnacleModule.forFeature` names. */
export const InjectConfigValue = (key: string): ParameterDecorator & PropertyDecorator =>
  Inject(configValueToken(key));
