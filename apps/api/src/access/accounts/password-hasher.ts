import { randomBytes } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { Injectable } from '@nestjs/common';
import { hash, parseOptions, verify } from '@node-rs/argon2';
import { Problem } from '@binnacle/contracts';

/** OWASP's cheat sheet on storing passwords: Argon2id with 19 MiB and two passes. */
const PARAMETERS = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;
const OUTPUT_BYTES = 32;
const SALT_BYTES = 16;

/** A core is left for the event loop, and half of libuv's four threads for files and names. */
const MAX_RUNNING = Math.max(1, Math.min(2, availableParallelism() - 1));
const MAX_WAITING = 50;
const MAX_WAIT_MS = 5_000;

interface Waiting {
  readonly start: () => void;
  readonly timer: NodeJS.Timeout;
}

/**
 * Hashes passwords with Argon2id, a few at a time: each takes a core for tens of milliseconds and 19 MiB, so that a
 * crowd that signs in would otherwise take this process from everybody else.
 */
@Injectable()
export class PasswordHasher {
  private running = 0;
  private readonly waiting: Waiting[] = [];
  /** Looks as if it were somebody's hash, and is that of no password. */
  private readonly nobodys = phcString(randomBytes(SALT_BYTES), randomBytes(OUTPUT_BYTES));

  /**
   * As a PHC string.
   *
   * @throws Problem busy when too many wait already, or for too long
   */
  hash(password: string): Promise<string> {
    return this.inTurn(() => hash(prepared(password), PARAMETERS));
  }

  /** Takes the same work without a hash, for somebody who has none. @throws Problem busy */
  verify(passwordHash: string | null | undefined, password: string): Promise<boolean> {
    return this.inTurn(() => verify(passwordHash ?? this.nobodys, prepared(password)));
  }

  /** Whether it was made with less than what is asked for today. */
  isOutdated(passwordHash: string): boolean {
    const { memoryCost, timeCost } = parseOptions(passwordHash);
    return memoryCost < PARAMETERS.memoryCost || timeCost < PARAMETERS.timeCost;
  }

  private async inTurn<Answer>(work: () => Promise<Answer>): Promise<Answer> {
    if (this.running >= MAX_RUNNING) await this.wait();
    else this.running += 1;
    try {
      return await work();
    } finally {
      const next = this.waiting.shift();
      // Whoever comes next takes over the place, so that nobody can slip in between.
      if (next === undefined) this.running -= 1;
      else next.start();
    }
  }

  private wait(): Promise<void> {
    if (this.waiting.length >= MAX_WAITING) throw busy();
    return new Promise((resolve, reject) => {
      const waiting: Waiting = {
        start: () => {
          clearTimeout(waiting.timer);
          resolve();
        },
        timer: setTimeout(() => {
          this.waiting.splice(this.waiting.indexOf(waiting), 1);
          reject(busy());
        }, MAX_WAIT_MS),
      };
      this.waiting.push(waiting);
    });
  }
}

function busy(): Problem {
  return new Problem('busy', 'Too many people sign in at this moment. Try again in a few seconds.');
}

/** The same password may be typed as different code points (NIST SP 800-63B §3.1.1.2). */
function prepared(password: string): string {
  return password.normalize('NFKC');
}

function phcString(salt: Buffer, output: Buffer): string {
  const { memoryCost, timeCost, parallelism } = PARAMETERS;
  const encode = (bytes: Buffer) => bytes.toString('base64').replaceAll('=', '');
  return `$argon2id$v=19$m=${memoryCost},t=${timeCost},p=${parallelism}$${encode(salt)}$${encode(output)}`;
}
