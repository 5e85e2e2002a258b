import { formatCount, formatPercent } from "../../base/format-number.ts";
import type { updating as english } from "../en/updating.ts";
import { counts, forms } from "./basics.ts";

function began(start: "warm" | "cold" | null): string {
  return start === "warm" ? "，从模型自己的权重热启动" : "";
}

/** `update` 和 `merge` 打印的内容。 */
export const updating: typeof english = {
  none: "没有要更改的：这些模型都已经学过",
  labels: {
    photos: "照片",
    classes: "类别",
    kind: "更新",
    before: "此前",
    model: "模型",
    previous: "上一版",
    next: "接下来",
  },
  photos: ({ added, removed, relabelled, images }) =>
    `增加 ${formatCount(added)} 张，去掉 ${formatCount(removed)} 张，改类 ${formatCount(relabelled)} 张：模型现在学过 ${counts.images(images)}`,
  merged: (images, shared) =>
    counts.images(images) + (shared > 0 ? `，其中 ${formatCount(shared)} 张两个模型都学过，只算一次` : ""),
  classes: (count, added, gone) =>
    [
      formatCount(count),
      ...(added.length > 0 ? [`新增：${forms.quoted(added)}`] : []),
      ...(gone.length > 0 ? [`去掉：${forms.quoted(gone)}`] : []),
    ].join("；"),
  kinds: {
    exact: (seconds) =>
      `精确，用时 ${forms.seconds(seconds)}：与在这些照片上重新拟合相同；变换、超参数和温度保持不变`,
    retrained: (seconds, start = null) =>
      `在记住的和新的特征上重新拟合${began(start)}，用时 ${forms.seconds(seconds)}；超参数保持不变`,
    head: (seconds, start = null) =>
      `在记住的和新的特征上重新训练头部${began(start)}，用时 ${forms.seconds(seconds)}；它前面训练过的网络保持不变`,
  },
  oldPhotos: ({ photos, before, after, scores }) =>
    `此前学过的 ${counts.images(photos)}，原来答对 ${formatPercent(before)}，现在 ${formatPercent(after)}` +
    (scores === "seen"
      ? "（两个模型都学过它们：真实的准确率用 evaluate 来测）"
      : "（每张都由没有见过它的拟合来评判）"),
};
