/** A place in a text; both count from 1, columns in UTF-16 units. */
export interface TextPlace {
  readonly line: number;
  readonly column: number;
}

/** Where an offset lies. */
export function textPlace(text: string, offset: number): TextPlace {
  let line = 1;
  let lineStart = 0;
  for (let at = text.indexOf('\n'); at !== -1 && at < offset; at = text.indexOf('\n', at + 1)) {
    line += 1;
    lineStart = at + 1;
  }
  return { line, column: offset - lineStart + 1 };
}

/** A mistake in a text: its message begins with `line 3, column 5: `. */
export function textError(
  text: string,
  {
    offset,
    pointer,
    message,
  }: { readonly offset: number; readonly pointer: string; readonly message: string },
): { pointer: string; message: string; line: number; column: number } {
  const { line, column } = textPlace(text, offset);
  return { pointer, message: `line ${line}, column ${column}: ${message}`, line, column };
}
