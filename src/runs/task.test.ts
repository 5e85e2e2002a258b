import { expect, test } from "vitest";
import { dataDigest } from "./data-digest.ts";
import { type Task, differencesOf, machineOf, taskFacts, taskKey } from "./task.ts";

const row = { path: "a/1.png", label: "a", sha256: "11", width: 4, height: 4 };
const rows = [row, { ...row, path: "b/1.png", label: "b", sha256: "22" }];
const data = { classes: ["a", "b"], rows };
const task: Task = {
  data: dataDigest(data),
  recipe: { name: "fine-tune", epochs: 3 },
  uses: [["sha of the file", { preprocessing: { mean: [0, 0, 0] } }, "conv2", "avg"]],
  fold: { fold: 1, of: 5 },
  seed: 42,
  stage: "fit",
  machine: machineOf({ version: "1.30.0", threads: 2 }),
};

test.each([
  ["a label", { ...data, rows: [rows[0]!, { ...rows[1]!, label: "a" }] }],
  ["a picture", { ...data, rows: [rows[0]!, { ...rows[1]!, sha256: "23" }] }],
  ["a group", { ...data, rows: [rows[0]!, { ...rows[1]!, group: "plant 1" }] }],
  ["a split", { ...data, rows: [rows[0]!, { ...rows[1]!, split: "test" as const }] }],
  ["a path", { ...data, rows: [rows[0]!, { ...rows[1]!, path: "b/2.png" }] }],
  ["the order of the classes", { ...data, classes: ["b", "a"] }],
  ["one picture less", { ...data, rows: [rows[0]!] }],
])("dataDigest: %s changes it", (_, other) => {
  expect(dataDigest(other)).not.toBe(dataDigest(data));
  expect(taskKey({ ...task, data: dataDigest(other) })).not.toBe(taskKey(task));
});

test("dataDigest: a size, which the picture's own digest decides, does not", () => {
  expect(dataDigest({ ...data, rows: rows.map((one) => ({ ...one, width: 5 })) })).toBe(dataDigest(data));
});

const others: readonly [string, Partial<Task>][] = [
  ["data", { data: "another" }],
  ["recipe", { recipe: { name: "fine-tune", epochs: 4 } }],
  [
    "the backbone's bytes",
    { uses: [["sha of another file", { preprocessing: { mean: [0, 0, 0] } }, "conv2", "avg"]] },
  ],
  [
    "the backbone's card",
    { uses: [["sha of the file", { preprocessing: { mean: [1, 0, 0] } }, "conv2", "avg"]] },
  ],
  ["layer", { uses: [["sha of the file", { preprocessing: { mean: [0, 0, 0] } }, "conv1", "avg"]] }],
  ["pooling", { uses: [["sha of the file", { preprocessing: { mean: [0, 0, 0] } }, "conv2", "max"]] }],
  ["fold", { fold: { fold: 2, of: 5 } }],
  ["folds", { fold: { fold: 1, of: 4 } }],
  ["the fit that is delivered", { fold: "model" }],
  ["seed", { seed: 43 }],
  ["stage", { stage: "refit" }],
  ["engine", { machine: machineOf({ version: "1.31.0", threads: 2 }) }],
  ["threads", { machine: machineOf({ version: "1.30.0", threads: 1 }) }],
  ["the package", { machine: { ...task.machine, rootstock: "99.0.0" } }],
  ["the platform", { machine: { ...task.machine, platform: "another" } }],
];

test.each(others)("taskKey: %s changes it", (_, other) => {
  expect(taskKey({ ...task, ...other })).not.toBe(taskKey(task));
});

test("taskKey: equal tasks have equal keys, and every member has been changed above", () => {
  expect(taskKey(structuredClone(task))).toBe(taskKey(task));
  const changed = new Set(others.flatMap(([, other]) => Object.keys(other)));
  expect([...changed].sort()).toEqual(Object.keys(task).sort());
});

test("differencesOf: names what differs, in words", () => {
  const other = taskFacts({ ...task, data: "another", seed: 1 });
  expect(differencesOf(taskFacts(task), other)).toEqual(["pictures, labels, splits or groups", "seed"]);
  expect(differencesOf(taskFacts(task), taskFacts(task))).toEqual([]);
});
