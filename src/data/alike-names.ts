import type { AlikeNames, ManifestRow } from "./manifest.ts";

/** Marks without width, and accents once they are taken off their letters. */
const unseen = /[\p{M}\u00ad\u061c\u180e\u200b-\u200f\u2060-\u206f\ufeff]/gu;

/**
 * Classes whose names are the same but for case, blanks, hyphens, accents, full-width forms, invisible marks, a plural
 * "s" or a number's zeros: "Rose" and "rose ", "dog" and "dogs", "1" and "01". Composed and decomposed letters are one
 * name everywhere and never come here as two.
 */
export function alikeNames(
  classes: readonly string[],
  rows: readonly Pick<ManifestRow, "label">[],
): AlikeNames[] {
  const alike = new Map<string, string[]>();
  for (const name of classes) alike.set(coreOf(name), [...(alike.get(coreOf(name)) ?? []), name]);
  const counts = new Map<string | null, number>();
  for (const { label } of rows) counts.set(label, (counts.get(label) ?? 0) + 1);
  return [...alike.values()]
    .filter(({ length }) => length > 1)
    .map((names) => ({ names, counts: names.map((name) => counts.get(name) ?? 0) }));
}

/** What is left of a name when all that people mistype is taken away; never empty. */
function coreOf(name: string): string {
  const plain = name.normalize("NFKD").replaceAll(unseen, "").toLowerCase();
  const letters = plain.replaceAll(/[\s_\-.]+/gu, "");
  if (/^\s*0*\d+(?:\.0*)?\s*$/.test(plain)) return String(Number(plain));
  return letters.replace(/(?<=\p{L}{3})s$/u, "") || name;
}
