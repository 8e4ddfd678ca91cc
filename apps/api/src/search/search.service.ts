import { setImmediate } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import {
  grantsInclude,
  MAX_EXCERPT_LENGTH,
  Problem,
  type SearchHit,
  type SearchQuery,
} from '@binnacle/contracts';
import {
  type FoundPlace,
  findInContent,
  type JsonObject,
  jsonExcerpt,
  wordsOfSought,
} from '@binnacle/domain';
import {
  type ListedPlace,
  type Page,
  type SearchedContent,
  type SearchScope,
  SearchStore,
} from '@binnacle/store';
import type { Principal } from '../access/principal.js';
import { FairBudget } from '../configs/composition-budget.js';
import { decodeSearchCursor, encodeSearchCursor, type SearchCursor } from './search-cursor.js';

/** How far one request looks: places, bytes of content that the database goes through, and milliseconds. */
const MAX_PLACES = 2_000;
const MAX_BYTES = 16_777_216;
const MAX_MS = 1_500;
/** Of contents that are in memory at once. */
const BATCH_BYTES = 2_097_152;
/** Others have their turn after so many milliseconds. */
const MAX_BUSY_MS = 10;

/** Of the process, and of a workspace: what each of them parses in its turn, all others wait for. */
const AT_ONCE = { total: 2, perKey: 1, waitMs: 2_000, maxWaiting: 16 };

/** Finds places in the configurations that somebody may read. */
@Injectable()
export class SearchService {
  private readonly turns = new FairBudget(AT_ONCE);

  constructor(private readonly contents: SearchStore) {}

  /**
   * Hits by service and place. A page ends where the limit is reached, or where it has looked far enough.
   *
   * @throws Problem busy when others are searching, and it would not have its turn soon
   */
  async search(principal: Principal, query: SearchQuery): Promise<Page<SearchHit>> {
    const cursor = decodeSearchCursor(query.cursor);
    const turn = await this.turns.take(principal.workspaceId, 1).catch(() => {
      throw new Problem('busy', 'Many are searching in this process. Try again in a moment.');
    });
    try {
      return await new Search(this.contents, principal, query).run(cursor);
    } finally {
      turn.end();
    }
  }
}

/** One request. */
class Search {
  private readonly hits: SearchHit[] = [];
  private readonly scope: SearchScope;
  private readonly sought;
  private readonly words: readonly string[];
  private readonly deadlineMs = performance.now() + MAX_MS;
  private busySinceMs = performance.now();

  constructor(
    private readonly contents: SearchStore,
    private readonly principal: Principal,
    private readonly query: SearchQuery,
  ) {
    const { q: anything, key, value, pointer, service, environment: place } = query;
    this.sought = { anything, key, value, pointer };
    this.words = wordsOfSought(this.sought);
    const parts = principal.grants.filter((grant) => grantsInclude([grant], 'config:read'));
    this.scope = { parts, in: query.in, service, place };
  }

  async run(cursor: SearchCursor | undefined): Promise<Page<SearchHit>> {
    const { workspaceId } = this.principal;
    const listed = await this.contents.list(workspaceId, this.scope, cursor?.after, MAX_PLACES + 1);
    const within = withinBytes(listed.slice(0, MAX_PLACES));
    let after = cursor?.after;
    let resume = cursor?.resume;
    for (const batch of inBatches(within)) {
      const [first, last] = [batch[0], batch.at(-1)];
      if (first === undefined || last === undefined) break;
      const found = await this.contents.read(workspaceId, this.scope, [first, last], this.words);
      for (const content of found) {
        const next = await this.look(content, after, resume);
        if (next !== undefined) return { items: this.hits, nextCursor: encodeSearchCursor(next) };
        resume = undefined;
        after = { service: content.service, place: content.place };
      }
      after = { service: last.service, place: last.place };
      if (performance.now() > this.deadlineMs) break;
    }
    const last = listed.at(-1);
    const isDone = last === undefined || (after?.service === last.service && after.place === last.place);
    return {
      items: this.hits,
      nextCursor: isDone || after === undefined ? null : encodeSearchCursor({ after }),
    };
  }

  /** Where to go on when there are more hits in it than the page takes. */
  private async look(
    { service, place, number, content }: SearchedContent,
    after: SearchCursor['after'],
    resume: SearchCursor['resume'],
  ): Promise<SearchCursor | undefined> {
    const isResumed = resume?.service === service && resume.place === place && resume.number === number;
    const skipped = isResumed ? resume.hits : 0;
    let seen = 0;
    for (const found of findInContent(JSON.parse(content) as JsonObject, this.sought)) {
      if (found === undefined) {
        await this.pause();
        continue;
      }
      if (this.hits.length === this.query.limit)
        return { after, resume: { service, place, number, hits: seen } };
      seen += 1;
      if (seen > skipped) this.hits.push(this.toHit({ service, place, number }, found));
    }
    await this.pause();
    return undefined;
  }

  private async pause(): Promise<void> {
    if (performance.now() - this.busySinceMs < MAX_BUSY_MS) return;
    await setImmediate();
    this.busySinceMs = performance.now();
  }

  private toHit(
    { service, place, number }: Omit<SearchedContent, 'content'>,
    { pointer, value: held }: FoundPlace,
  ): SearchHit {
    const { text: value, truncated } = jsonExcerpt(held, MAX_EXCERPT_LENGTH);
    switch (this.query.in) {
      case 'documents':
        return { in: 'documents', service, layer: place, version: number, pointer, value, truncated };
      case 'effective':
        return { in: 'effective', service, environment: place, revision: number, pointer, value, truncated };
    }
  }
}

/** Those that are no larger together than one request may look at: one at least. */
function withinBytes(listed: readonly ListedPlace[]): readonly ListedPlace[] {
  let bytes = 0;
  const end = listed.findIndex((place, index) => (bytes += place.bytes) > MAX_BYTES && index > 0);
  return end === -1 ? listed : listed.slice(0, end);
}

function inBatches(places: readonly ListedPlace[]): ListedPlace[][] {
  const batches: ListedPlace[][] = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (const place of places) {
    bytes += place.bytes;
    if (bytes > BATCH_BYTES) {
      batches.push([]);
      bytes = place.bytes;
    }
    batches.at(-1)?.push(place);
  }
  return batches;
}
