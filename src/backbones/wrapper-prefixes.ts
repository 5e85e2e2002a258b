import type { StoredWeight } from "./weights/weights-file.ts";

/**
 * The modules that a network may be wrapped in, as prefixes of its tensors' names: wherever a name ends in that of the
 * first parameter. `module.` of DataParallel, `_orig_mod.` of torch.compile, `model.` of Lightning, `encoder.`,
 * `backbone.` and any nesting of them are found alike. Copies come last; of equals the shortest first.
 *
 * @example
 * wrapperPrefixes(["module.model.conv1.weight", "module.model.fc.bias"], (name) => name === "conv1.weight");
 * // ["module.model."]
 */
export function wrapperPrefixes(names: Iterable<string>, isFirst: (rest: string) => boolean): string[] {
  const prefixes = new Set<string>();
  for (const name of names) {
    if (!name.endsWith(".weight")) continue;
    for (let at = 0; at >= 0 && at < name.length; at = nextPart(name, at))
      if (isFirst(name.slice(at))) prefixes.add(name.slice(0, at));
  }
  return [...prefixes].toSorted((a, b) => rankOf(a) - rankOf(b) || a.length - b.length);
}

/** Where the next part of a dotted name begins; past its end when there is none. */
function nextPart(name: string, at: number): number {
  const dot = name.indexOf(".", at);
  return dot < 0 ? name.length : dot + 1;
}

/** Names under which training keeps a second, averaged or lagging network. */
const copyWord =
  /(^|[._])(ema|swa|shadow|avg|averaged?|momentum|teacher|target|key|k|old|copy|frozen)([._]|$)/i;

function rankOf(prefix: string): number {
  return copyWord.test(prefix) ? 1 : 0;
}

/** True where the network under `other` is a second one that training kept beside the one under `prefix`. */
export function isCopyPrefix(other: string, prefix: string): boolean {
  return rankOf(other) > rankOf(prefix) && !prefix.startsWith(other);
}

/** The tensors under a prefix and under none of `copies`, by the rest of their names; and the names of all others. */
export function splitByPrefix(
  file: ReadonlyMap<string, StoredWeight>,
  prefix: string,
  copies: readonly string[],
): { readonly under: ReadonlyMap<string, StoredWeight>; readonly outside: readonly string[] } {
  const isUnder = (name: string): boolean =>
    name.startsWith(prefix) && !copies.some((copy) => name.startsWith(copy));
  const under = [...file].filter(([name]) => isUnder(name));
  return {
    under: new Map(under.map(([name, weight]) => [name.slice(prefix.length), weight])),
    outside: [...file.keys()].filter((name) => !isUnder(name)),
  };
}
