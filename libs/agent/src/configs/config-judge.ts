import { MAX_REASON_CHARACTERS } from '../agents/wire.js';
import type { OnceLogger } from '../logger.js';
import { resolveConfig, type FixedLayers, type MovingLayers, type ResolvedConfig } from './resolve-config.js';
import { maskSecrets } from './secrets.js';
import type { ConfigSnapshot } from './snapshot.js';
import { findRejection, type Validator } from './validators.js';

/** Validators run between two requests of the service. */
const SLOW_MS = 100;

export interface JudgedConfig extends ResolvedConfig {
  readonly moving: MovingLayers;
  /** Why it is refused, or null. It goes to logs and to the plane: no secret is in it. */
  readonly reason: string | null;
}

/** Makes one configuration of all layers, and says whether it may be applied. */
export class ConfigJudge {
  readonly #fixed: FixedLayers;
  readonly #validators: Set<Validator>;
  readonly #once: OnceLogger;

  constructor(
    { defaults, overrides, secretKeys }: FixedLayers,
    validators: readonly Validator[],
    once: OnceLogger,
  ) {
    // A copy: it is frozen, and the original is the service's own.
    this.#fixed = { defaults: structuredClone(defaults), overrides, secretKeys };
    this.#validators = new Set(validators);
    this.#once = once;
  }

  addValidator(validator: Validator): () => void {
    this.#validators.add(validator);
    return () => void this.#validators.delete(validator);
  }

  /** The configuration, unjudged: what a service begins with. */
  resolve(moving: MovingLayers): ResolvedConfig {
    return resolveConfig(this.#fixed, moving, this.#once);
  }

  judge(moving: MovingLayers, current: ConfigSnapshot): JudgedConfig {
    const resolved = this.resolve(moving);
    return { ...resolved, moving, reason: this.#findFault(resolved, current) };
  }

  #findFault(resolved: ResolvedConfig, current: ConfigSnapshot): string | null {
    const { snapshot, secrets, missingSecrets, fault } = resolved;
    if (fault !== null) return fault.slice(0, MAX_REASON_CHARACTERS);
    if (snapshot.source === 'plane' && missingSecrets.length > 0) return lacking(missingSecrets);
    const startedMs = performance.now();
    const reason = findRejection(this.#validators, snapshot, current);
    const tookMs = performance.now() - startedMs;
    if (tookMs > SLOW_MS)
      this.#once.warn(
        'slow',
        `the validators took ${Math.round(tookMs)} ms, for which the service stood still`,
      );
    return reason === null ? null : maskSecrets(reason, secrets).slice(0, MAX_REASON_CHARACTERS);
  }
}

/** Why a revision is refused whose secrets did not come with it. */
export function lacking(names: readonly string[]): string {
  const reason = `no value came for the secrets ${names.join(', ')}: the token needs the role agent`;
  return reason.slice(0, MAX_REASON_CHARACTERS);
}
