import { createRandom } from "../base/random.ts";

/** Rows by role in one round of cross-validation. */
export interface Fold {
  readonly train: Int32Array;
  readonly test: Int32Array;
}

/**
 * Which rows belong together: one entry a row, equal entries are one group (copies of one photo, one patient).
 * A row without an entry stands alone. Shape: N.
 */
export type Groups = ArrayLike<string | undefined>;

/**
 * Stratified folds that keep groups whole. Within each class the groups are dealt, largest first and in seeded order,
 * to the fold that holds fewest rows of that class; ties go to the fold with fewest rows in all. With groups of one
 * row, class counts differ between folds by at most one.
 *
 * Shapes: N labels (class indices) and N groups -> `folds` pairs; each row given is in exactly one test part.
 * `rows` limits the folds to some rows; indices in the result are those of `labels`.
 */
export function stratifiedFolds(
  labels: Int32Array,
  groups: Groups,
  options: { folds: number; seed: number; rows?: Int32Array },
): Fold[] {
  const rows = options.rows ?? Int32Array.from(labels.keys());
  const assignment = dealGroups(groupsOf(rows, labels, groups), options);
  return Array.from({ length: options.folds }, (_, fold) => ({
    train: rows.filter((row) => assignment.get(row) !== fold),
    test: rows.filter((row) => assignment.get(row) === fold),
  }));
}

/**
 * The folds of a repeated cross-validation: `repeats` times stratified folds, each time dealt anew. The first are those of
 * `stratifiedFolds`, whatever follows. Shape: repeats x folds.
 */
export function repeatedFolds(
  labels: Int32Array,
  groups: Groups,
  { repeats, seed, ...options }: { repeats: number; folds: number; seed: number; rows?: Int32Array },
): Fold[][] {
  const seedOf = (repeat: number): number =>
    repeat === 0
      ? seed
      : createRandom(seed)
          .fork(`repeat ${repeat}`)
          .integer(2 ** 31);
  return Array.from({ length: repeats }, (_, repeat) =>
    stratifiedFolds(labels, groups, { ...options, seed: seedOf(repeat) }),
  );
}

interface Group {
  readonly rows: readonly number[];
  /** Rows of the group by class. */
  readonly counts: ReadonlyMap<number, number>;
}

function groupsOf(rows: Int32Array, labels: Int32Array, groups: Groups): Group[] {
  const members = new Map<string, number[]>();
  for (const row of rows) {
    const key = groups[row] === undefined ? `row ${row}` : `group ${groups[row]}`;
    const list = members.get(key);
    if (list === undefined) members.set(key, [row]);
    else list.push(row);
  }
  return [...members.values()].map((list) => ({ rows: list, counts: countBy(list, labels) }));
}

function countBy(rows: readonly number[], labels: Int32Array): Map<number, number> {
  const counts = new Map<number, number>();
  for (const row of rows) counts.set(labels[row]!, (counts.get(labels[row]!) ?? 0) + 1);
  return counts;
}

function dealGroups(
  groups: readonly Group[],
  { folds, seed }: { folds: number; seed: number },
): Map<number, number> {
  const held = Array.from({ length: folds }, () => ({ rows: 0, counts: new Map<number, number>() }));
  const assignment = new Map<number, number>();
  const order = createRandom(seed).fork("folds").shuffle(groups);
  for (const group of order.sort((a, b) => b.rows.length - a.rows.length)) {
    const cost = held.map(({ counts }) =>
      [...group.counts].reduce((sum, [label, n]) => sum + n * (counts.get(label) ?? 0), 0),
    );
    const fold = [...held.keys()].reduce((best, f) =>
      (cost[f]! - cost[best]! || held[f]!.rows - held[best]!.rows) < 0 ? f : best,
    );
    held[fold]!.rows += group.rows.length;
    for (const [label, n] of group.counts)
      held[fold]!.counts.set(label, (held[fold]!.counts.get(label) ?? 0) + n);
    for (const row of group.rows) assignment.set(row, fold);
  }
  return assignment;
}
