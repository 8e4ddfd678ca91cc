/** One revision that an agent applied. */
export interface AppliedLine {
  readonly kind: 'applied';
  /** One run of one agent: an agent that is started again has another name. */
  readonly agent: string;
  readonly service: string;
  readonly environment: string;
  /** On the monotonic clock of the machine. */
  readonly atMs: number;
  readonly epoch: string;
  readonly revision: number;
  readonly hash: string;
  /** SHA-256 over the canonical JSON of the content as this agent received it. */
  readonly contentHash: string;
  readonly source: 'cache' | 'plane';
}

/** How reading went in an agent for a while: what it costs the service that links the SDK. */
export interface ReadsLine {
  readonly kind: 'reads';
  readonly agent: string;
  readonly count: number;
  readonly slowestMs: number;
  /** What reading threw, if it ever did. */
  readonly thrown?: string;
}

export interface AttemptLine {
  readonly kind: 'attempt';
  readonly attempt: string;
  readonly atMs: number;
  readonly service: string;
  readonly layer: string;
  readonly hash: string;
}

export interface AcknowledgedLine {
  readonly kind: 'acknowledged';
  readonly attempt: string;
  readonly atMs: number;
  readonly version: number;
  readonly revisions: readonly { service: string; environment: string; revision: number }[];
}

export interface RefusedLine {
  readonly kind: 'refused';
  readonly attempt: string;
  readonly atMs: number;
  readonly status: number;
}

/** No answer, or one that does not say what became of it: both outcomes are right. */
export interface UnknownLine {
  readonly kind: 'unknown';
  readonly attempt: string;
  readonly atMs: number;
  readonly reason: string;
}

export type JournalLine =
  AppliedLine | ReadsLine | AttemptLine | AcknowledgedLine | RefusedLine | UnknownLine;

/** What agents and publishers of a story saw, in the order in which they said so. */
export class Journal {
  readonly lines: JournalLine[] = [];

  write(line: JournalLine): void {
    this.lines.push(line);
  }

  applied(agent: string): AppliedLine[] {
    return this.lines.filter((line) => line.kind === 'applied').filter((line) => line.agent === agent);
  }

  newest(agent: string): AppliedLine | undefined {
    return this.applied(agent).at(-1);
  }

  count(kind: JournalLine['kind']): number {
    return this.lines.filter((line) => line.kind === kind).length;
  }
}
