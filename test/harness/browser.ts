import supertest, { type Response, type Test } from 'supertest';

const COOKIE = '__Host-binnacle';

export interface SignedIn {
  readonly user: { readonly id: string; readonly email: string; readonly isOperator: boolean };
  readonly workspace: { readonly id: string; readonly name: string } | null;
  readonly workspaces: readonly { readonly id: string; readonly name: string }[];
  readonly grants: readonly object[];
  readonly csrfToken: string;
}

/**
 * A browser with a page of ours in it: it keeps the session's cookie, and its page sends the CSRF token along. It says
 * where its requests come from, as browsers do.
 */
export class Browser {
  cookie: string | undefined;
  csrfToken: string | undefined;
  /** `Set-Cookie` of the answer that set the cookie last. */
  setCookie = '';

  constructor(readonly url: string) {}

  /** The same browser, led to another process of the same plane. */
  at(url: string): Browser {
    return Object.assign(new Browser(url), { cookie: this.cookie, csrfToken: this.csrfToken });
  }

  get(path: string): Test {
    return this.prepared(supertest(this.url).get(`/api/v1${path}`));
  }

  post(path: string): Test {
    return this.prepared(supertest(this.url).post(`/api/v1${path}`));
  }

  put(path: string): Test {
    return this.prepared(supertest(this.url).put(`/api/v1${path}`));
  }

  patch(path: string): Test {
    return this.prepared(supertest(this.url).patch(`/api/v1${path}`));
  }

  delete(path: string): Test {
    return this.prepared(supertest(this.url).delete(`/api/v1${path}`));
  }

  async signIn(email: string, password: string): Promise<SignedIn> {
    return this.follow(await this.post('/session').send({ email, password }).expect(200));
  }

  /** Takes note of the session that an answer gave. */
  follow(response: Response): SignedIn {
    const [header = ''] = [response.headers['set-cookie'] ?? ''].flat() as string[];
    const value = new RegExp(`^${COOKIE}=([^;]*)`).exec(header)?.[1];
    if (value !== undefined) {
      this.setCookie = header;
      this.cookie = value === '' ? undefined : value;
    }
    const body = response.body as SignedIn;
    this.csrfToken = body.csrfToken;
    return body;
  }

  private prepared(test: Test): Test {
    void test.set('origin', this.url).set('sec-fetch-site', 'same-origin').timeout(20_000);
    if (this.cookie !== undefined) void test.set('cookie', `${COOKIE}=${this.cookie}`);
    if (this.csrfToken !== undefined) void test.set('x-csrf-token', this.csrfToken);
    return test;
  }
}
