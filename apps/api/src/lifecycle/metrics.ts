import { Injectable } from '@nestjs/common';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

/** The metrics of this process. None is labelled with a workspace, a service or an instance. */
@Injectable()
export class Metrics {
  readonly registry = new Registry();

  readonly requests = new Histogram({
    name: 'binnacle_http_request_duration_seconds',
    help: 'Time to answer, by route and status class',
    labelNames: ['method', 'route', 'status'] as const,
    buckets: [0.002, 0.01, 0.05, 0.2, 1, 5, 30],
    registers: [this.registry],
  });

  readonly agents = new Gauge({
    name: 'binnacle_agents_connected',
    help: 'Agents connected to this process',
    registers: [this.registry],
  });

  readonly consoles = new Gauge({
    name: 'binnacle_consoles_connected',
    help: 'Pages of the console connected to this process',
    registers: [this.registry],
  });

  readonly pushes = new Counter({
    name: 'binnacle_config_pushes_total',
    help: 'Revisions pushed to agents of this process',
    registers: [this.registry],
  });

  readonly laggards = new Counter({
    name: 'binnacle_agents_lagging_total',
    help: 'Agents set aside because they did not read what was sent',
    registers: [this.registry],
  });

  readonly outcomes = new Counter({
    name: 'binnacle_config_outcomes_total',
    help: 'What agents said of revisions',
    labelNames: ['outcome'] as const,
    registers: [this.registry],
  });

  readonly reports = new Counter({
    name: 'binnacle_health_reports_total',
    help: 'Health reports received',
    registers: [this.registry],
  });

  readonly socketRefusals = new Counter({
    name: 'binnacle_socket_refusals_total',
    help: 'Messages on sockets that their sender may not send, or that nobody listens to',
    registers: [this.registry],
  });

  constructor() {
    collectDefaultMetrics({ register: this.registry });
  }
}
