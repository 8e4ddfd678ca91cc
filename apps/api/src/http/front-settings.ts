import { isIP } from 'node:net';
import { z } from 'zod';

const count = (fallback: number) => z.coerce.number().int().min(0).max(100_000_000).default(fallback);

/** A comma-separated list; blanks around its items and empty items do not count. */
const list = <Item extends z.ZodType<string, string>>(item: Item) =>
  z
    .string()
    .default('')
    .transform((text) =>
      text
        .split(',')
        .map((part) => part.trim())
        .filter((part) => part !== ''),
    )
    .pipe(z.array(item).max(1_000));

const origin = z.string().refine(isOrigin, 'must be origins such as https://console.example.org, never *');
const publicUrl = z.url({
  protocol: /^https?$/,
  error: 'must be a URL such as https://binnacle.example.org',
});
const network = z.string().refine(isNetwork, 'must be addresses or networks such as 10.0.0.0/8');

/** The variables that concern how this server stands on the internet. For each limit, 0 is none. */
export const frontVariables = {
  BINNACLE_PUBLIC_URL: z.union([z.literal(''), publicUrl]).optional(),
  BINNACLE_CORS_ORIGINS: list(origin),
  BINNACLE_TRUSTED_PROXIES: list(network),
  BINNACLE_RATE_PER_ADDRESS: count(2_000),
  BINNACLE_RATE_PER_TOKEN: count(2_000),
  BINNACLE_RATE_PER_ACCOUNT: count(4_000),
  BINNACLE_FAILURES_PER_ADDRESS: count(600),
  BINNACLE_MAX_CONNECTIONS: count(50_000),
  BINNACLE_MAX_CONNECTIONS_PER_ADDRESS: count(20_000),
  BINNACLE_MAX_UNKNOWN_CONNECTIONS_PER_ADDRESS: count(5_000),
  BINNACLE_MAX_SOCKETS_PER_TOKEN: count(20_000),
  BINNACLE_MAX_PENDING_SOCKETS: count(10_000),
  BINNACLE_MAX_PENDING_SOCKETS_PER_ADDRESS: count(2_000),
};

const frontSchema = z.object(frontVariables);

/** How this server stands on the internet. For each limit, 0 is none. */
export interface FrontSettings {
  /** Where browsers and agents reach this installation, if that was said. */
  readonly publicUrl: string | undefined;
  /** Origins, besides our own, whose pages may call the API. */
  readonly corsOrigins: readonly string[];
  /** Addresses and networks whose `X-Forwarded-For` is believed. */
  readonly trustedProxies: readonly string[];
  /** Requests a second, on average over ten seconds and over all processes. */
  readonly ratePerAddress: number;
  readonly ratePerToken: number;
  readonly ratePerAccount: number;
  /** Failed authentications a minute, over all processes. */
  readonly failuresPerAddress: number;
  /** Of this process. */
  readonly maxConnections: number;
  readonly maxConnectionsPerAddress: number;
  /** Over which nobody has shown a token or a session yet. */
  readonly maxUnknownConnectionsPerAddress: number;
  readonly maxSocketsPerToken: number;
  /** Sockets that have not yet said who they are, of this process. */
  readonly maxPendingSockets: number;
  readonly maxPendingSocketsPerAddress: number;
}

export function toFrontSettings(values: z.infer<typeof frontSchema>): FrontSettings {
  return {
    publicUrl: values.BINNACLE_PUBLIC_URL || undefined,
    corsOrigins: values.BINNACLE_CORS_ORIGINS,
    trustedProxies: values.BINNACLE_TRUSTED_PROXIES,
    ratePerAddress: values.BINNACLE_RATE_PER_ADDRESS,
    ratePerToken: values.BINNACLE_RATE_PER_TOKEN,
    ratePerAccount: values.BINNACLE_RATE_PER_ACCOUNT,
    failuresPerAddress: values.BINNACLE_FAILURES_PER_ADDRESS,
    maxConnections: values.BINNACLE_MAX_CONNECTIONS,
    maxConnectionsPerAddress: values.BINNACLE_MAX_CONNECTIONS_PER_ADDRESS,
    maxUnknownConnectionsPerAddress: values.BINNACLE_MAX_UNKNOWN_CONNECTIONS_PER_ADDRESS,
    maxSocketsPerToken: values.BINNACLE_MAX_SOCKETS_PER_TOKEN,
    maxPendingSockets: values.BINNACLE_MAX_PENDING_SOCKETS,
    maxPendingSocketsPerAddress: values.BINNACLE_MAX_PENDING_SOCKETS_PER_ADDRESS,
  };
}

function isOrigin(text: string): boolean {
  return /^https?:\/\//.test(text) && URL.canParse(text) && new URL(text).origin === text;
}

function isNetwork(text: string): boolean {
  const [address = '', prefix, ...more] = text.split('/');
  const family = isIP(address);
  if (family === 0 || more.length > 0) return false;
  if (prefix === undefined) return true;
  return /^\d{1,3}$/.test(prefix) && Number(prefix) >= 1 && Number(prefix) <= (family === 4 ? 32 : 128);
}
