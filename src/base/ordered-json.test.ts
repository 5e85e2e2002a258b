import { expect, test } from "vitest";
import { orderedJson } from "./ordered-json.ts";

const value = { a: 1, list: [1, [], { b: null }], none: undefined, text: 'ü"\n', empty: {}, not: NaN };

test("orderedJson: plain values as JSON.stringify writes them, on one line and indented", () => {
  expect(orderedJson(value)).toBe(JSON.stringify(value));
  expect(orderedJson(value, 2)).toBe(JSON.stringify(value, null, 2));
});

test("orderedJson: a Map keeps the order of keys that are whole numbers, and __proto__ is a key like others", () => {
  const map = new Map([
    ["b", 1],
    ["10", 2],
    ["9", 3],
    ["__proto__", 4],
  ]);
  expect(orderedJson({ map })).toBe('{"map":{"b":1,"10":2,"9":3,"__proto__":4}}');
});
