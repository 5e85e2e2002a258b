import { expect, test } from "vitest";
import { shareOpen } from "./share-open.ts";

test("shareOpen: one opening for work that overlaps, closed behind the last, opened anew for the next", async () => {
  const events: string[] = [];
  const within = shareOpen(async () => {
    events.push("open");
    return { [Symbol.asyncDispose]: async () => void events.push("close") };
  });
  const turn = async (name: string): Promise<void> => await within(async () => void events.push(name));
  await Promise.all([turn("a"), turn("b")]);
  await turn("c");
  expect(events).toEqual(["open", "a", "b", "close", "open", "c", "close"]);
});

test("shareOpen: what cannot be opened fails its work, and is tried again by the next", async () => {
  let tries = 0;
  const within = shareOpen(async () => {
    tries += 1;
    if (tries === 1) throw new Error("shut");
    return { [Symbol.asyncDispose]: async () => undefined };
  });
  await expect(within(async () => "never")).rejects.toThrow("shut");
  expect(await within(async () => "done")).toBe("done");
});
