import { expect, test } from "vitest";
import { nearestWord, suggestWord } from "./nearest-word.ts";

const known = ["alexnet", "mobilenet_v2", "mobilenet_v3_large", "svm", "svm-rbf", "resnet18", "resnet50"];

test.each([
  ["mobilenetv2", "mobilenet_v2"],
  ["MobileNet-V2", "mobilenet_v2"],
  ["alexnett", "alexnet"],
  ["aelxnet", "alexnet"],
  ["svm-rfb", "svm-rbf"],
  ["SVM", "svm"],
  ["resnet19", "resnet18"],
  ["mobile", "mobilenet_v2"],
  ["large", "mobilenet_v3_large"],
])("nearestWord: %s is taken to mean %s", (word, meant) => {
  expect(nearestWord(word, known)).toBe(meant);
});

test.each(["toString", "", "-", "xyz", "x", "photos/cat.jpg"])(
  "nearestWord: %j is near no known word",
  (word) => {
    expect(nearestWord(word, known)).toBeUndefined();
  },
);

test("suggestWord: a question in front of the hint, or nothing", () => {
  expect(suggestWord("alexnett", known)).toBe('Did you mean "alexnet"? ');
  expect(suggestWord("photograph", known)).toBe("");
  expect(suggestWord("a".repeat(100_000), known)).toBe("");
});
