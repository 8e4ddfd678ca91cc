import { reasonOf, type Logger } from '../logger.js';

/** What happens to the configuration, for whoever wants to count or tell it. No reason holds the value of a secret. */
export type ConfigEvent =
  | { readonly kind: 'revision_applied'; readonly revision: number }
  | { readonly kind: 'revision_rejected'; readonly revision: number; readonly reason: string }
  | { readonly kind: 'file_applied'; readonly path: string }
  | { readonly kind: 'file_rejected'; readonly path: string; readonly reason: string }
  | { readonly kind: 'watcher_failed'; readonly key: string; readonly reason: string };

export type ConfigEventListener = (event: ConfigEvent) => void;

/** Tells each listener of each event; one that throws, or rejects later, is logged and harms nobody else. */
export class ConfigEvents {
  readonly #listeners = new Set<{ readonly listener: ConfigEventListener }>();
  readonly #logger: Logger;

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  add(listener: ConfigEventListener): () => void {
    const entry = { listener };
    this.#listeners.add(entry);
    return () => void this.#listeners.delete(entry);
  }

  tell(event: ConfigEvent): void {
    const report = (error: unknown) =>
      this.#logger.error(`a listener for events of the configuration threw: ${reasonOf(error)}`);
    for (const { listener } of Array.from(this.#listeners)) {
      try {
        const returned: unknown = listener(event);
        if (returned instanceof Promise) returned.catch(report);
      } catch (error) {
        report(error);
      }
    }
  }
}
