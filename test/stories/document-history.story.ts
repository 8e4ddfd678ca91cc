import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DocumentDiffBody, DocumentVersionBody } from '@binnacle/contracts';
import { applyJsonPatch, type Json, type JsonPatchOperation } from '@binnacle/domain';
import { isProblem, publish, register } from '../harness/request.js';
import { type Plane, startPlane } from '../harness/start-plane.js';

let plane: Plane;

beforeAll(async () => {
  plane = await startPlane({ apis: 2 });
});
afterAll(() => plane.stop());

const documentPath = (service: string, layer = 'base') => `/services/${service}/documents/${layer}`;

async function withVersions(service: string, contents: readonly object[]): Promise<void> {
  await register(plane.request(), service);
  for (const content of contents) await publish(plane.request(), service, 'base', content);
}

async function diff(service: string, query: string): Promise<DocumentDiffBody> {
  const { body } = await plane
    .request(1)
    .get(`${documentPath(service)}/diff?${query}`)
    .expect(200);
  return body as DocumentDiffBody;
}

async function versions(service: string): Promise<DocumentVersionBody[]> {
  const { body } = await plane
    .request(1)
    .get(`${documentPath(service)}/versions`)
    .expect(200);
  return (body as { items: DocumentVersionBody[] }).items;
}

const putTag = (service: string, tag: string, version: number) =>
  plane
    .request()
    .put(`${documentPath(service)}/tags/${tag}`)
    .send({ version });

describe('versions', () => {
  it('tell how large each change was', async () => {
    await withVersions('counted', [
      { port: 80, hosts: ['a'], pool: { min: 1, max: 2 } },
      { port: 81, hosts: ['a', 'b'], pool: { min: 1, max: 2 }, name: 'x' },
      { port: 81, name: 'x' },
    ]);
    expect((await versions('counted')).map(({ change }) => change)).toEqual([
      { added: 0, changed: 0, removed: 3 },
      { added: 1, changed: 2, removed: 0 },
      { added: 4, changed: 0, removed: 0 },
    ]);
  });

  it('of before, whose changes were not counted, say that', async () => {
    await withVersions('older', [{ port: 80 }]);
    await plane.database.query(
      `update document_versions set keys_added = null, keys_changed = null, keys_removed = null
       where service = 'older'`,
    );
    expect(await versions('older')).toMatchObject([{ change: null, contributors: [], tags: [] }]);
  });
});

describe('a diff', () => {
  const CONTENTS = [
    { port: 80, hosts: ['a.example.org', 'b'], pool: { min: 1, max: 2 }, 'a/b': { '~': null } },
    { port: 81, hosts: ['b', 'a.example.org'], connections: { min: 1, max: 2 }, 'a/b': { '~': 0 } },
  ];

  it('is a patch that makes the one of the other, and changes that a person reads', async () => {
    await withVersions('compared', CONTENTS);
    const { patch, changes, ...rest } = await diff('compared', 'from=1&to=2');
    const made = applyJsonPatch(CONTENTS[0] as Json, patch as JsonPatchOperation[]);
    expect(made).toEqual({ ok: true, value: CONTENTS[1] });
    expect(changes).toEqual([
      { kind: 'changed', pointer: '/a~1b/~0', before: null, after: 0 },
      {
        kind: 'moved',
        pointer: '/connections',
        from: '/pool',
        before: { min: 1, max: 2 },
        after: { min: 1, max: 2 },
      },
      {
        kind: 'moved',
        pointer: '/hosts/1',
        from: '/hosts/0',
        before: 'a.example.org',
        after: 'a.example.org',
      },
      { kind: 'changed', pointer: '/port', before: 80, after: 81 },
    ]);
    expect(rest).toEqual({
      from: 1,
      to: 2,
      total: 4,
      truncated: false,
      counts: { added: 2, changed: 3, removed: 2 },
    });
    expect((await diff('compared', 'from=2&to=1')).counts).toEqual({ added: 2, changed: 3, removed: 2 });
    expect(await diff('compared', 'from=2')).toMatchObject({ to: 2, patch: [], changes: [], total: 0 });
  });

  it('takes what is live, a draft, a tag and the empty document for its sides', async () => {
    await withVersions('sides', CONTENTS);
    await putTag('sides', 'known-good', 1).expect(200);
    expect(await diff('sides', 'from=known-good')).toEqual(await diff('sides', 'from=1&to=2'));
    expect(await diff('sides', 'from=0&to=1')).toMatchObject({ from: 0, total: 4 });
    const saveDraft = (content: string, ifMatch: string) =>
      plane
        .request()
        .put(`${documentPath('sides')}/draft`)
        .set('if-match', ifMatch)
        .send({ content, format: 'yaml' })
        .expect(200);
    await saveDraft('port: 81', '"2"');
    expect(await diff('sides', 'from=live&to=draft')).toMatchObject({
      from: 2,
      to: 'draft',
      counts: { added: 0, changed: 0, removed: 4 },
    });
    await saveDraft('port: [', '*');
    const path = `${documentPath('sides')}/diff`;
    const { body } = await plane
      .request()
      .get(`${path}?from=draft`)
      .expect(isProblem(422, 'invalid_content'));
    expect((body as { errors: object[] }).errors[0]).toMatchObject({ pointer: '' });
  });

  it('says what there is not', async () => {
    await withVersions('missing', [{ port: 80 }]);
    const isMissing = isProblem(404, 'not_found');
    const path = `${documentPath('missing')}/diff`;
    for (const side of ['2', 'draft', 'no-tag'])
      await plane.request().get(`${path}?from=${side}`).expect(isMissing);
    for (const place of [documentPath('nowhere'), documentPath('missing', 'nowhere')])
      for (const side of ['live', '0', 'draft', '1'])
        await plane.request().get(`${place}/diff?from=${side}`).expect(isMissing);
    await plane
      .request()
      .get(`${documentPath('missing', 'prod')}/diff?from=live`)
      .expect(200);
    for (const query of ['', '?from=-1', '?from=1.5', '?from=99999999999', '?from=A'])
      await plane.request().get(`${path}${query}`).expect(isProblem(400, 'invalid_request'));
  });

  it('of large documents holds up nobody else', async () => {
    const full = (text: string) =>
      Object.fromEntries(Array.from({ length: 9_000 }, (_, index) => [`key-${index}`, text.repeat(90)]));
    await withVersions('large', [full('a')]);
    await plane
      .request()
      .post(`${documentPath('large')}/versions`)
      .set('if-match', '"1"')
      .send({ content: full('b'), confirm: true })
      .expect(201);
    const { patch, changes, total, truncated } = await diff('large', 'from=1&to=2');
    expect([total, truncated]).toEqual([9_000, true]);
    expect(changes.length).toBeLessThan(2_000);
    const made = applyJsonPatch(full('a'), patch as JsonPatchOperation[]);
    expect(made).toEqual({ ok: true, value: full('b') });
  });
});

describe('tags', () => {
  it('name versions, move, and go', async () => {
    await withVersions('tagged', [{ number: 1 }, { number: 2 }]);
    await putTag('tagged', 'known-good', 1).expect(200);
    await putTag('tagged', 'before-sale', 1).expect(200);
    const { body } = await putTag('tagged', 'known-good', 2).expect(200);
    expect(body).toMatchObject({ tag: 'known-good', version: 2 });
    expect((await versions('tagged')).map(({ tags }) => tags)).toEqual([['known-good'], ['before-sale']]);
    const { body: listed } = await plane
      .request(1)
      .get(`${documentPath('tagged')}/tags`)
      .expect(200);
    expect((listed as { items: { tag: string }[] }).items.map(({ tag }) => tag)).toEqual([
      'before-sale',
      'known-good',
    ]);
    const remove = () => plane.request(1).delete(`${documentPath('tagged')}/tags/known-good`);
    await remove().expect(204);
    await remove().expect(isProblem(404, 'not_found'));
    const { body: audit } = await plane.request().get('/audit?service=tagged').expect(200);
    expect((audit as { items: object[] }).items.slice(0, 2)).toMatchObject([
      { action: 'document.untag', detail: { tag: 'known-good', version: 2 } },
      { action: 'document.tag', detail: { tag: 'known-good', version: 2, before: 1 } },
    ]);
  });

  it('name nothing that is not there, and take no name that means something else', async () => {
    await withVersions('untagged', [{ number: 1 }]);
    await putTag('untagged', 'known-good', 2).expect(isProblem(404, 'not_found'));
    await putTag('nowhere', 'known-good', 1).expect(isProblem(404, 'not_found'));
    for (const name of ['live', 'draft', '7', 'No'])
      await putTag('untagged', name, 1).expect(isProblem(400, 'invalid_request'));
    await plane
      .request()
      .get(`${documentPath('nowhere')}/tags`)
      .expect(isProblem(404, 'not_found'));
  });

  it('are a hundred at most', async () => {
    await withVersions('crowded', [{ number: 1 }]);
    await plane.database.query(
      `insert into document_tags (workspace_id, service, layer, tag, version, author)
       select 'default', 'crowded', 'base', 'tag-' || n, 1, 'story' from generate_series(1, 100) n`,
    );
    await putTag('crowded', 'one-more', 1).expect(isProblem(422, 'too_many'));
    await putTag('crowded', 'tag-7', 1).expect(200);
  });
});
