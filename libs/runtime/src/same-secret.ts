import { hash, timingSafeEqual } from 'node:crypto';

/** Whether somebody sent the secret, in a time that tells nothing of how much of it was right. */
export function isSameSecret(sent: string | undefined, secret: string): boolean {
  return timingSafeEqual(hash('sha256', sent ?? '', 'buffer'), hash('sha256', secret, 'buffer'));
}
