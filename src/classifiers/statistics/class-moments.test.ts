import { describe, expect, test } from "vitest";
import { type Matrix, createMatrix, selectRows } from "../../base/matrix.ts";
import { createRandom } from "../../base/random.ts";
import { decodeSafetensors, encodeSafetensors } from "../../files/safetensors.ts";
import { interleavedFolds } from "../conformance/labelled-features.ts";
import { type ClassMoments, momentsOf } from "./class-moments.ts";
import { addMoments, mergeMoments, subtractMoments } from "./combine-moments.ts";
import { momentMeans, withinProducts, withinSquares } from "./derive-moments.ts";
import { foldMoments } from "./fold-moments.ts";
import { momentState, restoreMoments } from "./moment-state.ts";

interface Rows {
  readonly features: Matrix;
  readonly labels: Int32Array;
  readonly classCount: number;
}

/** Three classes in turn; entry (i, j) is `value(class, j, a normal number)`. */
function drawn(rows: number, value: (label: number, j: number, noise: number) => number, seed = 3): Rows {
  const [columns, random] = [6, createRandom(seed)];
  const labels = Int32Array.from({ length: rows }, (_, i) => i % 3);
  const data = Float32Array.from({ length: rows * columns }, (_, at) =>
    value(labels[Math.floor(at / columns)]!, at % columns, random.normal()),
  );
  return { features: createMatrix(rows, columns, data), labels, classCount: 3 };
}

const sets: Readonly<Record<string, Rows>> = {
  "near the origin": drawn(60, (label, j, noise) => noise + label * (j - 2)),
  "at +1000": drawn(60, (label, j, noise) => 1000 + noise + label * (j - 2)),
  "of variances from 1e-12 on": drawn(60, (label, j, noise) => noise * 10 ** -j * 0.1 + label),
  "of classes a thousand deviations apart": drawn(60, (label, _, noise) => noise + 1000 * label),
};

function rowsOf({ features, labels, classCount }: Rows, rows: Int32Array): Rows {
  return { features: selectRows(features, rows), labels: rows.map((row) => labels[row]!), classCount };
}

function all(count: number): Int32Array {
  return Int32Array.from({ length: count }, (_, row) => row);
}

/** Means, squares and products about the classes' means, as they follow from their definition in two passes. */
function byDefinition({
  features,
  labels,
  classCount,
}: Rows): Record<"means" | "squares" | "products", number[]> {
  const d = features.columns;
  const members = (k: number): number[][] =>
    [...labels.keys()]
      .filter((row) => labels[row] === k)
      .map((row) => Array.from(features.data.subarray(row * d, (row + 1) * d)));
  const means = Array.from({ length: classCount }, (_, k) => {
    const rows = members(k);
    return Array.from({ length: d }, (__, j) => rows.reduce((sum, row) => sum + row[j]! / rows.length, 0));
  });
  const differences = means.map((mean, k) =>
    members(k).map((row) => row.map((value, j) => value - mean[j]!)),
  );
  return {
    means: means.flat(),
    squares: differences.flatMap((rows) =>
      Array.from({ length: d }, (_, j) => rows.reduce((sum, row) => sum + row[j]! ** 2, 0)),
    ),
    products: Array.from({ length: d * d }, (_, at) =>
      differences.flat().reduce((sum, row) => sum + row[Math.floor(at / d)]! * row[at % d]!, 0),
    ),
  };
}

/** Largest difference, as a share of each number or, off the diagonal, of what its two columns allow. */
async function distance(moments: ClassMoments, rows: Rows): Promise<number> {
  const expected = byDefinition(rows);
  const d = moments.columns;
  const found = {
    means: momentMeans(moments),
    squares: withinSquares(moments),
    products: await withinProducts(moments),
  };
  const size = (name: string, at: number): number =>
    name === "products"
      ? Math.sqrt(expected.products[Math.floor(at / d) * (d + 1)]! * expected.products[(at % d) * (d + 1)]!)
      : Math.abs(expected[name as "means"][at]!);
  return Math.max(
    ...Object.entries(expected).flatMap(([name, values]) =>
      values.map((value, at) => Math.abs(found[name as "means"][at]! - value) / size(name, at)),
    ),
  );
}

describe.each(Object.entries(sets))("rows %s", (_, set) => {
  test("one pass gives means, variances and products to 1e-11", async () => {
    expect(await distance(await momentsOf(set, { detail: "products" }), set)).toBeLessThan(1e-11);
  });
  test("every fold's moments are those of its own rows, to 1e-11", async () => {
    const folds = interleavedFolds(60);
    const ofFold = await foldMoments(set, folds, { detail: "products" });
    for (const { train } of folds)
      expect(await distance(await ofFold(train), rowsOf(set, train))).toBeLessThan(1e-11);
  });
  test("a row that is added and removed leaves no trace beyond 1e-11, in either order", async () => {
    const whole = await momentsOf(set, { detail: "products" });
    const take = async (rows: Int32Array): Promise<ClassMoments> =>
      await momentsOf(set, { detail: "products", shifts: whole.shifts, rows });
    const [row, rest] = [await take(Int32Array.of(59)), await take(all(59))];
    expect(await distance(subtractMoments(whole, row), rowsOf(set, all(59)))).toBeLessThan(1e-11);
    expect(await distance(subtractMoments(addMoments(row, rest), row), rowsOf(set, all(59)))).toBeLessThan(
      1e-11,
    );
  });
  test("halves taken about points of their own merge to the whole to 1e-9, in either order the same", async () => {
    const [a, b] = await Promise.all(
      [all(30), all(60).slice(30)].map(
        async (rows) => await momentsOf(rowsOf(set, rows), { detail: "products" }),
      ),
    );
    const [one, other] = [mergeMoments(a!, b!), mergeMoments(b!, a!)];
    expect(one).toEqual(other);
    expect(await distance(one, set)).toBeLessThan(1e-9);
  });
});

test("a row a million deviations away costs no digit of the folds that lack it", async () => {
  const set = drawn(60, (label, j, noise) => noise + label * (j - 2));
  set.features.data.fill(1e6, 7 * 6, 8 * 6);
  const folds = interleavedFolds(60);
  const ofFold = await foldMoments(set, folds, { detail: "products" });
  const { train } = folds.find(({ test: held }) => held.includes(7))!;
  expect(await distance(await ofFold(train), rowsOf(set, train))).toBeLessThan(1e-9);
});

test("folds that repeat rows, and many folds of overlapping rows, count every row as often as they have it", async () => {
  const set = sets["near the origin"]!;
  const random = createRandom(4);
  const draw = (): Int32Array => Int32Array.from({ length: 40 }, () => random.integer(60));
  for (const trains of [
    [draw(), draw()],
    Array.from({ length: 40 }, () => Int32Array.from(new Set(draw()))),
  ]) {
    const ofFold = await foldMoments(
      set,
      trains.map((train) => ({ train, test: Int32Array.of(0) })),
      { detail: "products" },
    );
    for (const train of trains)
      expect(await distance(await ofFold(train), rowsOf(set, train))).toBeLessThan(1e-11);
  }
});

test("a class whose rows are all removed is exactly zero", async () => {
  const set = sets["at +1000"]!;
  const whole = await momentsOf(set, { detail: "columns" });
  const rows = all(60).filter((row) => set.labels[row] === 1);
  const part = await momentsOf(set, { detail: "columns", shifts: whole.shifts, rows });
  const { counts, sums, squares } = subtractMoments(whole, part);
  expect([...counts]).toEqual([20, 0, 20]);
  for (const values of [sums, squares]) expect([...values.subarray(6, 12)]).toEqual([0, 0, 0, 0, 0, 0]);
});

test("moments about other points, or in other detail, are not added", async () => {
  const set = sets["at +1000"]!;
  const [columns, products] = [
    await momentsOf(set, { detail: "columns" }),
    await momentsOf(set, { detail: "products" }),
  ];
  expect(() => addMoments(columns, products)).toThrow(
    "moments: expected 3 classes x 6 columns without products, got 3 classes x 6 columns with products.",
  );
  const moved = { ...columns, shifts: columns.shifts.map((value) => value + 1) };
  expect(() => subtractMoments(columns, moved)).toThrow("expected both about the same points");
});

test("written to a safetensors file and read again, they are the same to the last digit", async () => {
  for (const detail of ["columns", "products"] as const) {
    const moments = await momentsOf(sets["at +1000"]!, { detail });
    const { tensors } = decodeSafetensors(encodeSafetensors(momentState(moments)));
    expect(restoreMoments(tensors)).toEqual(moments);
  }
});
