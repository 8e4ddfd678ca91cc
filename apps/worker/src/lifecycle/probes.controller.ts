import { Controller, Get, Header, Headers, Inject, Query, Res, UnauthorizedException } from '@nestjs/common';
import { isSameSecret } from '@binnacle/runtime';
import { HealthCheckService, type HealthCheckResult } from '@nestjs/terminus';
import { ENVIRONMENT, type Environment } from '../environment.js';
import { DependencyIndicator } from './dependency.indicator.js';
import { Metrics } from './metrics.js';

/** What is used of Fastify's reply. */
interface Reply {
  status(code: number): Reply;
  header(name: string, value: string): Reply;
  send(body: unknown): unknown;
}

/** For orchestrators and for Prometheus: all that a worker answers over HTTP. */
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
  async ready(@Query('verbose') verbose: string | undefined, @Res() reply: Reply): Promise<void> {
    const result = await this.check();
    reply
      .status(result.status === 'ok' ? 200 : 503)
      .header('cache-control', 'no-store')
      .send(verbose === undefined ? { status: result.status } : result);
  }

  @Get('metrics')
  async scrape(
    @Headers('authorization') authorization: string | undefined,
    @Res() reply: Reply,
  ): Promise<void> {
    const { metricsToken } = this.environment;
    if (metricsToken !== undefined && !isSameSecret(authorization, `Bearer ${metricsToken}`))
      throw new UnauthorizedException();
    reply
      .header('content-type', this.metrics.registry.contentType)
      .send(await this.metrics.registry.metrics());
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
