import { expect, test } from "vitest";
import type { ExpectedCost } from "../recipes/expected-cost.ts";
import { openPace } from "./pace.ts";

const expected = new Map<string, ExpectedCost>([
  ["slow", { kind: "classifier", cost: 30 }],
  ["trained", { kind: "scratch", cost: 5000 }],
  ["quick", { kind: "classifier", cost: 10 }],
  ["middle", { kind: "classifier", cost: 20 }],
]);
const five = { folds: 5, hasHoldout: false };

test("pace: the cheapest is first", () => {
  expect(openPace(expected, five).order).toEqual(["quick", "middle", "slow", "trained"]);
});

test("pace: first folds tell what others will take, in the ratio of their costs; of trainings they tell nothing", () => {
  const pace = openPace(expected, five);
  expect(pace.foldSeconds("slow")).toBeNull();
  pace.learn("quick", 1);
  pace.learn("middle", 5);
  expect(pace.foldSeconds("middle")).toBe(5);
  expect(pace.foldSeconds("slow")).toBe(6); // 30 at 6 s for 30
  expect(pace.waiting()).toEqual({ seconds: 30, uncounted: ["trained"] });
  pace.finish("slow");
  expect(pace.waiting()).toEqual({ seconds: 0, uncounted: ["trained"] });
});

test("pace: the holdout's fit and the delivered one have the rows of all folds", () => {
  const pace = openPace(expected, { folds: 5, hasHoldout: true });
  pace.learn("quick", 4);
  expect(pace.wholeSeconds(4)).toBe(25);
  expect(pace.deliverySeconds()).toBe(5);
});
