import { expect, test } from "vitest";
import { type Matrix, createMatrix, rowOf } from "../../base/matrix.ts";
import { createRandom } from "../../base/random.ts";
import { fitPipeline } from "../../classifiers/pipeline.ts";
import { unitRows } from "../unit-rows.ts";
import { type SemiSupervisedName, semiSupervised, semiSupervisedNames } from "./semi-supervised.ts";

const columns = 24;
const classCount = 3;
const random = createRandom(11);
const centres = createMatrix(classCount, columns);
centres.data.forEach((_, at) => (centres.data[at] = random.normal()));

/** Photos around the centres of their classes, the classes in turn; `strange`: around nothing that is known. */
function drawn(count: number, { spread, strange = false }: { spread: number; strange?: boolean }): Matrix {
  const rows = createMatrix(count, columns);
  for (let i = 0; i < count; i += 1)
    rowOf(rows, i).set(
      rowOf(centres, i % classCount).map((value) => (strange ? 0 : value) + spread * random.normal()),
    );
  return rows;
}
const labelsOf = (rows: Matrix): Int32Array =>
  Int32Array.from({ length: rows.rows }, (_, i) => i % classCount);

async function weightChosen(
  name: SemiSupervisedName,
  labelled: Matrix,
  unlabelled: Matrix,
): Promise<unknown> {
  const spec = { transforms: ["l2"] as const, classifier: semiSupervised(name, unitRows(unlabelled)) };
  const { chosen } = await fitPipeline(labelled, labelsOf(labelled), spec, { classCount, seed: 3 });
  return chosen["weight"];
}

test("photos without labels that are like the labelled ones are learned from, by both ways", async () => {
  const [labelled, unlabelled] = [drawn(24, { spread: 1.1 }), drawn(150, { spread: 1.1 })];
  for (const name of semiSupervisedNames) expect(await weightChosen(name, labelled, unlabelled)).toBe(0.5);
});

test("photos of other things alone are not: the veto leaves the regression on labelled photos", async () => {
  const [labelled, strange] = [drawn(24, { spread: 1.1 }), drawn(150, { spread: 1.5, strange: true })];
  for (const name of semiSupervisedNames) expect(await weightChosen(name, labelled, strange)).toBe(0);
});
