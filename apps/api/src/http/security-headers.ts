import { hash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import helmet from 'helmet';

/** Answers of the API are data: a browser may do nothing with them. */
const POLICY_OF_DATA = { defaultSrc: ["'none'"], frameAncestors: ["'none'"] };

/** The reference styles itself inline; nothing comes from elsewhere. */
const POLICY_OF_REFERENCE = {
  defaultSrc: ["'self'"],
  styleSrc: ["'self'", "'unsafe-inline'"],
  imgSrc: ["'self'", 'data:'],
  fontSrc: ["'self'", 'data:'],
  workerSrc: ["'self'", 'blob:'],
  objectSrc: ["'none'"],
  baseUri: ["'none'"],
  formAction: ["'none'"],
  frameAncestors: ["'none'"],
};

/** The console runs its own files and styles that carry the nonce; nothing inline, nothing from elsewhere, no `eval`. */
const POLICY_OF_CONSOLE = {
  defaultSrc: ["'none'"],
  scriptSrc: ["'self'"],
  imgSrc: ["'self'", 'data:'],
  fontSrc: ["'self'"],
  // Also websockets of this origin (CSP Level 3 §6.7.2.8).
  connectSrc: ["'self'"],
  manifestSrc: ["'self'"],
  baseUri: ["'none'"],
  formAction: ["'self'"],
  frameAncestors: ["'none'"],
};

const YEAR_SECONDS = 31_536_000;

export type HeaderFields = Readonly<Record<string, string>>;

/** What browsers are to be told with every answer of the API. */
export function securityHeaders(publicUrl: string | undefined): HeaderFields {
  return helmetHeaders(POLICY_OF_DATA, publicUrl);
}

/** The same for the page that shows the API, which may run these scripts of its own and no others. */
export function referenceHeaders(
  publicUrl: string | undefined,
  inlineScripts: readonly string[],
): HeaderFields {
  const hashes = inlineScripts.map((text) => `'sha256-${hash('sha256', text, 'base64')}'`);
  return helmetHeaders({ ...POLICY_OF_REFERENCE, scriptSrc: ["'self'", ...hashes] }, publicUrl);
}

/** The same for a page of the console, whose styles carry this nonce. */
export function consoleHeaders(publicUrl: string | undefined, nonce: string): HeaderFields {
  return helmetHeaders({ ...POLICY_OF_CONSOLE, styleSrc: ["'self'", `'nonce-${nonce}'`] }, publicUrl);
}

/** The same for its files: a worker goes by what came with its own script. */
export function consoleFileHeaders(publicUrl: string | undefined): HeaderFields {
  return helmetHeaders(POLICY_OF_CONSOLE, publicUrl);
}

/**
 * What helmet says, asked once instead of for each request. That this host is reached by TLS only is known by whoever
 * terminates it, and here from the public URL.
 */
function helmetHeaders(
  directives: Record<string, readonly string[]>,
  publicUrl: string | undefined,
): HeaderFields {
  const isSecure = publicUrl !== undefined && new URL(publicUrl).protocol === 'https:';
  const middleware = helmet({
    contentSecurityPolicy: { useDefaults: false, directives },
    strictTransportSecurity: isSecure ? { maxAge: YEAR_SECONDS, includeSubDomains: false } : false,
    xFrameOptions: { action: 'deny' },
  });
  const headers: Record<string, string> = {};
  const response = {
    setHeader: (name: string, value: string) => (headers[name.toLowerCase()] = value),
    removeHeader: () => undefined,
  };
  middleware({} as IncomingMessage, response as unknown as ServerResponse, (error?: unknown) => {
    if (error instanceof Error) throw error;
  });
  return headers;
}
