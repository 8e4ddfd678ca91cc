import { clientNetwork } from '../http/client-address.js';
import { Occupancy } from '../limits/connection-limits.js';
import type { Refusal } from './refusal-windows.js';

/** All of a refusal but who it was. */
export type RefusedAct = Omit<Refusal, 'actor'> & Pick<Refusal['actor'], 'address' | 'requestId'>;

export interface RefusalLookup {
  readonly secretHash: string;
  readonly act: RefusedAct;
  count: number;
}

/** Most of what a guesser sends belongs to nobody: he has a share of the look-ups of one flush, and leaves the rest. */
const MAX_LOOKUPS = 200;
const MAX_LOOKUPS_PER_ADDRESS = 20;

/** Refused credentials of which it is to be found out whose they were. */
export class RefusalLookups {
  #lookups = new Map<string, RefusalLookup>();
  #ofAddress = new Occupancy();

  /** False when there is no room: it is not looked up then. */
  add(secretHash: string, act: RefusedAct, count = 1): boolean {
    const address = clientNetwork(act.address);
    const key = `${secretHash}\n${act.method} ${act.route}\n${act.code}\n${address}`;
    const known = this.#lookups.get(key);
    if (known !== undefined) {
      known.count += count;
      return true;
    }
    if (this.#lookups.size >= MAX_LOOKUPS || this.#ofAddress.of(address) >= MAX_LOOKUPS_PER_ADDRESS)
      return false;
    this.#lookups.set(key, { secretHash, act, count });
    this.#ofAddress.add(address);
    return true;
  }

  /** All of them, which are no longer here then. */
  take(): RefusalLookup[] {
    const taken = [...this.#lookups.values()];
    this.#lookups = new Map();
    this.#ofAddress = new Occupancy();
    return taken;
  }
}
