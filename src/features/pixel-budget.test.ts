import { expect, test } from "vitest";
import { createPixelBudget } from "./pixel-budget.ts";

test("work under way never holds more than the budget, and all of it is done in order", async () => {
  const budget = createPixelBudget(100);
  let held = 0;
  let most = 0;
  const begun: number[] = [];
  const costs = [60, 50, 30, 20, 90, 10, 10];
  await Promise.all(
    costs.map((cost, i) =>
      budget.within(cost, async () => {
        begun.push(i);
        held += cost;
        most = Math.max(most, held);
        await new Promise((resolve) => setImmediate(resolve));
        held -= cost;
      }),
    ),
  );
  expect(most).toBeLessThanOrEqual(100);
  expect(begun).toEqual([0, 1, 2, 3, 4, 5, 6]);
});

test("a picture larger than the whole budget runs alone, and a failure gives its room back", async () => {
  const budget = createPixelBudget(100);
  await expect(budget.within(1000, () => Promise.reject(new Error("broken")))).rejects.toThrow("broken");
  expect(await budget.within(100, async () => "done")).toBe("done");
});
