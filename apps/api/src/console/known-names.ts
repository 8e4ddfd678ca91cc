/** Names that were found a moment ago, by workspace. What was not found is looked for again each time: it may be new. */
export class KnownNames {
  private readonly found = new Map<string, Set<string>>();
  private sinceMs = Number.NEGATIVE_INFINITY;

  /** @param believedMs for how long at most */
  constructor(
    private readonly believedMs: number,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** Which of these there are; `look` is asked for those only that are not known. It may answer more. */
  async among(
    workspaceId: string,
    names: readonly string[],
    look: (unknown: readonly string[]) => Promise<Iterable<string>>,
  ): Promise<ReadonlySet<string>> {
    if (this.now() - this.sinceMs > this.believedMs) {
      this.found.clear();
      this.sinceMs = this.now();
    }
    const known = this.found.get(workspaceId) ?? new Set();
    this.found.set(workspaceId, known);
    const unknown = [...new Set(names)].filter((name) => !known.has(name));
    if (unknown.length > 0) for (const name of await look(unknown)) known.add(name);
    return known;
  }
}
