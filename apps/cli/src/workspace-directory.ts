import { randomBytes } from 'node:crypto';
import { isUtf8 } from 'node:buffer';
import { constants, type Dirent } from 'node:fs';
import { lstat, mkdir, open, readdir, realpath, rename, rm, rmdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ENVIRONMENTS_FILE, MAX_EXPORTED_FILES, parseWorkspacePath } from '@binnacle/contracts';

const SERVICES = 'services';
/** A document is at most 1 MiB; a schema, written with indentation, may be larger. */
const MAX_FILE_BYTES = 16_777_216;

/** A file or folder that cannot be used. */
export class DirectoryFault extends Error {
  override readonly name = 'DirectoryFault';
}

/**
 * A workspace as files in a directory. Knows the files of the layout alone: all others are neither read, written nor
 * deleted. Follows no symbolic link below the directory, so that nothing outside of it is touched.
 */
export class WorkspaceDirectory {
  private constructor(private readonly root: string) {}

  static async open(path: string, { create }: { readonly create: boolean }): Promise<WorkspaceDirectory> {
    try {
      if (create) await mkdir(path, { recursive: true });
      const root = await realpath(path);
      if (!(await lstat(root)).isDirectory()) throw new DirectoryFault(`${path} is no directory`);
      return new WorkspaceDirectory(root);
    } catch (error) {
      throw asFault(error, path);
    }
  }

  /** The paths of the layout that there are, in order. */
  async list(): Promise<string[]> {
    const paths = (await this.entries('')).some(({ name }) => name === ENVIRONMENTS_FILE)
      ? [ENVIRONMENTS_FILE]
      : [];
    for (const { name: service } of await this.entries(SERVICES)) {
      for (const { name } of await this.entries(`${SERVICES}/${service}`)) {
        const path = `${SERVICES}/${service}/${name}`;
        if (parseWorkspacePath(path) !== undefined) paths.push(path);
      }
      if (paths.length > MAX_EXPORTED_FILES)
        throw new DirectoryFault('There are too many files in the directory');
    }
    return paths;
  }

  async read(path: string): Promise<string> {
    await this.mustBeInside(path);
    try {
      const bytes = await this.bytesOf(path);
      if (!isUtf8(bytes)) throw new DirectoryFault(`${path} is not UTF-8`);
      return bytes.toString('utf8');
    } catch (error) {
      throw asFault(error, path);
    }
  }

  /** Whole or not at all; answers whether it was another one before. */
  async write(path: string, content: string): Promise<boolean> {
    await this.mustBeInside(path);
    const bytes = Buffer.from(content, 'utf8');
    const target = join(this.root, path);
    const unfinished = `${target}.${randomBytes(6).toString('hex')}.tmp`;
    try {
      await mkdir(dirname(target), { recursive: true });
      if (await this.isThere(path)) if (bytes.equals(await this.bytesOf(path))) return false;
      const file = await open(unfinished, 'wx', 0o644);
      try {
        await file.writeFile(bytes);
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(unfinished, target);
      return true;
    } catch (error) {
      await rm(unfinished, { force: true });
      throw asFault(error, path);
    }
  }

  /** With its folder, when that is empty then. */
  async remove(path: string): Promise<void> {
    await this.mustBeInside(path);
    try {
      await rm(join(this.root, path));
      const folder = dirname(join(this.root, path));
      if (folder !== this.root && (await readdir(folder)).length === 0) await rmdir(folder);
    } catch (error) {
      throw asFault(error, path);
    }
  }

  private async bytesOf(path: string): Promise<Buffer> {
    // A link that was put there since must not be followed either.
    const file = await open(join(this.root, path), constants.O_RDONLY | constants.O_NOFOLLOW);
    try {
      const { size } = await file.stat();
      if (size > MAX_FILE_BYTES) throw new DirectoryFault(`${path} is larger than ${MAX_FILE_BYTES} bytes`);
      return await file.readFile();
    } finally {
      await file.close();
    }
  }

  private async isThere(path: string): Promise<boolean> {
    return (await kindOf(join(this.root, path))) !== 'nothing';
  }

  /** @throws DirectoryFault for a path that is none of the layout, or that leads through a link */
  private async mustBeInside(path: string): Promise<void> {
    if (parseWorkspacePath(path) === undefined) throw new DirectoryFault(`${path} is no file of a workspace`);
    const parts = path.split('/');
    for (let depth = 1; depth <= parts.length; depth++) {
      const part = parts.slice(0, depth).join('/');
      const expected = depth === parts.length ? 'file' : 'folder';
      const kind = await kindOf(join(this.root, part));
      if (kind === 'nothing') return;
      if (kind !== expected) throw new DirectoryFault(`${part} is no ${expected} but ${describe(kind)}`);
    }
  }

  /** Of a folder that may not be there. Links and the like are refused, not passed over. */
  private async entries(folder: string): Promise<Dirent[]> {
    const path = join(this.root, folder);
    const kind = await kindOf(path);
    if (kind === 'nothing' || (folder.includes('/') && kind === 'file')) return [];
    if (kind !== 'folder') throw new DirectoryFault(`${folder} is no folder but ${describe(kind)}`);
    try {
      return (await readdir(path, { withFileTypes: true })).toSorted((one, other) =>
        one.name < other.name ? -1 : 1,
      );
    } catch (error) {
      throw asFault(error, folder);
    }
  }
}

type Kind = 'file' | 'folder' | 'link' | 'other' | 'nothing';

async function kindOf(path: string): Promise<Kind> {
  try {
    const found = await lstat(path);
    if (found.isSymbolicLink()) return 'link';
    if (found.isDirectory()) return 'folder';
    return found.isFile() ? 'file' : 'other';
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return 'nothing';
    throw asFault(error, path);
  }
}

function describe(kind: Kind): string {
  switch (kind) {
    case 'link':
      return 'a symbolic link, which is not followed';
    case 'folder':
      return 'a folder';
    case 'file':
      return 'a file';
    case 'other':
    case 'nothing':
      return 'something else';
  }
}

function asFault(error: unknown, path: string): unknown {
  const code = codeOf(error);
  if (error instanceof DirectoryFault || code === undefined) return error;
  return new DirectoryFault(`${path} cannot be used (${code})`, { cause: error });
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;
}
