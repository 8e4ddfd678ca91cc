import { execFile, spawn } from 'node:child_process';
import { once as eventOnce } from 'node:events';
import { readdirSync } from 'node:fs';
import { chmod, cp, mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { revisionOf } from '../../../../test/harness/scripted-plane.js';
import { OnceLogger } from '../logger.js';
import { decodeCacheFile, encodeCacheFile } from './cache-file.js';
import { ConfigCache } from './config-cache.js';

const run = promisify(execFile);
const identity = { url: 'http://localhost:7420/', service: 'checkout', environment: 'prod' };
const content = { text: 'ünïcode "quoted"', nested: { list: [1, 2.5, null, true] }, empty: {} };

describe('the cache of configuration', () => {
  let directory: string;
  let warnings: string[];

  beforeEach(async () => {
    directory = join(await mkdtemp(join(tmpdir(), 'binnacle-agent-')), 'cache');
    warnings = [];
  });
  afterEach(() => rm(join(directory, '..'), { recursive: true, force: true }));

  function openCache(changes: Partial<typeof identity> = {}, path = directory): ConfigCache {
    const warn = (message: string) => void warnings.push(message);
    const once = new OnceLogger({ info: () => {}, warn, error: warn });
    return new ConfigCache(path, { ...identity, ...changes }, once);
  }

  async function kept(revision: number, epoch?: string): Promise<ConfigCache> {
    const cache = openCache();
    cache.keep(revisionOf(content, revision, epoch));
    await cache.flushed();
    return cache;
  }

  it('gives back what it kept, readable only by its owner', async () => {
    const cache = await kept(7);
    expect(openCache().load()).toEqual(revisionOf(content, 7));
    expect((await stat(cache.path)).mode & 0o777).toBe(0o600);
    expect((await stat(directory)).mode & 0o777).toBe(0o700);
    expect(await readdir(directory)).toHaveLength(1);
    expect(warnings).toEqual([]);
  });

  it('is silently empty at the first start', () => {
    expect(openCache().load()).toBeNull();
    expect(warnings).toEqual([]);
  });

  it('keeps one file for each plane, service and environment', async () => {
    await kept(7);
    for (const change of [{ service: 'other' }, { environment: 'dev' }, { url: 'http://elsewhere/' }]) {
      expect(openCache(change).load()).toBeNull();
    }
    expect(warnings).toEqual([]);
  });

  it.each([{ service: 'other' }, { environment: 'dev' }, { url: 'http://elsewhere/' }])(
    'refuses a file that was copied from another one (%o)',
    async (change) => {
      await kept(7);
      const bytes = encodeCacheFile({ ...identity, ...change }, revisionOf(content, 9));
      await writeFile(openCache().path, bytes);
      expect(openCache().load()).toBeNull();
      expect(warnings.join()).toContain('belongs to another service');
    },
  );

  it('refuses a sound file whose content does not match its hash', async () => {
    await kept(7);
    const forged = { ...revisionOf(content, 8), content: { forged: true } };
    await writeFile(openCache().path, encodeCacheFile(identity, forged));
    expect(openCache().load()).toBeNull();
    expect(warnings.join()).toContain('does not match its hash');
  });

  it('refuses every truncation, and every changed byte at every offset (fault 24)', () => {
    const bytes = encodeCacheFile(identity, revisionOf(content, 7));
    expect(decodeCacheFile(bytes, identity).ok).toBe(true);
    for (let offset = 0; offset < bytes.length; offset++) {
      expect(decodeCacheFile(bytes.subarray(0, offset), identity).ok).toBe(false);
      for (let bit = 0; bit < 8; bit++) {
        const flipped = Buffer.from(bytes);
        flipped[offset] = (flipped[offset] ?? 0) ^ (1 << bit);
        if (decodeCacheFile(flipped, identity).ok) expect.fail(`bit ${bit} at ${offset} went unseen`);
      }
    }
  });

  it('refuses anything else that may lie there, and only warns', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.uint8Array(),
          fc.json().map((text) => Buffer.from(text)),
        ),
        (bytes) => {
          expect(decodeCacheFile(Buffer.from(bytes), identity).ok).toBe(false);
        },
      ),
    );
  });

  it('warns and goes on when the file cannot be read', async () => {
    await mkdir(openCache().path, { recursive: true });
    expect(openCache().load()).toBeNull();
    expect(warnings).toHaveLength(1);
  });

  it('writes the latest of many, and never goes back, also against another process', async () => {
    const cache = openCache();
    for (let revision = 1; revision <= 50; revision++) cache.keep(revisionOf({ revision }, revision));
    await cache.flushed();
    expect(cache.load()?.revision).toBe(50);

    const slower = openCache();
    slower.keep(revisionOf({}, 49));
    await slower.flushed();
    expect(cache.load()?.revision).toBe(50);
    slower.keep(revisionOf({}, 3, 'epoch-2'));
    await slower.flushed();
    expect(cache.load()).toMatchObject({ epoch: 'epoch-2', revision: 3 });
  });

  it('removes what killed writers left, and nothing else', async () => {
    const cache = await kept(1);
    await writeFile(`${cache.path}.999999999.aa.tmp`, 'half');
    await writeFile(`${cache.path}.${process.pid}.bb.tmp`, 'being written');
    await writeFile(join(directory, 'unrelated.999999999.tmp'), 'mine');
    cache.keep(revisionOf({}, 2));
    await cache.flushed();
    const names = await readdir(directory);
    expect(names.filter((name) => name.includes('.aa.'))).toEqual([]);
    expect(names.filter((name) => name.includes('.bb.'))).toHaveLength(1);
    expect(names).toContain('unrelated.999999999.tmp');
  });

  it('keeps the old file when the new one cannot be written, and warns (fault 23)', async () => {
    const cache = await kept(1);
    const makeRoom = await runOutOfSpace(directory);
    try {
      cache.keep(revisionOf({ padding: 'x'.repeat(500_000) }, 2));
      await cache.flushed();
      expect(warnings).toEqual([expect.stringMatching(/cannot keep the configuration.*(ENOSPC|EACCES)/)]);
      expect(openCache().load()).toEqual(revisionOf(content, 1));
      expect(temporaryFiles(directory)).toEqual([]);
    } finally {
      await makeRoom();
    }
  });

  it('warns and goes on when its directory cannot be made', async () => {
    const file = join(directory, '..', 'file');
    await writeFile(file, '');
    const cache = openCache({}, join(file, 'cache'));
    cache.keep(revisionOf({}, 2));
    await cache.flushed();
    expect(warnings.join()).toContain('cannot keep the configuration');
  });

  it(
    'is whole, old or new, after a kill in the middle of writing (fault 24)',
    { timeout: 60_000 },
    async () => {
      const source = `
      import { ConfigCache } from ${JSON.stringify(new URL('./config-cache.ts', import.meta.url).href)};
      import { canonicalJson, contentHash } from '@binnacle/domain';
      const cache = new ConfigCache(${JSON.stringify(directory)}, ${JSON.stringify(identity)}, { warn: console.error });
      for (let revision = 1; ; revision++) {
        const content = { revision, padding: 'x'.repeat(200_000) };
        cache.keep({ epoch: 'e', revision, hash: contentHash(canonicalJson(content)), content });
        await cache.flushed();
        if (revision === 1) console.log('begun');
      }
    `;
      let last = 0;
      for (let round = 0; round < 6; round++) {
        const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '--eval', source], {
          stdio: ['ignore', 'pipe', 'inherit'],
        });
        await eventOnce(child.stdout, 'data');
        // Somewhere within a write: these take a few milliseconds, and the rounds differ.
        const isWriting = () => expect(temporaryFiles(directory)).not.toEqual([]);
        await vi.waitFor(isWriting, { timeout: 10_000, interval: 1 });
        child.kill('SIGKILL');
        await eventOnce(child, 'exit');
        const loaded = openCache().load();
        expect(loaded?.content).toMatchObject({ revision: loaded?.revision });
        expect(loaded?.revision).toBeGreaterThanOrEqual(last);
        last = loaded?.revision ?? 0;
      }
      expect(warnings).toEqual([]);
      await kept(1_000_000);
      expect(temporaryFiles(directory)).toEqual([]);
    },
  );
});

function temporaryFiles(directory: string): string[] {
  return readdirSync(directory).filter((name) => name.endsWith('.tmp'));
}

/** Leaves the files as they are, and lets no new one be written: a full disk where one may be mounted. */
async function runOutOfSpace(directory: string): Promise<() => Promise<unknown>> {
  if (process.getuid?.() !== 0) {
    await chmod(directory, 0o500);
    return () => chmod(directory, 0o700);
  }
  const aside = await mkdtemp(join(tmpdir(), 'binnacle-agent-'));
  await cp(directory, aside, { recursive: true });
  await run('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', directory]);
  await cp(aside, directory, { recursive: true });
  await rm(aside, { recursive: true });
  return () => run('umount', [directory]);
}
