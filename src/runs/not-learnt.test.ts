import { expect, test } from "vitest";
import { notLearnt } from "./not-learnt.ts";

test("notLearnt names classes that only the holdout has and folders without a picture, and is silent otherwise", () => {
  expect(notLearnt({ holdoutOnly: ["checks"], emptyFolders: ["train/dots"] })).toEqual([
    'Never learnt, since only the holdout has pictures of it: "checks".',
    'Without a picture, and so no class: "train/dots".',
  ]);
  expect(notLearnt({ holdoutOnly: [], emptyFolders: [] })).toEqual([]);
});
