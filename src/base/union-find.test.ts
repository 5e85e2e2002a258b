import fc from "fast-check";
import { expect, test } from "vitest";
import { DisjointSets } from "./union-find.ts";

test("DisjointSets: two keys share a set exactly when a chain of joins links them", () => {
  const keys = fc.integer({ min: 0, max: 12 });
  fc.assert(
    fc.property(fc.array(fc.tuple(keys, keys), { maxLength: 20 }), (pairs) => {
      const sets = new DisjointSets();
      for (const [a, b] of pairs) sets.join(String(a), String(b));
      const label = Array.from({ length: 13 }, (_, i) => i); // the witness: spread the smallest number until it rests
      for (let round = 0; round < 13; round += 1)
        for (const [a, b] of pairs) label[a] = label[b] = Math.min(label[a]!, label[b]!);
      for (let a = 0; a < 13; a += 1)
        for (let b = 0; b < 13; b += 1)
          expect(sets.find(String(a)) === sets.find(String(b))).toBe(label[a] === label[b]);
    }),
  );
});
