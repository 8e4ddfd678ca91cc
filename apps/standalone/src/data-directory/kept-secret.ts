import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { StartError } from '../start-error.js';

/**
 * A secret that is made at the first start and found again at every later one, in a file that only its owner reads.
 * Written beside and renamed, so that a kill leaves either none or a whole one.
 */
export function keepSecret(file: string, generate: () => string): { secret: string; isNew: boolean } {
  if (existsSync(file)) {
    const secret = readFileSync(file, 'utf8').trim();
    if (secret === '')
      throw new StartError(`${file} is empty: put its content back, or delete it to have a new one`);
    return { secret, isNew: false };
  }
  const secret = generate();
  const unfinished = `${file}.${randomBytes(6).toString('hex')}`;
  writeFileSync(unfinished, `${secret}\n`, { mode: 0o600, flush: true });
  renameSync(unfinished, file);
  return { secret, isNew: true };
}

/** 256 random bits, safe in URLs. */
export function generatePassword(): string {
  return randomBytes(32).toString('base64url');
}
