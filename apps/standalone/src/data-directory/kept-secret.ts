import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { StartError } from '../start-error.js';

export type KeptSecret = {
  secret: string;
  isNew: boolean;
  /** Writes it where it is new. */
  keep(): void;
};

/** A secret that is made at the first start and found again at every later one, in a file that only its owner reads. */
export function findOrMakeSecret(file: string, generate: () => string): KeptSecret {
  if (existsSync(file)) {
    const secret = readFileSync(file, 'utf8').trim();
    if (secret === '')
      throw new StartError(`${file} is empty: put its content back, or delete it to have a new one`);
    return { secret, isNew: false, keep: () => {} };
  }
  const secret = generate();
  return { secret, isNew: true, keep: () => writePrivateFile(file, secret) };
}

/** The same, written at once. */
export function keepSecret(file: string, generate: () => string): { secret: string; isNew: boolean } {
  const { secret, isNew, keep } = findOrMakeSecret(file, generate);
  keep();
  return { secret, isNew };
}

/** For its owner alone. Written beside and renamed, so that a kill leaves either none or a whole one. */
export function writePrivateFile(file: string, content: string): void {
  const unfinished = `${file}.${randomBytes(6).toString('hex')}`;
  writeFileSync(unfinished, `${content}\n`, { mode: 0o600, flush: true });
  renameSync(unfinished, file);
}

/** 256 random bits, safe in URLs. */
export function generatePassword(): string {
  return randomBytes(32).toString('base64url');
}
