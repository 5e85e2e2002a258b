import { expect, test } from "vitest";
import { gatherCalls } from "./gather-calls.ts";

test("calls go out in full batches, and the rest as soon as nothing is under way", async () => {
  const sizes: number[] = [];
  const square = gatherCalls(4, async (items: readonly number[]) => {
    sizes.push(items.length);
    return items.map((item) => item * item);
  });
  const items = Array.from({ length: 10 }, (_, i) => i);
  expect(await Promise.all(items.map(square))).toEqual(items.map((item) => item * item));
  expect(sizes).toEqual([1, 4, 4, 1]);
});

test("a batch that fails fails its own calls alone", async () => {
  const work = gatherCalls(2, async (items: readonly number[]) => {
    if (items.includes(3)) throw new Error("three");
    return items;
  });
  const outcomes = await Promise.allSettled([1, 2, 3, 4, 5].map(work));
  expect(outcomes.map(({ status }) => status)).toEqual([
    "fulfilled",
    "rejected",
    "rejected",
    "fulfilled",
    "fulfilled",
  ]);
});
