/** What waits, in a line for each key; the lines are served in turn. */
export class FairQueue<Item> {
  readonly #lines = new Map<string, Item[]>();
  #size = 0;

  constructor(
    private readonly maxItems: number,
    private readonly maxPerKey: number,
  ) {}

  /**
   * Adds it at the end of its line. Returns what there is no room for, if anything: this one when its line is as long as
   * a line may be, and when the queue is full the newest of the longest line.
   */
  push(key: string, item: Item): Item | undefined {
    const line = this.#lines.get(key);
    const length = line?.length ?? 0;
    if (length >= this.maxPerKey) return item;
    let displaced: Item | undefined;
    if (this.#size >= this.maxItems) {
      const longest = this.#longest();
      if (longest === undefined || longest.length <= length + 1) return item;
      displaced = longest.pop();
      this.#size -= 1;
    }
    if (line === undefined) this.#lines.set(key, [item]);
    else line.push(item);
    this.#size += 1;
    return displaced;
  }

  /** The oldest of the line whose turn it is, which then is the last to have a turn again. */
  shift(): Item | undefined {
    const [next] = this.#lines;
    if (next === undefined) return undefined;
    const [key, line] = next;
    const item = line.shift();
    this.#lines.delete(key);
    if (line.length > 0) this.#lines.set(key, line);
    this.#size -= 1;
    return item;
  }

  #longest(): Item[] | undefined {
    let longest: Item[] | undefined;
    for (const line of this.#lines.values()) if (line.length > (longest?.length ?? 0)) longest = line;
    return longest;
  }
}
