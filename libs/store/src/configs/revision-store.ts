import {
  type ApprovalState,
  type DocumentPins,
  type RevisionState,
  revisionState,
  type SecretPins,
} from '@binnacle/domain';
import type { Database } from '../database.js';
import type { SqlMutation } from '../mutation.js';
import type { Pair } from '../pair.js';
import { decodeNumberCursor, type Page, type PageRequest, toPage } from '../paging.js';
import { type KeptDocumentPins, readDocumentPins } from './document-pins.js';
import { CURRENT_OF, HAS_WAITING, NEWEST, PINNED, RELEASED_BEFORE } from './revision-statements.js';

/** What agents receive: `content` is canonical JSON and `hash` its SHA-256. */
export interface ReleasedConfig {
  readonly epoch: string;
  readonly revision: number;
  readonly hash: string;
  readonly content: string;
  /** The version of every secret that it refers to. */
  readonly secrets: SecretPins;
}

/** An effective config as it is now; `content` is canonical JSON. */
export interface CurrentConfig {
  readonly environment: string;
  readonly content: string;
  /** It is not what agents run, but what they will once it is approved. */
  readonly isWaiting: boolean;
}

export interface RevisionRecord {
  readonly number: number;
  readonly hash: string;
  readonly state: RevisionState;
  readonly message: string;
  readonly author: string;
  readonly createdAt: Date;
  readonly layers: DocumentPins;
}

export interface RevisionWithContent extends RevisionRecord {
  readonly content: string;
  readonly secrets: SecretPins;
}

/** A document as a revision has it: what it is made of can be merged again. */
export interface PinnedDocument {
  readonly service: string;
  readonly layer: string;
  readonly version: number;
  /** Canonical JSON. */
  readonly content: string;
}

export interface PinnedDocuments {
  readonly epoch: string;
  readonly revision: number;
  readonly hash: string;
  readonly documents: readonly PinnedDocument[];
  /** Whether they are in the order of their layers, lowest first: rows of before do not tell it. */
  readonly isOrdered: boolean;
}

interface PinnedRow extends PinnedDocument {
  readonly epoch: string;
  readonly revision: number;
  readonly hash: string;
  readonly ordered: boolean;
}

const SHOWN = {
  number: true,
  hash: true,
  message: true,
  author: true,
  createdAt: true,
  layers: true,
} as const;

/** Revisions of effective configs, for reading. */
export class RevisionStore {
  constructor(private readonly database: Database) {}

  /** The newest revision that was released; undefined when none was. */
  async newest({ workspaceId, service, environment }: Pair): Promise<ReleasedConfig | undefined> {
    const rows = await this.database
      .within(workspaceId)
      .sql.query<ReleasedConfig>(NEWEST, [workspaceId, service, environment], 'newest-revision');
    return rows[0];
  }

  /** The effective configs of a service that are in force, and those that wait for an approval, by environment. */
  async currentOf(workspaceId: string, service: string, mutation?: SqlMutation): Promise<CurrentConfig[]> {
    const sql = mutation?.sql ?? this.database.within(workspaceId).sql;
    return sql.query<CurrentConfig>(CURRENT_OF, [workspaceId, service]);
  }

  /** The number of that revision alone. */
  async newestNumber({ workspaceId, service, environment }: Pair): Promise<number | undefined> {
    const { prisma } = this.database.within(workspaceId);
    const head = await prisma.configHead.findUnique({
      where: { workspaceId_service_environment: { workspaceId, service, environment } },
      select: { released: true },
    });
    return head?.released || undefined;
  }

  /** The versions of documents that the newest released revision was made of. */
  async newestPinned({ workspaceId, service, environment }: Pair): Promise<PinnedDocuments | undefined> {
    const rows = await this.database
      .within(workspaceId)
      .sql.query<PinnedRow>(PINNED, [workspaceId, service, environment]);
    const [first] = rows;
    if (first === undefined) return undefined;
    const { epoch, revision, hash, ordered: isOrdered } = first;
    const documents = rows.map((row) => ({
      service: row.service,
      layer: row.layer,
      version: row.version,
      content: row.content,
    }));
    return { epoch, revision, hash, documents, isOrdered };
  }

  /** Whether a revision waits for an approval. */
  async hasWaiting({ workspaceId, service, environment }: Pair): Promise<boolean> {
    const { sql } = this.database.within(workspaceId);
    return (await sql.query(HAS_WAITING, [workspaceId, service, environment])).length > 0;
  }

  /** Newest first. */
  async list(pair: Pair, page: PageRequest): Promise<Page<RevisionRecord>> {
    const below = decodeNumberCursor(page.cursor);
    const rows = await this.database.within(pair.workspaceId).prisma.revision.findMany({
      where: { ...ofPair(pair), ...(below === undefined ? {} : { number: { lt: below } }) },
      select: SHOWN,
      orderBy: { number: 'desc' },
      take: page.limit + 1,
    });
    const numbers = rows.map(({ number }) => number);
    const states = await this.statesOf(pair, { in: numbers });
    return toPage(
      rows,
      page.limit,
      (row) => row.number,
      (row) => ({ ...row, state: stateIn(states, row.number), layers: toPins(row.layers) }),
    );
  }

  async find(pair: Pair, number: number): Promise<RevisionWithContent | undefined> {
    const row = await this.database.within(pair.workspaceId).prisma.revision.findFirst({
      where: { ...ofPair(pair), number },
      select: { ...SHOWN, content: true, secrets: true },
    });
    if (row === null) return undefined;
    const states = await this.statesOf(pair, number);
    const secrets = row.secrets as SecretPins;
    return { ...row, state: stateIn(states, number), layers: toPins(row.layers), secrets };
  }

  /** The newest revision below this one that was ever released. */
  async findReleasedBefore(pair: Pair, number: number): Promise<RevisionWithContent | undefined> {
    const { workspaceId, service, environment } = pair;
    const { sql } = this.database.within(workspaceId);
    const [before] = await sql.query<{ number: number | null }>(RELEASED_BEFORE, [
      workspaceId,
      service,
      environment,
      number,
    ]);
    return before?.number == null ? undefined : this.find(pair, before.number);
  }

  /** Of those that needed an approval. */
  private async statesOf(
    pair: Pair,
    revision: number | { in: number[] },
  ): Promise<ReadonlyMap<number, ApprovalState>> {
    const rows = await this.database.within(pair.workspaceId).prisma.approval.findMany({
      where: { ...ofPair(pair), revision },
      select: { revision: true, state: true },
    });
    return new Map(rows.map((row) => [row.revision, row.state as ApprovalState]));
  }
}

function ofPair({ workspaceId, service, environment }: Pair): Pair {
  return { workspaceId, service, environment };
}

function stateIn(states: ReadonlyMap<number, ApprovalState>, number: number): RevisionState {
  return revisionState(states.get(number));
}

function toPins(kept: unknown): DocumentPins {
  return readDocumentPins(kept as KeptDocumentPins);
}
