import { formatCount, formatPercent } from "../../base/format-number.ts";
import type { pretraining as english } from "../en/pretraining.ts";
import { counts, forms } from "./basics.ts";

/** What `pretrain` prints, in Chinese. */
export const pretraining: typeof english = {
  head: (architecture, data) => `${architecture}：${data.join("，")}`,
  unlabelled: (count) => `其中 ${formatCount(count)} 张没有标签`,
  curve: "每轮之后在验证照片上的 top-1",
  labels: {
    trained: "训练",
    teacher: "教师网络",
    top1: "top-1",
    skipped: "跳过",
    backbone: "骨干网络",
    head: "分类头",
    filters: "滤波器",
    figures: "数据",
    next: "接下来",
  },
  trained: (epochs, seconds) => `${counts.epochs(epochs)}，用时 ${forms.seconds(seconds)}`,
  teacher: (name, top1) =>
    top1 === null ? name : `${name}，其特征加线性 softmax 能认出 ${formatPercent(top1)}`,
  top1: (share, photos, isChecked) =>
    `${formatCount(photos)} 张验证照片中 ${formatPercent(share)} 正确，${isChecked ? "再次" : ""}用写出的文件测得`,
};
