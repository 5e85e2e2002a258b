import { RootstockError, quoteList } from "../../base/errors.ts";

/** What is to become of classes as wholes, before any photo is looked at. */
export interface ClassChanges {
  /** New names by old ones. */
  readonly rename?: Readonly<Record<string, string>> | undefined;
  /** Classes that become one. */
  readonly merge?: readonly { readonly from: readonly string[]; readonly into: string }[] | undefined;
  /** Classes that the model shall not know any more. */
  readonly delete?: readonly string[] | undefined;
}

/** What every class of a model is called from now on; null for one that goes. */
export type ClassMap = ReadonlyMap<string, string | null>;

/**
 * The changes as one map over the model's classes. Throws E_OPTION naming every class that the model does not have, that two
 * changes want, or whose new name another class has.
 */
export function mapClasses(labels: readonly string[], changes: ClassChanges): ClassMap {
  const wishes = [
    ...Object.entries(changes.rename ?? {}).map(([from, into]) => ({ from: [from], into })),
    ...(changes.merge ?? []),
    ...(changes.delete ?? []).map((label) => ({ from: [label], into: null })),
  ];
  const named = wishes.flatMap(({ from }) => from);
  const faults = [
    ...named
      .filter((label) => !labels.includes(label))
      .map((label) => `expected one of ${quoteList(labels)}, got ${JSON.stringify(label)}`),
    ...named
      .filter((label, i) => named.indexOf(label) !== i)
      .map((label) => `${JSON.stringify(label)} is changed twice`),
    ...wishes
      .filter(({ into }) => into === "")
      .map(({ from }) => `${quoteList(from)}: expected a name, got none`),
  ];
  const map = new Map<string, string | null>(labels.map((label) => [label, label]));
  for (const { from, into } of wishes) for (const label of from) map.set(label, into);
  const merged = new Set((changes.merge ?? []).map(({ into }) => into));
  for (const [label, into] of map) {
    const taken = into !== label && into !== null && map.get(into) === into && !merged.has(into);
    const twice = [...map].some(([other, to]) => other !== label && to === into && into !== null);
    if (taken || (twice && into !== null && !merged.has(into)))
      faults.push(`${JSON.stringify(into)} would be the name of two classes`);
  }
  if (faults.length === 0) return map;
  throw new RootstockError("E_OPTION", `classes: ${[...new Set(faults)].join("; ")}.`, {
    hint: "Two classes become one by --merge a,b=c; names are those that `rootstock.json` lists under labels.",
  });
}

/** True where every class stays as it is. */
export function isUnchanged(map: ClassMap): boolean {
  return [...map].every(([from, into]) => from === into);
}

/** The classes that result, sorted. */
export function classesAfter(map: ClassMap): string[] {
  return [...new Set([...map.values()].filter((label) => label !== null))].sort();
}
