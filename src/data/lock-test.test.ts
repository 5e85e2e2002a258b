import { expect, test } from "vitest";
import { createHash } from "node:crypto";
import { lockTest } from "./lock-test.ts";
import type { ManifestRow } from "./manifest.ts";

const row = (i: number, more: Partial<ManifestRow> = {}): ManifestRow => ({
  path: `${i}.png`,
  label: i % 2 === 0 ? "a" : "b",
  sha256: createHash("sha256").update(`${i}`).digest("hex"),
  width: 10,
  height: 10,
  ...more,
});
const rows = (count: number): ManifestRow[] => Array.from({ length: count }, (_, i) => row(i));
const locked = (all: readonly ManifestRow[], share: number): string[] =>
  lockTest(all, share).flatMap(({ path, split }) => (split === "test" ? [path] : []));

test("lockTest takes about the share, and a larger share takes more of the same", () => {
  expect(locked(rows(2000), 0.2).length / 2000).toBeCloseTo(0.2, 1);
  expect(locked(rows(500), 0.4)).toEqual(expect.arrayContaining(locked(rows(500), 0.2)));
});

test("lockTest: photos that are added move none of those that were there", () => {
  const before = locked(rows(300), 0.2);
  expect(locked(rows(600), 0.2).filter((path) => Number.parseInt(path, 10) < 300)).toEqual(before);
});

test("lockTest: a group goes as one", () => {
  const grouped = Array.from({ length: 300 }, (_, i) => row(i, { group: `plant ${i >> 2}` }));
  const splits = new Map<string, Set<string>>();
  for (const { group, split = "none" } of lockTest(grouped, 0.3))
    splits.set(group!, (splits.get(group!) ?? new Set()).add(split));
  expect([...splits.values()].every(({ size }) => size === 1)).toBe(true);
});

test("lockTest refuses data that have a test part of their own", () => {
  expect(() => lockTest([row(1, { split: "test" }), row(2)], 0.2)).toThrow(
    "expected data without a test part",
  );
});
