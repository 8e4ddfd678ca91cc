import supertest, { type Test } from 'supertest';

/** Requests to one API process with one token. Paths are below `/api/v1`. */
export interface PlaneRequests {
  readonly url: string;
  readonly token: string;
  get(path: string): Test;
  post(path: string): Test;
  put(path: string): Test;
  patch(path: string): Test;
  delete(path: string): Test;
}

export function requestsTo(url: string, token: string): PlaneRequests {
  const client = supertest(url);
  const prepared = (test: Test): Test => test.auth(token, { type: 'bearer' }).timeout(20_000);
  return {
    url,
    token,
    get: (path) => prepared(client.get(`/api/v1${path}`)),
    post: (path) => prepared(client.post(`/api/v1${path}`)),
    put: (path) => prepared(client.put(`/api/v1${path}`)),
    patch: (path) => prepared(client.patch(`/api/v1${path}`)),
    delete: (path) => prepared(client.delete(`/api/v1${path}`)),
  };
}

/** What every error must be: problem details (RFC 9457) with this status and code. */
export function isProblem(status: number, code: string): (response: supertest.Response) => void {
  return (response) => {
    const body = response.body as Record<string, unknown>;
    const seen = `${response.status} ${response.type} ${JSON.stringify(body)}`;
    if (response.status !== status || body['code'] !== code || body['status'] !== status)
      throw new Error(`expected the problem ${status} ${code}, got ${seen}`);
    if (response.type !== 'application/problem+json')
      throw new Error(`expected problem details, got ${seen}`);
    if (body['requestId'] !== response.headers['x-request-id'])
      throw new Error(`expected its request id in ${seen}`);
    for (const field of ['type', 'title', 'detail']) {
      if (typeof body[field] !== 'string' || body[field] === '')
        throw new Error(`expected a ${field} in ${seen}`);
    }
  };
}

export interface Published {
  readonly version: number;
  readonly hash: string;
  readonly revisions: readonly {
    readonly service: string;
    readonly environment: string;
    readonly revision: number;
  }[];
}

/** Publishes over whatever is published there. */
export async function publish(
  requests: PlaneRequests,
  service: string,
  layer: string,
  content: object,
): Promise<Published> {
  const path = `/services/${service}/documents/${layer}`;
  const current = await requests.get(path);
  const etag = current.status === 200 ? current.headers['etag'] : undefined;
  const request = requests.post(`${path}/versions`);
  if (etag !== undefined) void request.set('if-match', etag);
  const response = await request.send({ content, message: 'a story' }).expect(201);
  return response.body as Published;
}

export async function register(requests: PlaneRequests, name: string, fields: object = {}): Promise<void> {
  await requests
    .post('/services')
    .send({ name, ...fields })
    .expect(201);
}

/** A token with this role and scope. */
export async function createToken(
  requests: PlaneRequests,
  role: string,
  scope: { services?: string[]; environments?: string[]; expiresAt?: string } = {},
): Promise<{ id: string; token: string }> {
  const response = await requests
    .post('/tokens')
    .send({ name: `a ${role}`, role, ...scope })
    .expect(201);
  return response.body as { id: string; token: string };
}
