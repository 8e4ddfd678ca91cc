/** A request as nobody should send it: any text for a body, any header, no token at all (null). */
export interface Sending {
  readonly token?: string | null;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Answer {
  readonly status: number;
  readonly text: string;
  /** As JSON. */
  readonly headers: string;
}

/** Paths are below `/api/v1`. A text goes out as it is, everything else as JSON. */
export async function sendAnything(
  url: string,
  method: string,
  path: string,
  { token = null, body, headers }: Sending,
): Promise<Answer> {
  const response = await fetch(`${url}/api/v1${path}`, {
    method,
    headers: {
      ...(token === null ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    signal: AbortSignal.timeout(20_000),
  });
  return {
    status: response.status,
    text: await response.text(),
    headers: JSON.stringify([...response.headers]),
  };
}
