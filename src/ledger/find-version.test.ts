import { expect, test } from "vitest";
import { findVersion } from "./find-version.ts";
import type { Recording } from "./recordings.ts";

const recording = (version: string, time: string): Recording => ({
  version: version.padEnd(64, "0"),
  previous: "",
  time,
  line: 1,
  lines: 1,
  counts: {},
});
const local = (text: string): string => new Date(text).toISOString();
const recordings = [
  recording("abcd1", local("2026-11-24T09:00:00")),
  recording("abcd2", local("2026-11-24T18:30:20")),
  recording("9f00", local("2026-11-25T08:00:00")),
];
const found = (word: string): number => recordings.indexOf(findVersion(word, recordings));

test("findVersion: a version, the beginning of one in capitals or not, and latest", () => {
  expect([recordings[1]!.version, "abcd2", "ABCD1", "9f00", "latest"].map(found)).toEqual([1, 1, 0, 2, 2]);
});

test("findVersion: a day means its last version, a minute and a second the last until then, here or in a zone", () => {
  const words = [
    "2026-11-24",
    "2026-11-30",
    "2026-11-24T18:30",
    "2026-11-24 18:30:19",
    "2026-11-24T18:30:20",
  ];
  expect(words.map(found)).toEqual([1, 2, 1, 0, 1]);
  expect(found(recordings[1]!.time)).toBe(1);
});

test("findVersion: what means none or several is refused, with those that there are", () => {
  expect(() => found("abcd")).toThrow('expected one version, 2 begin so: "abcd10000000", "abcd20000000"');
  for (const word of ["abc", "ffff", "yesterday", "2026-11-23", "2026-13-40", ""])
    expect(() => found(word), word).toThrow(`version ${JSON.stringify(word)}: expected`);
});
