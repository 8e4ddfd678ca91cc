import type { Database } from '../database.js';
import { type VisiblePart, visibleParts } from '../visible-part.js';
import { LIST_SEARCHED, READ_SEARCHED, type Searched } from './search-statements.js';

export interface SearchScope {
  readonly parts: readonly VisiblePart[];
  readonly in: Searched;
  readonly service: string | undefined;
  /** A layer of documents, an environment of effective configs. */
  readonly place: string | undefined;
}

/** A document or an effective config. */
export interface SearchedPlace {
  readonly service: string;
  readonly place: string;
}

export interface ListedPlace extends SearchedPlace {
  /** Of the version, or of the revision. */
  readonly number: number;
  /** Of its canonical JSON. */
  readonly bytes: number;
}

export interface SearchedContent extends SearchedPlace {
  readonly number: number;
  /** Canonical JSON. */
  readonly content: string;
}

/** Below every name. */
const FIRST: SearchedPlace = { service: '', place: '' };

/** Contents of documents and of effective configs, to be searched a bounded part at a time. */
export class SearchStore {
  constructor(private readonly database: Database) {}

  /** The next places after one, by name. */
  async list(
    workspaceId: string,
    scope: SearchScope,
    after: SearchedPlace = FIRST,
    limit: number,
  ): Promise<ListedPlace[]> {
    return this.database
      .within(workspaceId)
      .sql.query<ListedPlace>(LIST_SEARCHED[scope.in], [
        ...parametersOf(workspaceId, scope),
        after.service,
        after.place,
        limit,
      ]);
  }

  /**
   * From one place to another, both included, those in whose text every one of these words stands, whatever the case:
   * others cannot hold what is looked for.
   */
  async read(
    workspaceId: string,
    scope: SearchScope,
    [from, to]: readonly [SearchedPlace, SearchedPlace],
    words: readonly string[],
  ): Promise<SearchedContent[]> {
    return this.database
      .within(workspaceId)
      .sql.query<SearchedContent>(READ_SEARCHED[scope.in], [
        ...parametersOf(workspaceId, scope),
        from.service,
        from.place,
        to.service,
        to.place,
        words.map((word) => `%${escapeLike(word)}%`),
      ]);
  }
}

function parametersOf(workspaceId: string, { parts, service, place }: SearchScope): unknown[] {
  return [workspaceId, visibleParts(parts), service ?? null, place ?? null];
}

/** These stand for anything in LIKE. */
function escapeLike(text: string): string {
  return text.replaceAll(/[\\%_]/g, (sign) => `\\${sign}`);
}
