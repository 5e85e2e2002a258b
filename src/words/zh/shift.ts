import { formatCount, formatFigures, formatPercent } from "../../base/format-number.ts";
import type { Words } from "../en/en.ts";

const p = (value: number): string => `p = ${formatFigures(value, 2)}`;
const photos = (count: number): string => `${formatCount(count)} 张照片`;

/** 终端和页面上的 `drift`，以及 `labels check`。 */
export const shift: Words["shift"] = {
  title: "漂移",
  headline: (isShifted) => (isShifted ? "情况有变" : "从这些照片看不出变化"),
  compared: (arrived, known, learntFrom) =>
    `模型没见过的 ${photos(arrived)}，对照它学过的 ${photos(known)}` +
    (learntFrom > 0 ? `；文件夹里有 ${photos(learntFrom)}是它学过的，已略去` : ""),
  questions: { kind: "照片的类型", mix: "类别的比例", meaning: "标签的含义", next: "下一步" },
  kind: (isShifted, accuracy, value) =>
    (isShifted ? "照片的类型变了：" : "照片与模型学过的相似：") +
    `分类器能把新旧照片分对 ${formatPercent(accuracy)}（50 % 等于瞎猜），${p(value)}。`,
  second: (isShifted, agrees, value) =>
    `第二种检验（MMD）${agrees ? "结论相同" : isShifted ? "没有看出变化" : "看出变化，但不单独报警"}，${p(value)}。`,
  mix: (isShifted, isReliable, value) =>
    (isShifted ? "各类别的比例变了" : "各类别的比例没有变") +
    `，${p(value)}。` +
    (isReliable ? "" : "照片类型变了，这也可能只是模型看错：比例仅供参考。"),
  mixColumns: ["类别", "学习时", "现在（由概率估计）", "现在（由混淆矩阵估计）"],
  share: ({ share, low, high }) =>
    `${formatPercent(share)}（${formatPercent(low)} - ${formatPercent(high)}）`,
  meaning: (isShifted, known, arrived, value) =>
    (isShifted ? "标签的含义可能变了：" : "标签的含义没有变：") +
    `模型会给出另一个标签的，新照片中占 ${formatPercent(arrived)}，旧照片中占 ${formatPercent(known)}，${p(value)}。`,
  meaningClass: (label) => `主要在 ${JSON.stringify(label)}。`,
  meaningUnreliable: "照片类型变了，这也可能只是模型看错。",
  meaningNone: "新照片都没有模型认识的标签，所以没有检验这一项。",
  unknown: (labels) => `模型没有的标签：${labels.map((label) => JSON.stringify(label)).join("、")}。`,
  mixTable: "各类别的比例",
  doubtful: (shown, all) => (shown < all ? `可疑的标签：${all} 个中的前 ${shown} 个` : "可疑的标签"),
  doubtColumns: ["标签", "更像", "其概率", "标签的概率", "照片"],
  learntAs: (label) => `学习时标为 ${label}`,
  rather: (label, rather) => `标为 ${label}，更像 ${rather}`,
  rate: (rate, level) =>
    `误报：什么都没变时，任何一项误报的情况合计不超过 ${formatPercent(rate)}（每项 ${formatPercent(level)}）。` +
    "连拍的照片只能算一张：同一场景的许多照片看上去就像变化。",
  mostShifted: "偏离最大的照片",
  mostShiftedNote: "分类器认为与旧照片最不像的新照片。没有报警时，它们只是平常照片的边缘。",
  absent: "找不到照片",
  steps: {
    inbox: (model, data) => `先给最有价值的新照片加标签：\`rootstock inbox ${model} ${data}\``,
    update: (model, data) => `把有标签的照片教给模型：\`rootstock update ${model} ${data}\``,
    prior: (model, data) => `按新的比例校正概率：\`rootstock predict ${model} ${data} --prior estimated\``,
    doubt: (_model, data) => `检查标签：\`rootstock labels check ${data}\``,
    collect: () => "多收集一些照片：少于 50 张时只能发现大的变化。",
    nothing: () => "什么也不用做。",
  },
  page: (path) => `页面：${path}`,
  checked: (images, source) => `${formatCount(images)} 个标签，对照${source}`,
  source: {
    memory: (model) => `${model} 对学过的照片记住的留出得分、对其他照片的预测`,
    recipe: (recipe, backbones) => `${recipe} 在 ${backbones.join(" + ")} 上的留出预测`,
  },
  suspicious: (count, expected) =>
    `${formatCount(count)} 个可疑标签；按置信联合分布估计，约有 ${formatCount(expected)} 个标签有误`,
  pageLead: "没有见过这张照片的模型与它的标签不一致。建议的是模型的说法；标签也可能本来就对。",
  noneSuspicious: "没有可疑的标签",
  decisions: (path) =>
    `${path}：照片属于另一类的，改 label 一列；不作决定的行删去，然后运行 \`rootstock labels record\``,
};
