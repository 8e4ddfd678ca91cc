import type { IncomingHttpHeaders } from 'node:http';
import type { FrontSettings } from './front-settings.js';

/** Which pages of browsers may speak to this server. What is no browser sends no `Origin`. */
export class Origins {
  private readonly listed: ReadonlySet<string>;
  private readonly own: string | undefined;

  constructor({ publicUrl, corsOrigins }: Pick<FrontSettings, 'publicUrl' | 'corsOrigins'>) {
    this.own = publicUrl === undefined ? undefined : new URL(publicUrl).origin;
    this.listed = new Set(corsOrigins);
  }

  /** A page of this server itself: of the public URL, or of the host that was asked when there is none. */
  isOwn(origin: string, headers: IncomingHttpHeaders): boolean {
    if (this.own !== undefined) return origin === this.own;
    return URL.canParse(origin) && new URL(origin).host === headers.host;
  }

  isListed(origin: string): boolean {
    return this.listed.has(origin);
  }

  /** Whether a page of this origin may open a socket. */
  mayConnect(headers: IncomingHttpHeaders): boolean {
    const { origin } = headers;
    return origin === undefined || this.isListed(origin) || this.isOwn(origin, headers);
  }
}
