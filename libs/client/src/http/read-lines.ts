/** Longer than any line that the plane writes. */
const MAX_LINE_LENGTH = 16_777_216;

/**
 * The lines of a text in UTF-8 as its bytes come; the last one too when nothing ends it. `wait` stands around every wait
 * for bytes.
 *
 * @throws RangeError for a line that is too long to be one of ours
 */
export async function* readLines(
  bytes: ReadableStream<Uint8Array>,
  wait: <Part>(next: Promise<Part>) => Promise<Part>,
): AsyncGenerator<string, void> {
  const reader = bytes.getReader();
  const decoder = new TextDecoder();
  let begun = '';
  try {
    for (;;) {
      const { done, value } = await wait(reader.read());
      const lines = (begun + decoder.decode(value, { stream: !done })).split('\n');
      begun = lines.pop() ?? '';
      yield* lines;
      if (begun.length > MAX_LINE_LENGTH) throw new RangeError('A line is too long');
      if (!done) continue;
      if (begun !== '') yield begun;
      return;
    }
  } finally {
    reader.releaseLock();
  }
}
