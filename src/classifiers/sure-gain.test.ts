import { expect, test } from "vitest";
import { createMatrix } from "../base/matrix.ts";
import { isSurelyBetter } from "./sure-gain.ts";

const labels = new Int32Array(25);
const rows = Int32Array.from(labels.keys());

/** Two classes, the first right: its logit by row. */
const scores = (logitOf: (row: number) => number): Parameters<typeof isSurelyBetter>[0] => {
  const logits = createMatrix(25, 2);
  labels.forEach((_, row) => (logits.data[2 * row] = logitOf(row)));
  return { logits, temperature: 1 };
};
const even = scores((row) => (row % 5 === 0 ? -1 : 1));

test("what helps every row a little is a sure gain; the same answers are none", () => {
  expect(
    isSurelyBetter(
      scores((row) => (row % 5 === 0 ? -0.8 : 1.2)),
      even,
      { labels, rows },
    ),
  ).toBe(true);
  expect(isSurelyBetter(even, even, { labels, rows })).toBe(false);
});

test("one more row right of twenty-five is none where the others get no surer", () => {
  const luck = scores((row) => (row === 0 ? 0.2 : row % 5 === 0 ? -1.05 : 1));
  expect(isSurelyBetter(luck, even, { labels, rows })).toBe(false);
});

test("what is surer but right less often is none", () => {
  const bold = scores((row) => (row % 5 === 0 ? -0.2 : row === 1 ? -0.1 : 3));
  expect(isSurelyBetter(bold, even, { labels, rows })).toBe(false);
});

test("a temperature counts: the same answers said too boldly lose", () => {
  const shy = { ...even, temperature: 1 };
  expect(isSurelyBetter({ ...even, temperature: 0.05 }, shy, { labels, rows })).toBe(false);
});
