import { setTimeout as delay } from 'node:timers/promises';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import { NestLogger } from '@binnacle/runtime';
import type { Database, Redis } from '@binnacle/store';
import { FirstAdmin } from './access/accounts/first-admin.js';
import { admitBodies } from './access/admit-bodies.js';
import { authenticateEarly } from './access/authenticate-early.js';
import { Authenticator } from './access/authenticator.js';
import { AgentIoAdapter } from './agents/agent-io.adapter.js';
import { AgentsGateway } from './agents/agents.gateway.js';
import { ChangeBus } from './changes/change-bus.js';
import { ChangeTail } from './changes/change-tail.js';
import { ConsoleGateway } from './console/console.gateway.js';
import { serveConsole } from './console/serve-console.js';
import { AppModule } from './app.module.js';
import type { Environment } from './environment.js';
import { BodyBudget } from './http/body-budget.js';
import { useApiPrefix } from './http/api-prefix.js';
import { closeConnectionsOnDrain, createHttpAdapter, observeRequests } from './http/http-adapter.js';
import { listRoutes } from './http/list-routes.js';
import { answerOtherOrigins } from './http/other-origins.js';
import { ProblemFilter } from './http/problem.filter.js';
import { RequestValidationPipe } from './http/validation.js';
import { useOwnWords } from './http/validation-words.js';
import { Drain } from './lifecycle/drain.js';
import { Metrics } from './lifecycle/metrics.js';
import { limitConnections } from './limits/connection-limits.js';
import { limitAddresses, limitGuesses, limitPrincipals } from './limits/limit-requests.js';
import { RateLimits } from './limits/rate-limits.js';
import { SocketLimits } from './limits/socket-limits.js';
import { serveReference } from './openapi/serve-reference.js';
import { DATABASE, REDIS } from './storage.module.js';
import { ValidatorPool } from './validation/validator-pool.js';

/** Agents are spread over this time when a process stops, in milliseconds; shorter when there are few. */
const MAX_MOVE_MS = 5_000;
const MOVE_MS_PER_AGENT = 20;

/** The API as a whole: what `main` starts and stops. */
export interface Application {
  readonly nest: NestFastifyApplication;
  /** As `METHOD pattern`; complete once it has started. */
  readonly routes: ReadonlySet<string>;
  start(): Promise<void>;
  /** In order: unready, long polls answered, agents moved, listener closed, requests finished, reports handed on. */
  stop(): Promise<void>;
}

export async function createApplication(environment: Environment, logger: Logger): Promise<Application> {
  const adapter = createHttpAdapter(logger, environment.front);
  const server: FastifyInstance = adapter.getInstance();
  const routes = listRoutes(server);
  const nest = await NestFactory.create<NestFastifyApplication>(AppModule.with(environment), adapter, {
    logger: new NestLogger(logger),
    abortOnError: false,
    // The adapter parses bodies itself.
    bodyParser: false,
  });
  useOwnWords();
  useApiPrefix(nest);
  nest.useGlobalFilters(new ProblemFilter());
  nest.useGlobalPipes(new RequestValidationPipe());
  nest.useWebSocketAdapter(new AgentIoAdapter(nest, nest.get(SocketLimits)));
  const limits = nest.get(RateLimits);
  limitAddresses(server, limits);
  await answerOtherOrigins(nest, environment.front.corsOrigins);
  const authenticator = nest.get(Authenticator);
  limitGuesses(server, limits, (request) => authenticator.known(request));
  authenticateEarly(server, authenticator);
  limitPrincipals(server, limits);
  admitBodies(server, new BodyBudget());
  limitConnections(server.server, environment.front, limits.addresses, () =>
    nest.get(SocketLimits).connectionRefused(),
  );
  observeRequests(server, nest.get(Metrics));
  closeConnectionsOnDrain(server, nest.get(Drain));
  await serveReference(nest, server);
  await serveConsole(nest, server);

  const stop = async (): Promise<void> => {
    nest.get(Drain).begin();
    // Requests are still taken: a load balancer sees /readyz fail only when it asks the next time.
    const agentsMoved = nest.get(AgentsGateway).sendAway(MAX_MOVE_MS, MOVE_MS_PER_AGENT);
    const pagesMoved = nest.get(ConsoleGateway).sendAway(MAX_MOVE_MS, MOVE_MS_PER_AGENT);
    await Promise.all([agentsMoved, pagesMoved, delay(environment.drainDelayMs)]);
    await nest.close();
    await Promise.allSettled([
      nest.get(ChangeTail).stop(),
      nest.get(ChangeBus).close(),
      nest.get(ValidatorPool).close(),
    ]);
    nest.get<Redis>(REDIS).disconnect();
    await nest.get<Database>(DATABASE).close();
  };
  return {
    nest,
    routes,
    async start() {
      await nest.get(ChangeTail).start();
      await nest.get(FirstAdmin).ensure();
      await nest.listen(environment.port, environment.host);
      logger.info({ port: environment.port }, 'The API listens');
    },
    stop,
  };
}
