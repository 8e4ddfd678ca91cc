import { Controller, Get, Header, Headers, Inject, Query, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { HealthCheckService, type HealthCheckResult } from '@nestjs/terminus';
import type { FastifyReply } from 'fastify';
import { isSameSecret } from '@binnacle/runtime';
import { Problem } from '@binnacle/contracts';
import { ENVIRONMENT, type Environment } from '../environment.js';
import { DependencyIndicator } from './dependency.indicator.js';
import { Metrics } from './metrics.js';

/** For orchestrators and for Prometheus: outside of `/api`. */
@ApiExcludeController()
@Controller()
export class ProbesController {
  constructor(
    private readonly health: HealthCheckService,
    private readonly dependencies: DependencyIndicator,
    private readonly metrics: Metrics,
    @Inject(ENVIRONMENT) private readonly environment: Environment,
  ) {}

  /** Says only that the event loop turns: restarting would not mend anything else. */
  @Get('livez')
  @Header('cache-control', 'no-store')
  live(): { status: string } {
    return { status: 'ok' };
  }

  @Get('readyz')
  async ready(@Query('verbose') verbose: string | undefined, @Res() reply: FastifyReply): Promise<void> {
    const result = await this.check();
    const body = verbose === undefined ? { status: result.status } : result;
    void reply
      .status(result.status === 'ok' ? 200 : 503)
      .header('cache-control', 'no-store')
      .send(body);
  }

  @Get('metrics')
  async scrape(
    @Headers('authorization') authorization: string | undefined,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const { metricsToken } = this.environment;
    if (metricsToken !== undefined && !isSameSecret(authorization, `Bearer ${metricsToken}`))
      throw new Problem('unauthenticated', 'The metrics of this server need their own token.');
    void reply.type(this.metrics.registry.contentType).send(await this.metrics.registry.metrics());
  }

  private async check(): Promise<HealthCheckResult> {
    try {
      return await this.health.check([
        () => this.dependencies.lifecycle(),
        () => this.dependencies.postgres(),
        () => this.dependencies.redisState(),
      ]);
    } catch (error) {
      return resultIn(error);
    }
  }
}

/** Terminus throws the result of a failed check inside an exception. */
function resultIn(error: unknown): HealthCheckResult {
  if (error instanceof Error && 'getResponse' in error && typeof error.getResponse === 'function')
    return error.getResponse() as HealthCheckResult;
  throw error;
}
