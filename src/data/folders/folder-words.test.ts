import { expect, test } from "vitest";
import { isUnlabelledName, splitOf, splitWithin } from "./folder-words.ts";

test("splitOf knows splits in every spelling and takes no other name for one", () => {
  for (const name of [
    "train",
    "TRAIN",
    "Training",
    "train_set",
    "training-data",
    "data_train",
    "trainval",
    "訓練集",
  ])
    expect(splitOf(name), name).toBe("train");
  for (const name of [
    "val",
    "Valid",
    "validation set",
    "valset",
    "evaluation",
    "dev_set",
    "Ｖal",
    "验证",
    "校验集",
  ])
    expect(splitOf(name), name).toBe("validation");
  for (const name of [
    "test",
    "Tests",
    "testing",
    "test_dataset",
    "images.test",
    "hold-out",
    "测试数据集",
    "測試集",
  ])
    expect(splitOf(name), name).toBe("test");
  for (const name of [
    "trainer",
    "testament",
    "invalid",
    "value",
    "devices",
    "data",
    "set",
    "train1",
    "fold1",
    "测量",
  ])
    expect(splitOf(name), name).toBeUndefined();
});

test("splitWithin finds a split's word among others, and none where two say different things", () => {
  expect(["seg_train", "flowers-test", "cifarVal", "flowers Test Images"].map(splitWithin)).toEqual([
    "train",
    "test",
    "validation",
    "test",
  ]);
  for (const name of ["train_or_test", "latest", "retraining", "evaluate2", "rose"])
    expect(splitWithin(name), name).toBeUndefined();
});

test("isUnlabelledName leaves names alone that a class may well have", () => {
  for (const name of ["unknown", "other", "background", "none", "label", "sorted", "box", "标注", "negative"])
    expect(isUnlabelledName(name), name).toBe(false);
});
