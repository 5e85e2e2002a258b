import type { TableEntry } from "./table-entries.ts";

/** What may be said of a picture; an empty field says nothing. */
const fields = ["label", "split", "group"] as const;

/**
 * One entry for each picture, joined from all the lines that name it. Lines that say different things of one picture
 * are faults, named with both lines and both values: no line wins over another.
 */
export function joinEntries(entries: readonly TableEntry[], faults: string[]): TableEntry[] {
  const byPath = new Map<string, TableEntry>();
  for (const entry of entries) {
    const earlier = byPath.get(entry.path);
    byPath.set(entry.path, earlier === undefined ? entry : joined(earlier, entry, faults));
  }
  return [...byPath.values()];
}

function joined(earlier: TableEntry, entry: TableEntry, faults: string[]): TableEntry {
  for (const field of fields) {
    const [before, now] = [earlier[field], entry[field]];
    if (before !== "" && now !== "" && before !== now)
      faults.push(
        `lines ${earlier.line} and ${entry.line}: ${JSON.stringify(entry.path)} has two ${field}s, ${JSON.stringify(before)} and ${JSON.stringify(now)}`,
      );
  }
  const { label, split, group } = earlier;
  return {
    ...earlier,
    label: label || entry.label,
    split: split || entry.split,
    group: group || entry.group,
  };
}
