import { RootstockError } from "../base/errors.ts";
import type { Fold, Groups } from "../data/folds.ts";
import { groupOf } from "./groups.ts";

/**
 * Refuses folds that would flatter a method, before any work is done.
 * The law: within a fold train and test share no row and no group; over the folds no row is tested twice; every
 * row has a label; no side is empty.
 * Errors: E_LEAK for what is shared or repeated, E_DATA for what is empty or has no label.
 */
export function checkFolds(folds: readonly Fold[], labels: Int32Array, groups?: Groups): void {
  if (folds.length === 0) throw new RootstockError("E_DATA", "folds: expected at least 1 fold, got 0.");
  const tested = new Set<number>();
  for (const [f, { train, test }] of folds.entries()) {
    const where = `fold ${f + 1} of ${folds.length}`;
    if (train.length === 0 || test.length === 0)
      throw new RootstockError(
        "E_DATA",
        `${where}: expected rows to learn from and rows to judge, got ${train.length} and ${test.length}.`,
        { hint: "Ask for fewer folds or add images." },
      );
    for (const row of [...train, ...test])
      if (!(labels[row]! >= 0))
        throw new RootstockError("E_DATA", `${where}: expected a label for row ${row}, got ${labels[row]}.`);
    for (const row of test) {
      if (tested.has(row))
        throw new RootstockError("E_LEAK", `${where}: row ${row} is judged twice, expected once.`);
      tested.add(row);
    }
    checkApart(train, test, { where, groups });
  }
}

function checkApart(
  train: Int32Array,
  test: Int32Array,
  { where, groups }: { where: string; groups: Groups | undefined },
): void {
  const keyOf = (row: number): number | string => groupOf(groups, row);
  const learned = new Set(Array.from(train, keyOf));
  const leaked = test.find((row) => learned.has(keyOf(row)));
  if (leaked === undefined) return;
  const what = groups?.[leaked] === undefined ? `row ${leaked}` : `group ${JSON.stringify(keyOf(leaked))}`;
  throw new RootstockError("E_LEAK", `${where}: ${what} lies in both train and test, expected one of them.`, {
    hint: "Copies of a photo must stay together, or the accuracy is too good to be true.",
  });
}
