import { quoteList } from "../base/errors.ts";
import { DisjointSets } from "../base/union-find.ts";
import type { ManifestRow, SkippedImage } from "./manifest.ts";

/**
 * Gives pictures that are equal to the byte one group, and those that are `alike` (pairs of rows), joined with the user's groups: if a
 * copy of a picture of plant 7 lies among those of plant 9, both plants are one group. A joined group bears the first of its users'
 * names in order of the alphabet, or, where copies have none, the sha256 of its first.
 */
export function joinGroups<R extends Pick<ManifestRow, "sha256" | "group">>(
  rows: readonly R[],
  alike: readonly (readonly [number, number])[] = [],
): R[] {
  const sets = new DisjointSets();
  for (const [a, b] of alike) sets.join(rows[a]!.sha256, rows[b]!.sha256);
  for (const { sha256, group } of rows) if (group !== undefined) sets.join(sha256, `group ${group}`);
  const members = new Map<string, R[]>();
  for (const row of rows) {
    const set = sets.find(row.sha256);
    members.set(set, members.get(set) ?? []);
    members.get(set)!.push(row);
  }
  const names = new Map([...members].map(([set, list]) => [set, nameOf(list)]));
  return rows.map((row) => {
    const name = names.get(sets.find(row.sha256));
    return name === undefined ? row : { ...row, group: name };
  });
}

function nameOf(rows: readonly Pick<ManifestRow, "sha256" | "group">[]): string | undefined {
  const given = rows.flatMap(({ group }) => group ?? []).sort()[0];
  return given ?? (rows.length > 1 ? rows[0]!.sha256 : undefined);
}

/**
 * Takes out pictures whose copies bear different labels: nobody can say which is right, so none of them may teach or
 * judge. Each is told as E_LABEL_CONFLICT, naming the others.
 */
export function removeConflicts<R extends ManifestRow>(
  rows: readonly R[],
): { kept: R[]; conflicting: R[]; conflicts: SkippedImage[] } {
  const copies = copiesOf(rows);
  const isConflict = ({ sha256 }: R): boolean =>
    copies.get(sha256)!.some(({ label }) => label !== copies.get(sha256)![0]!.label);
  const conflicting = rows.filter(isConflict);
  return {
    kept: rows.filter((row) => !isConflict(row)),
    conflicting,
    conflicts: conflicting.map((row) => conflictOf(row, copies.get(row.sha256)!)),
  };
}

/** Rows by the bytes of their pictures. */
export function copiesOf<R extends { readonly sha256: string }>(rows: readonly R[]): Map<string, R[]> {
  const copies = new Map<string, R[]>();
  for (const row of rows) {
    const list = copies.get(row.sha256);
    if (list === undefined) copies.set(row.sha256, [row]);
    else list.push(row);
  }
  return copies;
}

function conflictOf(row: ManifestRow, copies: readonly ManifestRow[]): SkippedImage {
  const others = copies.filter(({ label }) => label !== row.label).map(({ path }) => path);
  return {
    path: row.path,
    code: "E_LABEL_CONFLICT",
    message: `${JSON.stringify(row.path)}: the same picture lies under another label too: ${quoteList(others)}.`,
    hint: "Keep it under the right label and remove the other copies.",
  };
}
