import { expect, test } from "vitest";
import {
  formatBytes,
  formatCount,
  formatFigures,
  formatList,
  formatPercent,
  formatPoints,
  formatQuantity,
  formatRate,
  formatSeconds,
  formatUnits,
} from "./format-number.ts";

test("formatPercent never rounds a flaw away", () => {
  expect([0, 0.0001, 0.885, 0.9999, 1].map(formatPercent)).toEqual([
    "0.0 %",
    "<0.1 %",
    "88.5 %",
    ">99.9 %",
    "100.0 %",
  ]);
});

test("formatPoints uses a true minus and has no minus zero", () => {
  expect([0.021, -0.021, -0.0004].map(formatPoints)).toEqual(["2.1", "−2.1", "0.0"]);
});

test("formatSeconds changes its unit before the number grows long", () => {
  expect([0.012, 0.9996, 4.2, 9.96, 59.6, 83, 5400].map(formatSeconds)).toEqual([
    "12 ms",
    "1.0 s",
    "4.2 s",
    "10 s",
    "1 min",
    "1 min 23 s",
    "1 h 30 min",
  ]);
});

test("formatCount, formatQuantity and formatList read as a person would say them", () => {
  expect(formatCount(1234567)).toBe("1,234,567");
  expect([formatQuantity(1, "image"), formatQuantity(1000, "image")]).toEqual(["1 image", "1,000 images"]);
  expect(formatQuantity(2, "class", "classes")).toBe("2 classes");
  expect([[], ["a"], ["a", "b"], ["a", "b", "c", "d", "e"]].map((items) => formatList(items))).toEqual([
    "",
    "a",
    "a and b",
    "a, b, c and 2 more",
  ]);
});

test("formatBytes tells sizes as files are told", () => {
  expect([0, 512, 1536, 4960909, 553435956, 2 ** 31].map(formatBytes)).toEqual([
    "0 B",
    "512 B",
    "1.5 KiB",
    "4.7 MiB",
    "528 MiB",
    "2.0 GiB",
  ]);
});

test("formatRate and formatFigures write no exponent where people write none", () => {
  expect([220, 12.3, 1.44, 0.1].map((rate) => formatRate(rate, "steps"))).toEqual([
    "220/s",
    "12/s",
    "1.4/s",
    "6.0/min",
  ]);
  expect([220, 0.412, 0.0012, 2.4e-5, 1e-5, 0, 1234567].map((value) => formatFigures(value, 2))).toEqual([
    "220",
    "0.41",
    "0.0012",
    "2.4e-5",
    "1e-5",
    "0",
    "1200000",
  ]);
});

test("formatUnits: one of a unit is not several", () => {
  expect([formatUnits(1, "images"), formatUnits(0, "folds"), formatUnits(1200, "steps")]).toEqual([
    "1 image",
    "0 folds",
    "1,200 steps",
  ]);
});
