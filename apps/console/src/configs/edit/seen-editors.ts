export interface SeenEditor {
  readonly name: string;
  readonly since: string;
}

/** The editors that a message names for a document; undefined when it is about another one. */
export function editorsIn(
  message: unknown,
  service: string,
  layer: string,
): readonly SeenEditor[] | undefined {
  const {
    service: ofService,
    layer: ofLayer,
    editors,
  } = message as {
    readonly service?: unknown;
    readonly layer?: unknown;
    readonly editors?: readonly SeenEditor[];
  };
  return ofService === service && ofLayer === layer ? (editors ?? []) : undefined;
}
