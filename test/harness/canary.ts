import { randomBytes } from 'node:crypto';

export interface Finding {
  readonly canary: string;
  readonly encoding: string;
  readonly where: string;
  /** What stands around it. */
  readonly context: string;
}

const CONTEXT_CHARACTERS = 80;

/** Secrets that nothing else can look like, and the search for them in whatever a system leaves behind. */
export class Canaries {
  readonly #labels = new Map<string, string>();
  #searchedBytes = 0;

  /** A value to be planted; its label names it in findings. */
  plant(label: string): string {
    const canary = `canary-${randomBytes(15).toString('hex')}`;
    this.#labels.set(canary, label);
    return canary;
  }

  get count(): number {
    return this.#labels.size;
  }

  get searchedBytes(): number {
    return this.#searchedBytes;
  }

  /** Where any of them lies in a text, plain or in an encoding that a program may have put it in. */
  search(where: string, text: string): Finding[] {
    this.#searchedBytes += text.length;
    const lowered = text.toLowerCase();
    const findings: Finding[] = [];
    for (const [canary, label] of this.#labels) {
      for (const [encoding, sign] of signsOf(canary)) {
        const isCaseless = encoding === 'hex';
        const index = (isCaseless ? lowered : text).indexOf(sign);
        if (index < 0) continue;
        const context = text.slice(Math.max(0, index - CONTEXT_CHARACTERS), index + CONTEXT_CHARACTERS);
        findings.push({ canary: label, encoding, where, context });
      }
    }
    return findings;
  }
}

function signsOf(canary: string): [encoding: string, sign: string][] {
  const bytes = Buffer.from(canary);
  // Only what no neighbour takes part in: 3 bytes make 4 characters, counted from wherever the text around it began.
  const base64 = [0, 1, 2].map((offset): [string, string] => {
    const shifted = bytes.subarray((3 - offset) % 3);
    return [
      `base64 at ${offset}`,
      shifted.subarray(0, shifted.length - (shifted.length % 3)).toString('base64'),
    ];
  });
  // A part is enough: shortened, or across the end of what was kept.
  return [['plain', canary.slice(0, 24)], ['hex', bytes.subarray(0, 20).toString('hex')], ...base64];
}
