import type { Lifecycle as LifecycleState } from '@binnacle/domain';

/** What the instance says about its own life. It begins as `starting`; `agent.close()` makes it `stopped`. */
export interface Lifecycle {
  readonly state: LifecycleState;
  /** Tells the control plane at once. After `close()` it changes nothing. */
  set(state: Exclude<LifecycleState, 'stopped'>): void;
}

export class LifecyclePart implements Lifecycle {
  #state: LifecycleState = 'starting';
  /** Called after each change. */
  onChange: () => void = () => {};

  get state(): LifecycleState {
    return this.#state;
  }

  set(state: Exclude<LifecycleState, 'stopped'>): void {
    if (state !== 'starting' && state !== 'ready' && state !== 'draining')
      throw new TypeError(`lifecycle.set: there is no state ${String(state)}`);
    if (this.#state === 'stopped' || this.#state === state) return;
    this.#state = state;
    this.onChange();
  }

  /** The last change; told by whoever closes. */
  stop(): void {
    this.#state = 'stopped';
  }
}
