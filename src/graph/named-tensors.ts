/** A part's tensors under names that say whose they are: `weight` as `classifier.weight`. */
export function prefixed<T>(tensors: ReadonlyMap<string, T>, prefix: string): [string, T][] {
  return [...tensors].map(([name, tensor]) => [prefix + name, tensor]);
}

/** Undoes `prefixed`: the tensors of one part, under their own names. */
export function partOf<T>(tensors: ReadonlyMap<string, T>, prefix: string): Map<string, T> {
  const part = [...tensors].filter(([name]) => name.startsWith(prefix));
  return new Map(part.map(([name, tensor]) => [name.slice(prefix.length), tensor]));
}
