import { expect, test } from "vitest";
import { borrowRows } from "./borrow-rows.ts";
import { createMatrix, selectRows } from "./matrix.ts";

const matrix = createMatrix(
  6,
  2,
  Float32Array.from({ length: 12 }, (_, at) => at),
);

test("borrowed rows are the rows named, in their order, and the matrix stays as it is", () => {
  using borrowed = borrowRows(matrix, [4, 0, 4]);
  expect(borrowed.matrix).toEqual(selectRows(matrix, [4, 0, 4]));
  borrowed.matrix.data.fill(-1);
  expect([...matrix.data]).toEqual([...Array(12).keys()]);
});

test("what was given back is lent again, to more rows too where most were lent", () => {
  const few = borrowRows(matrix, [0, 1, 2, 3]);
  few[Symbol.dispose]();
  using all = borrowRows(matrix, [5, 4, 3, 2, 1, 0]);
  expect(all.matrix.data.buffer).toBe(few.matrix.data.buffer);
  expect(all.matrix).toEqual(selectRows(matrix, [5, 4, 3, 2, 1, 0]));
});

test("what is still lent is lent to nobody else, nor is the memory of another matrix", () => {
  using first = borrowRows(matrix, [1, 2]);
  using second = borrowRows(matrix, [3, 4]);
  using other = borrowRows(createMatrix(6, 2), [0, 1]);
  expect(new Set([first, second, other].map((one) => one.matrix.data.buffer)).size).toBe(3);
  expect(first.matrix).toEqual(selectRows(matrix, [1, 2]));
});
