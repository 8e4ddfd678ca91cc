import { isScalar, type Node, type Pair, type YAMLMap } from 'yaml';

export type YamlPair = Pair<Node, Node | null>;

/** The pairs of mappings by their keys: the library itself compares key by key, which takes n² for n edits. */
export class YamlMembers {
  readonly #byMap = new WeakMap<YAMLMap, Map<unknown, YamlPair>>();

  find(map: YAMLMap, name: string): YamlPair | undefined {
    return this.#of(map).get(name);
  }

  add(map: YAMLMap, name: string, pair: YamlPair): void {
    this.#of(map).set(name, pair);
    (map.items as YamlPair[]).push(pair);
  }

  remove(map: YAMLMap, name: string): void {
    const members = this.#of(map);
    const pair = members.get(name);
    if (pair === undefined) return;
    members.delete(name);
    map.items.splice((map.items as YamlPair[]).indexOf(pair), 1);
  }

  #of(map: YAMLMap): Map<unknown, YamlPair> {
    const known = this.#byMap.get(map);
    if (known !== undefined) return known;
    const pairs = map.items as YamlPair[];
    const members = new Map(pairs.map((pair) => [isScalar(pair.key) ? pair.key.value : pair.key, pair]));
    this.#byMap.set(map, members);
    return members;
  }
}
