import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** Stands in the built page wherever the nonce of an answer belongs. */
const NONCE_PLACE = '__CSP_NONCE__';
const NONCE_BYTES = 18;

const NOT_BUILT = `<!doctype html>
<html lang="en">
  <head><meta charset="utf-8" /><title>Binnacle</title></head>
  <body>
    <h1>The console is not built</h1>
    <p>The API runs. To have the console as well, type <code>npm run build</code> where Binnacle is installed and start it again.</p>
  </body>
</html>
`;

/** Where the console's build lies: beside its package, wherever that is installed. Undefined when it is not installed. */
export function consoleDirectory(): string | undefined {
  try {
    const manifest = createRequire(import.meta.url).resolve('@binnacle/console/package.json');
    return join(dirname(manifest), 'dist');
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/** The one page of the console, in which every answer has a nonce of its own. */
export class ConsolePage {
  private constructor(private readonly parts: readonly string[]) {}

  /** Undefined when the console is not built. */
  static read(directory: string): ConsolePage | undefined {
    try {
      return new ConsolePage(readFileSync(join(directory, 'index.html'), 'utf8').split(NONCE_PLACE));
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  }

  static readonly notBuilt = new ConsolePage([NOT_BUILT]);

  with(nonce: string): string {
    return this.parts.join(nonce);
  }
}

export function newNonce(): string {
  return randomBytes(NONCE_BYTES).toString('base64');
}

function isMissing(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ENOENT' || code === 'MODULE_NOT_FOUND';
}
