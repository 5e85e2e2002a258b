import { quoteName } from "../base/quote-name.ts";
import { padText, textWidth } from "../base/text-width.ts";
import type { Words } from "../words/en/en.ts";
import type { LabelsDiff } from "../workflow/labels/diff-labels.ts";
import { shortVersion } from "../workflow/labels/show-labels.ts";
import type { Sync, SyncChanges } from "../workflow/labels/sync-labels.ts";
import { findingLines } from "./finding-lines.ts";
import { shownPath } from "./shown-path.ts";

/** Of one kind so many lines are shown. */
const limit = 8;

/** What `labels sync` would record, for people. */
export function syncLines({ data, ledger, version, changes, events }: Sync, words: Words): string[] {
  const said = words.labels;
  const { skipped, copies, kept, setAside, unchanged } = changes;
  const aside = setAside.reduce((sum, { count }) => sum + count, 0);
  return [
    said.compared(shownPath(data), shownPath(ledger), shortVersion(version)),
    ...classLines(changes, words),
    ...(changes.classesChanged.length === 0 ? [] : [`  ${said.asPhotos}`]),
    ...diffLines(changes, words),
    said.unchanged(unchanged),
    ...section(
      said.copies(copies.length),
      copies.map((paths) => words.forms.quoted(paths)),
      words,
    ),
    ...section(said.kept(kept.length), kept.length === 0 ? [] : [words.forms.quoted(kept)], words),
    ...(aside === 0
      ? []
      : [`${said.setAside(aside)}, ${words.forms.quoted(setAside.map(({ folder }) => folder))}`]),
    ...(skipped.length === 0
      ? []
      : [words.results.section(words.results.skipped), ...findingLines(skipped, words.counts.files, words)]),
    ...(events === 0 ? [said.nothing] : []),
  ];
}

/** `labels diff` for people. */
export function differenceLines(diff: LabelsDiff, words: Words): string[] {
  const { from, to, unchanged } = diff;
  const lines = [...classLines(diff, words), ...diffLines(withoutClasses(diff), words)];
  const side = ({ word, version }: LabelsDiff["from"]): string =>
    version.startsWith(word) ? shortVersion(version) : `${quoteName(word)} (${shortVersion(version)})`;
  return [
    words.labels.between(side(from), side(to)),
    ...(lines.length === 0 ? [words.labels.same] : lines),
    words.labels.unchanged(unchanged),
  ];
}

/** What is left of a difference when changes of whole classes have been told. */
function withoutClasses(diff: LabelsDiff): LabelsDiff {
  const { classesChanged, relabelled, classesAdded, classesRemoved } = diff;
  const gone = new Set(classesChanged.flatMap(({ from }) => from));
  const fresh = new Set(classesChanged.map(({ to }) => to));
  return {
    ...diff,
    relabelled: relabelled.filter(({ from }) => from === null || !gone.has(from)),
    classesAdded: classesAdded.filter((label) => !fresh.has(label)),
    classesRemoved: classesRemoved.filter((label) => !gone.has(label)),
  };
}

/** Classes that were renamed or merged, as it seems. */
function classLines({ classesChanged }: Pick<SyncChanges, "classesChanged">, words: Words): string[] {
  const { renamed, merged, classesChanged: title } = words.labels;
  const lines = classesChanged.map(({ from, to, photos }) => {
    const names = from.map(quoteName);
    return names.length === 1
      ? renamed(names[0]!, quoteName(to), photos)
      : merged(names, quoteName(to), photos);
  });
  return section(words.results.section(title), lines, words);
}

/** Photos and classes that differ, each kind with its count and its first few. */
function diffLines(
  diff: Pick<LabelsDiff, "added" | "removed" | "relabelled" | "moved" | "classesAdded" | "classesRemoved">,
  words: Words,
): string[] {
  const { added, removed, relabelled, moved, classesAdded, classesRemoved } = diff;
  const said = words.labels;
  const named = (label: string | null): string => (label === null ? said.noLabel : quoteName(label));
  const byLabel = (photos: LabelsDiff["added"]): string[] =>
    grouped(
      photos.map(({ label, path }) => [named(label), path]),
      words,
    );
  const names = (title: string, labels: readonly string[]): string[] =>
    labels.length === 0 ? [] : [`${words.results.section(title)} ${words.forms.list(labels.map(quoteName))}`];
  return [
    ...names(said.classesAdded, classesAdded),
    ...names(said.classesRemoved, classesRemoved),
    ...section(said.added(added.length), byLabel(added), words),
    ...section(said.removed(removed.length), byLabel(removed), words),
    ...section(
      said.relabelled(relabelled.length),
      grouped(
        relabelled.map(({ from, to, path }) => [`${named(from)} -> ${named(to)}`, path]),
        words,
      ),
      words,
    ),
    ...section(
      said.moved(moved.length),
      moved.map(({ from, to }) =>
        from.path === to.path
          ? said.replaced(quoteName(to.path))
          : `${quoteName(from.path)} -> ${quoteName(to.path)}`,
      ),
      words,
    ),
  ];
}

/** A line for each name, the most frequent first: how many, and the first few of them. */
function grouped(items: readonly (readonly [name: string, path: string])[], words: Words): string[] {
  const groups = new Map<string, string[]>();
  for (const [name, path] of items) {
    const list = groups.get(name);
    if (list === undefined) groups.set(name, [path]);
    else list.push(path);
  }
  const rows = [...groups].toSorted(([, a], [, b]) => b.length - a.length);
  const width = Math.max(0, ...rows.slice(0, limit).map(([name]) => textWidth(name)));
  const digits = Math.max(0, ...rows.map(([, paths]) => String(paths.length).length));
  return rows.map(
    ([name, paths]) =>
      `${padText(name, width)}  ${String(paths.length).padStart(digits)}  ${words.forms.quoted(paths)}`,
  );
}

/** Nothing where there are no lines; of many the first, and how many more. */
function section(title: string, lines: readonly string[], words: Words): string[] {
  if (lines.length === 0) return [];
  const rest = lines.length - limit;
  return [
    title,
    ...lines.slice(0, limit).map((line) => `  ${line}`),
    ...(rest > 0 ? [`  ${words.labels.morePhotos(rest)}`] : []),
  ];
}
