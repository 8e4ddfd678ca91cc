import { once } from 'node:events';
import { type IncomingMessage, request as httpRequest } from 'node:http';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { exportAudit } from '../harness/audit-requests.js';
import { eventually } from '../harness/eventually.js';
import { isProblem, type PlaneRequests } from '../harness/request.js';
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
  const open = await Promise.all([1, 2, 3, 4].map(() => openExport(plane)));
  // Nobody reads: each comes to a stand far from its end, and keeps its place.
  await eventually(async () => {
    const reading = await plane.database.query(
      `select 1 from pg_stat_activity where datname = current_database() and state = 'active'
           and query like '%from audit_entries%' and pid <> pg_backend_pid()`,
    );
    expect(reading).toEqual([]);
  });
  await admin.get('/audit/export').expect(isProblem(429, 'rate_limited'));
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
