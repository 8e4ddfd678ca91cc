import { Injectable } from '@nestjs/common';
import type {
  Applied,
  BreakerPush,
  CallsReport,
  HealthAnswer,
  HealthReport,
  LeaseAnswer,
  LeaseRequest,
} from '@binnacle/contracts';
import { foldInstanceStatus } from '@binnacle/domain';
import { BreakerDesk } from '../breakers/breaker-desk.js';
import { ConfigCache } from '../configs/config-cache.js';
import { HealthInbox } from '../health/health-inbox.js';
import { Metrics } from '../lifecycle/metrics.js';
import { SecretDelivery } from '../secrets/secret-delivery.js';
import type { AgentSession } from './agent-session.js';

type Nothing = Record<string, never>;

const FIRST_HEARTBEAT_MS = 1_000;

/** What agents say, handed to the feature that it concerns. */
@Injectable()
export class AgentReports {
  constructor(
    private readonly cache: ConfigCache,
    private readonly inbox: HealthInbox,
    private readonly breakers: BreakerDesk,
    private readonly delivery: SecretDelivery,
    private readonly metrics: Metrics,
  ) {}

  /** Only what an instance says itself counts as what it runs. */
  applied(session: AgentSession, { outcome, reason, ...config }: Applied): Nothing {
    this.metrics.outcomes.inc({ outcome });
    if (outcome === 'applied') {
      session.have = config;
      session.rejected = null;
    } else {
      session.rejected = { revision: config.revision, reason: reason ?? 'no reason was given' };
    }
    if (session.hasReported) this.report(session);
    else this.reportSoon(session);
    return {};
  }

  health(session: AgentSession, report: HealthReport): HealthAnswer {
    this.metrics.reports.inc();
    session.hasReported = true;
    session.seq = report.seq;
    session.lifecycle = report.lifecycle;
    session.checks = report.checks;
    if (report.have !== undefined) session.have = report.have;
    this.report(session);
    const newest = this.cache.peek(session.pair);
    // What this process cannot give must not be asked of it again and again.
    const wanted = newest && this.delivery.isWithheld(newest.secrets) ? session.have : newest;
    return { want: wanted ? { epoch: wanted.epoch, revision: wanted.revision } : null };
  }

  /** Resolves, once the outcomes count, with what this agent must hear of the breakers that it introduced. */
  calls(session: AgentSession, report: CallsReport): Promise<BreakerPush[]> {
    const { pair, instance, principal } = session;
    const user = { instanceId: instance.id, tokenId: principal.credentialId, identity: principal.identity };
    return this.breakers.report(pair, user, report);
  }

  lease(session: AgentSession, request: LeaseRequest): Promise<LeaseAnswer> {
    return this.breakers.lease(session.pair, session.instance.id, request);
  }

  /** The first heartbeat says more, such as a lifecycle, and comes at once; if not, this much is known. */
  private reportSoon(session: AgentSession): void {
    setTimeout(() => {
      if (session.hasReported) return;
      session.hasReported = true;
      this.report(session);
    }, FIRST_HEARTBEAT_MS).unref();
  }

  private report({ pair, instance, seq, lifecycle, checks, have, rejected }: AgentSession): void {
    const status = foldInstanceStatus(lifecycle, checks);
    this.inbox.report(pair, { instance, seq, lifecycle, checks, status, have, rejected });
  }
}
