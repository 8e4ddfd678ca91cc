import { Problem } from '@binnacle/contracts';
import { collectLayers } from '@binnacle/domain';
import type { ConfigTree, CurrentDocument } from '@binnacle/store';
import { inTurns } from './composition-turns.js';

/** Of all different configs that one change makes, before they are merged: what a process has the memory for. */
const MAX_COMPOSED_CHARACTERS = 268_435_456;
/** Of all documents and schemas that it depends on. */
const MAX_TREE_BYTES = 268_435_456;

/** Documents and includes. */
export type TreeContents = Pick<ConfigTree, 'sources' | 'documents'>;

/** Documents that are put together, lowest first, and those that were. */
export interface Composition {
  /** The same wherever the same contents come together. */
  readonly key: string;
  readonly before: readonly CurrentDocument[];
  readonly after: readonly CurrentDocument[];
}

/** What every affected service is made of in every environment, by `<service>/<environment>`. It reads no text. */
export async function findCompositions(
  tree: ConfigTree,
  before: TreeContents,
): Promise<Map<string, Composition>> {
  const compositions = new Map<string, Composition>();
  await inTurns(pairsOf(tree), ([service, environment]) => {
    const after = layersOf(tree, service, environment);
    if (after.length === 0) return;
    const held = layersOf(before, service, environment);
    const key = `${held.map(({ hash }) => hash).join()}>${after.map(({ hash }) => hash).join()}`;
    compositions.set(`${service}/${environment}`, { key, before: held, after });
  });
  return compositions;
}

/**
 * How much memory it takes to read the tree and to put its configs together, in characters. That can be said before its
 * texts are read.
 *
 * @throws Problem payload_too_large
 */
export async function weightOf(tree: ConfigTree, before: TreeContents): Promise<number> {
  if (tree.bytes > MAX_TREE_BYTES)
    throw new Problem(
      'payload_too_large',
      `This concerns documents and schemas of more than ${MAX_TREE_BYTES} bytes in all, which is more than can be changed at once.`,
    );
  const distinct = new Map<string, Composition>();
  for (const composition of (await findCompositions(tree, before)).values())
    distinct.set(composition.key, composition);
  return tree.bytes + charactersOf([...distinct.values()]);
}

/** @throws Problem payload_too_large */
export function mustFit(compositions: readonly Composition[]): void {
  charactersOf(compositions);
}

function charactersOf(compositions: readonly Composition[]): number {
  const all = compositions.reduce(
    (sum, { after }) => sum + after.reduce((own, { characters }) => own + characters, 0),
    0,
  );
  if (all > MAX_COMPOSED_CHARACTERS)
    throw new Problem(
      'payload_too_large',
      `This would change too many different configs, or too large ones: at most ${MAX_COMPOSED_CHARACTERS} characters can be changed at once.`,
    );
  return all;
}

function layersOf({ sources, documents }: TreeContents, service: string, environment: string) {
  return collectLayers(sources, service, environment).flatMap(
    ({ document }) => documents.get(document) ?? [],
  );
}

export function pairsOf({
  affected,
  environments,
}: ConfigTree): (readonly [service: string, environment: string])[] {
  return affected
    .filter(({ kind, archived }) => kind === 'service' && !archived)
    .flatMap(({ name }) => environments.map((environment) => [name, environment] as const));
}
