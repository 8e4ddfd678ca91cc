import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Generates the Prisma client when the schema or Prisma itself changed. It is part of every build, so it loads
 * nothing of Prisma when there is nothing to do, and it never reaches for the network.
 */
const root = join(import.meta.dirname, '..');
const schemaPath = join(root, 'prisma', 'schema.prisma');
const prismaDir = join(root, 'node_modules', 'prisma');
const outputDir = join(root, 'libs', 'store', 'src', 'generated');
const stampPath = join(outputDir, '.stamp');

const schema = readFileSync(schemaPath);
const { version } = JSON.parse(readFileSync(join(prismaDir, 'package.json'), 'utf8'));
const stamp = `${version} ${createHash('sha256').update(schema).digest('hex')}\n`;

const current = existsSync(stampPath) && existsSync(join(outputDir, 'client.ts'));
if (!current || readFileSync(stampPath, 'utf8') !== stamp) {
  const result = spawnSync(
    process.execPath,
    [join(prismaDir, 'build', 'index.js'), 'generate', '--schema', schemaPath, '--no-hints'],
    {
      cwd: root,
      encoding: 'utf8',
      env: {
        ...process.env,
        // Generating needs no schema engine. Naming any existing file keeps Prisma from downloading one.
        PRISMA_SCHEMA_ENGINE_BINARY: schemaPath,
        CHECKPOINT_DISABLE: '1',
        PRISMA_HIDE_UPDATE_MESSAGE: '1',
      },
    },
  );
  if (result.status !== 0) {
    process.stderr.write(`${result.stdout ?? ''}${result.stderr ?? ''}${result.error?.message ?? ''}\n`);
    process.stderr.write('prisma generate failed\n');
    process.exit(1);
  }
  writeFileSync(stampPath, stamp);
}
