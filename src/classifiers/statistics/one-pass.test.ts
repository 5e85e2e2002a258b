import { expect, test } from "vitest";
import { type Algebra, plainAlgebra, plainAlgebra64 } from "../../base/algebra.ts";
import { gaussianClasses } from "../conformance/labelled-features.ts";
import { fitPipeline } from "../pipeline.ts";

const data = gaussianClasses([60, 50, 40], { columns: 20 });

/** Plain products that count the rows whose second moments were taken: those of a matrix with itself. */
function counting(): { algebra: Algebra; passed: () => number } {
  let rows = 0;
  const transposedMultiply: typeof plainAlgebra64.transposedMultiply = async (a, b) => {
    if (a === b && a.rows > data.classCount) rows += a.rows;
    return await plainAlgebra64.transposedMultiply(a, b);
  };
  const multiplyTransposed: Algebra["multiplyTransposed"] = async (a, b) => {
    rows += Infinity;
    return await plainAlgebra.multiplyTransposed(a, b);
  };
  const algebra = { ...plainAlgebra, multiplyTransposed, float64: { ...plainAlgebra64, transposedMultiply } };
  return { algebra, passed: () => rows };
}

test.each(["lda", "ridge"])(
  "%s: five inner folds, all candidates and the fit after them pass every row once",
  async (classifier) => {
    const { algebra, passed } = counting();
    const spec = { transforms: ["standardise" as const], classifier, innerFolds: 5 };
    await fitPipeline(data.features, data.labels, spec, { classCount: 3, seed: 1, algebra });
    expect(passed()).toBe(150);
  },
);

test("what tuning left behind is not used for other labels on the same features", async () => {
  const spec = { transforms: [], classifier: "lda" };
  const options = { classCount: 3, seed: 1 };
  const moved = data.labels.map((label) => (label + 1) % 3);
  const [one, other] = [
    await fitPipeline(data.features, data.labels, spec, options),
    await fitPipeline(data.features, moved, spec, options),
  ];
  const [a, b] = [one.logits(data.features), other.logits(data.features)];
  const worst = a.data.reduce((most, value, at) => {
    const [row, label] = [Math.floor(at / 3), at % 3];
    return Math.max(most, Math.abs(value - b.data[row * 3 + ((label + 1) % 3)]!));
  }, 0);
  expect(worst).toBeLessThan(1e-4);
});
