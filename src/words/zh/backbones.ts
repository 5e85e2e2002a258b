import { formatCount, formatPercent } from "../../base/format-number.ts";
import type { backbones as english } from "../en/backbones.ts";
import { counts, forms } from "./basics.ts";

/** The backbones' commands in Chinese. */
export const backbones: typeof english = {
  columns: {
    name: "名字",
    have: "已有？",
    parameters: "参数量",
    download: "下载大小",
    speed: "速度",
    imagenet: "ImageNet",
    layer: "默认层",
    features: "特征数",
    licence: "许可证",
  },
  availability: { here: "有", pull: "可下载", bring: "需自备文件" },
  inPackageIndex: "可下载（软件包索引）",
  speed: { fast: "快", medium: "中等", slow: "慢" },
  pulled: (name, status, { path, sha256 }) =>
    `${name}：${{ downloaded: "已下载", present: "早已在此" }[status]}，${path}（sha256 ${sha256}）`,
  next: (command) => `接下来：${command}`,
  added: {
    labels: {
      card: "卡片",
      input: "输入",
      layer: "层",
      training: "训练",
      tried: "试用",
      skipped: "跳过",
      output: "输出",
      next: "接下来",
    },
    layer: (layer, features, layers) =>
      `${layer}，${counts.features(features)}；共有 ${counts.layers(layers)}可选`,
    parameters: (parameters, groups) => `${counts.parameters(parameters)}，分为 ${counts.groups(groups)}`,
    untrainable: (reason) => `无法训练。英文原文：${reason}`,
    tried: ({ photos, drawn, difference, silent }) => {
      const what = forms.list([
        ...(photos > 0 ? [`${formatCount(photos)} 张照片`] : []),
        ...(drawn > 0 ? [`${formatCount(drawn)} 张绘制的图片`] : []),
      ]);
      const quiet = silent === 0 ? "" : `；${formatPercent(silent)} 的特征在所有图片上都是 0`;
      return `${what}：每个特征都是有限值；最相近的两张相差其长度的 ${formatPercent(difference)}${quiet}`;
    },
    noVector: "末端不是向量：这是一个特征提取器",
    unknownVector: (values) => `${formatCount(values)} 个数；文件没有说明它们是什么`,
    imagenetVector: (values, confidence) =>
      `${formatCount(values)} 个数，与判断 ImageNet 类别的网络一样。文件里没有类别的名字，因此这里无法知道它的第一答案对不对；` +
      `它平均给第一答案 ${formatPercent(confidence)} 的概率`,
  },
  predictions: (out, images, failed) =>
    `${out}：${images} 张图片${failed === 0 ? "" : `，其中 ${failed} 张无法使用`}`,
  features: (out, images, dimensions) => `${out}：${images} × ${dimensions}`,
  from: (backbone, layer, pooling) => `（${backbone}，${layer}，${pooling}）`,
};
