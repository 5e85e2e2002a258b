import { describe, expect, test } from "vitest";
import { type Matrix, createMatrix, selectRows } from "../../base/matrix.ts";
import { type Random, createRandom } from "../../base/random.ts";
import { classifierTable } from "../classifier-table.ts";
import { type ClassTally, type TallyDetail, emptyTally, poolTallies, tallyRows } from "./class-tally.ts";
import { mergeTallies, subtractTally } from "./combine-tallies.ts";

const columns = 12;
const rowCount = 600;

/** Rows to draw from, of up to ten classes, each about a point of its own, far from the origin. */
const pool = ((): Matrix => {
  const random = createRandom(7);
  const data = Float32Array.from({ length: rowCount * columns }, (_, at) => {
    const [row, j] = [Math.floor(at / columns), at % columns];
    return 5 + random.normal() * (1 + j / 4) + (((row % 10) * (j + 1)) % 7);
  });
  return createMatrix(rowCount, columns, data);
})();

/** What photos say at the moment, and the tallies that have followed every change. */
interface Collection {
  readonly labelOf: Map<number, string>;
  readonly tallies: Map<string, ClassTally>;
}

const tallyOf = async (rows: readonly number[], detail: TallyDetail): Promise<ClassTally> =>
  await tallyRows(pool, Int32Array.from(rows), { detail });

/** One change, drawn: photos come, go or change their class; classes come, go, are renamed or merged. */
async function change(
  { labelOf, tallies }: Collection,
  { detail, random, number }: { detail: TallyDetail; random: Random; number: number },
): Promise<void> {
  const add = (label: string, tally: ClassTally): void => {
    tallies.set(label, mergeTallies(tallies.get(label) ?? emptyTally(columns, detail), tally));
  };
  const take = (label: string, tally: ClassTally): void => {
    tallies.set(label, subtractTally(tallies.get(label)!, tally));
  };
  const classes = [...tallies.keys()];
  const drawn = <T>(items: readonly T[]): T => items[random.integer(items.length)]!;
  const kind = random.integer(20);
  const known = [...labelOf.keys()];
  if (kind < 9 || known.length < 60) {
    const free = [...Array(rowCount).keys()].filter((row) => !labelOf.has(row));
    const rows = random.shuffle(free).slice(0, 1 + random.integer(12));
    for (const row of rows) {
      const label = kind === 0 && classes.length < 10 ? `new ${number}` : drawn(classes);
      labelOf.set(row, label);
      add(label, await tallyOf([row], detail));
    }
  } else if (kind < 13) {
    const row = drawn(known);
    take(labelOf.get(row)!, await tallyOf([row], detail));
    labelOf.delete(row);
  } else if (kind < 17) {
    const [row, to] = [drawn(known), drawn(classes)];
    const tally = await tallyOf([row], detail);
    take(labelOf.get(row)!, tally);
    add(to, tally);
    labelOf.set(row, to);
  } else if (kind === 17) {
    const from = drawn(classes);
    tallies.set(`renamed ${number}`, tallies.get(from)!);
    tallies.delete(from);
    for (const row of known) if (labelOf.get(row) === from) labelOf.set(row, `renamed ${number}`);
  } else if (classes.length > 3) {
    const [from, into] = random.shuffle(classes);
    if (kind === 18) add(into!, tallies.get(from!)!);
    tallies.delete(from!);
    for (const row of known)
      if (labelOf.get(row) === from) {
        if (kind === 18) labelOf.set(row, into!);
        else labelOf.delete(row);
      }
  }
}

/** Largest difference as a share of the range of the expected logits. */
function distance(found: Matrix, expected: Matrix): number {
  const { data } = expected;
  const range =
    data.reduce((a, b) => Math.max(a, b), -Infinity) - data.reduce((a, b) => Math.min(a, b), Infinity);
  return found.data.reduce((most, value, at) => Math.max(most, Math.abs(value - data[at]!)), 0) / range;
}

/** Largest difference of the sums, as a share of what they are made of. */
function trace(found: ClassTally, expected: ClassTally): number {
  const far = (a: Float64Array, b: Float64Array, size: number): number =>
    a.reduce((most, value, at) => Math.max(most, Math.abs(value - b[at]!)), 0) / (size || 1);
  const [one, other] = [found.moments, expected.moments];
  const spread = other.squares.reduce((a, b) => Math.max(a, b), 0);
  return Math.max(
    far(one.counts, other.counts, 1),
    far(one.shifts, other.shifts, Math.sqrt(spread)),
    far(one.squares, other.squares, spread),
    one.products === undefined ? 0 : far(one.products, other.products!, spread),
    found.tails === undefined
      ? 0
      : Math.abs(found.tails.fourths / (expected.tails!.fourths || 1) - (expected.tails!.fourths && 1)),
  );
}

describe.each([
  ["bayes", { shrinkage: 0.3 }],
  ["nearest-mean", {}],
  ["ridge", { alpha: 0.3 }],
  ["lda", { shrinkage: 0.3 }],
  ["lda", { shrinkage: "auto" as const }],
])("%s %j", (name, parameters) => {
  const classifier = classifierTable[name]!;
  const { detail, fit } = classifier.byMoments!;

  test.each([1, 2, 3])(
    "sequence %i of 200 changes: the tallies that followed them give the logits of a fit on the photos of the day",
    async (seed) => {
      const random = createRandom(seed);
      const collection: Collection = {
        labelOf: new Map(),
        tallies: new Map(["a", "b", "c"].map((label) => [label, emptyTally(columns, detail)])),
      };
      for (let number = 1; number <= 200; number += 1) {
        await change(collection, { detail, random, number });
        if (number % 40 !== 0) continue;
        const { labelOf, tallies } = collection;
        const present = [...tallies].filter(([, { moments }]) => moments.counts[0]! > 0);
        const rows = [...labelOf.keys()];
        const labels = Int32Array.from(rows, (row) =>
          present.findIndex(([label]) => label === labelOf.get(row)),
        );
        const { moments, fourths } = poolTallies(present.map(([, tally]) => tally));
        const updated = await fit(moments, parameters, { fourths });
        const refitted = await classifier.fit(selectRows(pool, rows), labels, parameters, {
          classCount: present.length,
        });
        expect(distance(updated.logits(pool), refitted.logits(pool))).toBeLessThan(1e-6);
        for (const [k, [, tally]] of present.entries()) {
          const fresh = await tallyOf(
            rows.filter((_, i) => labels[i] === k),
            detail,
          );
          expect(trace(tally, fresh)).toBeLessThan(1e-9);
        }
      }
    },
  );
});

test("merging commutes to the last digit, and a class that lost all its rows is exactly the class that had none", async () => {
  const [a, b] = [await tallyOf([1, 2, 3, 4], "tails"), await tallyOf([7, 8, 9], "tails")];
  expect(mergeTallies(a, b)).toEqual(mergeTallies(b, a));
  expect(trace(mergeTallies(a, b), await tallyOf([1, 2, 3, 4, 7, 8, 9], "tails"))).toBeLessThan(1e-12);
  const rest = subtractTally(
    subtractTally(a, await tallyOf([1, 2], "tails")),
    await tallyOf([3, 4], "tails"),
  );
  expect(rest).toEqual(emptyTally(columns, "tails"));
});
