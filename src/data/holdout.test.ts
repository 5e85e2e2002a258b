import fc from "fast-check";
import { expect, test } from "vitest";
import { hashBytes } from "../files/hash-file.ts";
import { hashHoldout } from "./holdout.ts";

const rows = Array.from({ length: 2000 }, (_, i) => ({
  sha256: hashBytes(Uint8Array.of(i & 255, i >> 8)),
  ...(i % 4 === 0 ? { group: `plant ${i % 90}` } : {}),
}));

test("hashHoldout: adding images never moves an old one across", () => {
  fc.assert(
    fc.property(fc.subarray(rows, { minLength: 1 }), fc.integer(), (some, seed) => {
      const side = (of: typeof rows): Map<string, boolean> => {
        const held = new Set(hashHoldout(of, { fraction: 0.2, seed }).holdout);
        return new Map(of.map(({ sha256 }, i) => [sha256, held.has(i)]));
      };
      const all = side(rows);
      for (const [sha256, isHeld] of side(some)) expect(all.get(sha256)).toBe(isHeld);
    }),
    { numRuns: 20 },
  );
});

test("hashHoldout: takes about its fraction, other rows with another seed, and groups whole", () => {
  const { holdout, training } = hashHoldout(rows, { fraction: 0.2, seed: 1 });
  expect(holdout.length + training.length).toBe(rows.length);
  expect(holdout.length / rows.length).toBeGreaterThan(0.16);
  expect(holdout.length / rows.length).toBeLessThan(0.24);
  expect(hashHoldout(rows, { fraction: 0.2, seed: 2 }).holdout).not.toEqual(holdout);
  const groupsOf = (indices: Int32Array): Set<string> =>
    new Set([...indices].flatMap((i) => rows[i]!.group ?? []));
  expect([...groupsOf(holdout)].filter((group) => groupsOf(training).has(group))).toEqual([]);
});
