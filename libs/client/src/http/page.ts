/** A part of a list; `nextCursor` leads to the next one and is null at the end. */
export interface Page<Item> {
  readonly items: readonly Item[];
  readonly nextCursor: string | null;
}

/** Where a page begins and how long it is: 50 items unless said otherwise, 200 at most. */
export interface PageOptions {
  readonly limit?: number;
  readonly cursor?: string;
}

/** Every item of a list, page by page as they are asked for. */
export async function* everyItem<Item>(
  readPage: (cursor: { cursor?: string }) => Promise<Page<Item>>,
): AsyncGenerator<Item, void, undefined> {
  let page = await readPage({});
  yield* page.items;
  while (page.nextCursor !== null) {
    page = await readPage({ cursor: page.nextCursor });
    yield* page.items;
  }
}
