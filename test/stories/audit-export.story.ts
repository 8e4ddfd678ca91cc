import { once } from 'node:events';
import { type IncomingMessage, request as httpRequest } from 'node:http';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { exportAudit } from '../harness/audit-requests.js';
import { eventually } from '../harness/eventually.js';
import { createToken, isProblem, type PlaneRequests } from '../harness/request.js';
import { type Plane, startPlane } from '../harness/start-plane.js';
import { verifyAuditOf } from '../harness/verify-audit.js';

let plane: Plane;
let admin: PlaneRequests;

beforeAll(async () => {
  plane = await startPlane({ apis: 2 });
  admin = plane.request();
});
afterAll(() => plane.stop());

it('ends an export when its reader goes, and bounds how many there are at once', async () => {
  await plane.database.query(
    `insert into audit_entries (workspace_id, actor, request_id, action, target, detail)
       select 'default', 'token:filler', 'r', 'filler.entry', 'filler', json_build_object('text', repeat('x', 4000))::text
       from generate_series(1, 8000)`,
  );
  const open = await Promise.all([1, 2].map(() => openExport(plane)));
  // Nobody reads: each comes to a stand far from its end, and keeps its place.
  await eventually(async () => {
    const reading = await plane.database.query(
      `select 1 from pg_stat_activity where datname = current_database() and state = 'active'
           and query like '%from audit_entries%' and pid <> pg_backend_pid()`,
    );
    expect(reading).toEqual([]);
  });
  await admin.get('/audit/export').expect(isProblem(429, 'rate_limited'));
  // There is room for others; and to ask for the head of the answer only takes none.
  const other = await createToken(admin, 'admin');
  await plane.database.query(`insert into workspaces (id, name) values ('quiet', 'quiet')`);
  await plane.database.query(`update tokens set workspace_id = 'quiet' where id = $1`, [other.id]);
  expect((await exportAudit(plane.request(0, other.token))).end).toMatchObject({
    complete: true,
    entries: 0,
  });
  const head = await fetch(`${plane.api(0).url}/api/v1/audit/export`, {
    method: 'HEAD',
    headers: { authorization: `Bearer ${plane.adminToken}` },
  });
  expect(head.status).toBe(200);
  expect(head.headers.get('content-type')).toBe('application/x-ndjson');
  await admin.get('/services').expect(200);
  for (const response of open) response.destroy();
  const { end } = await eventually(() => exportAudit(admin, '?action=filler.entry'), { timeoutMs: 20_000 });
  expect(end).toMatchObject({ complete: true, entries: 8_000 });
  expect(await verifyAuditOf(plane.database.url)).toMatchObject({ exitCode: 0 });
});

it('does not hold up the end of a process', async () => {
  const response = await openExport(plane, 1);
  const closed = new Promise((resolve) => response.on('close', resolve));
  response.on('error', () => undefined);
  await plane.api(1).stop();
  response.resume();
  await closed;
  expect(response.complete).toBe(false);
  await plane.api(1).start();
});

/** An export of which nothing but the head of the answer is read. */
async function openExport(of: Plane, index = 0): Promise<IncomingMessage> {
  const request = httpRequest(`${of.api(index).url}/api/v1/audit/export`, {
    headers: { authorization: `Bearer ${of.adminToken}` },
  });
  request.on('error', () => undefined);
  request.end();
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  expect(response.statusCode).toBe(200);
  response.pause();
  return response;
}
