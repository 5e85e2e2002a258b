/** Disjoint sets over string keys, joined pair by pair; a key not seen before is a set of its own. */
export class DisjointSets {
  readonly #parent = new Map<string, string>();

  /** The key that stands for the set of `key`: the same for every member. */
  find(key: string): string {
    let root = key;
    for (let up = this.#parent.get(root); up !== undefined; up = this.#parent.get(root)) root = up;
    for (let at = key; at !== root;) {
      const up = this.#parent.get(at)!;
      this.#parent.set(at, root); // later walks take one step
      at = up;
    }
    return root;
  }

  join(a: string, b: string): void {
    const [rootA, rootB] = [this.find(a), this.find(b)];
    if (rootA !== rootB) this.#parent.set(rootA, rootB);
  }
}
