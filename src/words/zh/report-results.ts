import { formatCount, formatFigures, formatPercent, formatPoints } from "../../base/format-number.ts";
import type { reportResults as english } from "../en/report-results.ts";
import { counts, forms } from "./basics.ts";

/** The report's results in Chinese. */
export const reportResults: typeof english = {
  opening: {
    accuracy: "准确率",
    interval: (low, high) => `95 % 区间：${forms.percents(low, high)}`,
    holdout: "留出集上",
    scoredOnce: "只在最后评一次",
    macroF1: "宏平均 F1",
    countsTheSame: "每个类别同等计算",
    images: "图片",
    skipped: "跳过",
    allRead: "每张图片都能读取",
    namedBelow: "列在“数据状况”里",
    took: "运行用时",
  },
  recipes: {
    title: "做法",
    folds: (folds, repeats) =>
      repeats > 1
        ? `全部使用相同的 ${folds} 折，重新划分 ${repeats} 次；准确率是平均值。`
        : `全部使用相同的 ${folds} 折。`,
    bar: "横条是 0 到 100 % 的准确率，须线是它的 95 % 区间。",
    behindMeans: "“落后”是逐张图片比较得出的，比对照两个区间更能分辨细小的差别。",
    table: "做法（表格）",
    columns: {
      recipe: "做法",
      drawn: "准确率与 95 % 区间",
      accuracy: "准确率",
      behind: "落后（百分点）",
      macroF1: "宏平均 F1",
      holdout: "留出集",
      time: "用时",
    },
    first: "第一",
    cutShort: "没有训练完：轮数已用完",
    features: counts.features,
    seconds: (features, fit) => `特征 ${forms.seconds(features)}，拟合 ${forms.seconds(fit)}`,
    cost: (megabytes, milliseconds) =>
      `${formatFigures(megabytes, 2)} MB，每次预测 ${formatFigures(milliseconds, 2)} 毫秒`,
    behindCutShort: "，没有训练完",
    behindNotClear: "，不明显",
    leftOut: (text) => `略去：${text}`,
    failed: (text) => `失败：${text}`,
  },
  pairs: {
    title: "哪些差别算数",
    note:
      "每个数字是该行的做法比该列的做法准确率高出的百分点。差别能否用偶然来解释，由校正的重抽样 t 检验判定，它也计入换一批训练照片的影响；" +
      "McNemar 检验只问这几个模型本身，列在旁边。",
    rounds: (repeats, folds, pairs) =>
      `${repeats} 轮，每轮 ${folds} 折；按 Holm 法对 ${pairs} 对做了校正。` +
      (repeats === 1 ? "轮数更多（--repeats 3），能分辨更小的差别。" : ""),
    table: "做法之间的差别（矩阵）",
    corner: "行领先列",
    clear: "算数",
    notClear: "测不出",
    details: "每一对的数字",
    versus: (a, b) => `${a} 对 ${b}`,
    columns: {
      pair: "一对",
      difference: "差别（百分点）",
      p: "p",
      holm: "p（Holm）",
      mcNemar: "p（McNemar）",
      only: "只有一方答对",
    },
  },
  confusion: {
    title: "哪些被当成了哪些",
    note: "每一行是标签，每一列是该图片被留出时做法给出的回答。点一个数字，可以看到背后的照片。",
    listed: (most) => `类别多于 ${most} 个，因此只列出最常见的混淆。`,
    embedded: (shown, all) =>
      `为了让文件小一些，只嵌入了 ${formatCount(all)} 张照片中的 ${formatCount(shown)} 张。`,
    of: (recipe) => `${recipe} 的混淆矩阵`,
    noScript: "查看数字背后的照片需要 JavaScript，而这个浏览器已将它关闭。",
    recipe: "做法",
    corner: "标签 ↓ 判为 →",
    cell: (count, label, said) => `${count}：${label} 判为 ${said}`,
    share: (share, label) => `占 ${label} 的 ${formatPercent(share)}`,
    columns: ["标签", "判为", "图片"],
    script: {
      absent: "未嵌入",
      sure: "把握 {share} %",
      title: "{label} 判为 {said}",
      one: "1 张图片{cut}",
      many: "{count} 张图片{cut}",
      cut: "，显示把握最大的 {shown} 张",
    },
  },
  mistakes: {
    title: "错得最有把握的图片",
    none: (name) => `${name} 没有错。`,
    some: (name, count) =>
      `${name} 错了 ${formatCount(count)} 张；这里是它最有把握的几张。请先看看是不是标签有误。`,
    absent: "未嵌入",
    called: "判为 ",
    sure: (probability) => `，把握 ${formatPercent(probability)}`,
    labelled: "标签 ",
  },
  classes: {
    title: "逐个类别",
    note: (name, macroF1) =>
      `${name}。精确率：判为该类别的图片里，有多少确实是。召回率：属于该类别的图片里，有多少被判出来。` +
      `F1 把两者合在一起；宏平均 F1（${macroF1}）是各类别的平均。`,
    table: "类别（表格）",
    columns: {
      class: "类别",
      images: "图片",
      precision: "精确率",
      recall: "召回率",
      f1: "F1",
      drawn: "F1，0 到 1",
    },
  },
  calibration: {
    title: "它给出的概率可信吗？",
    note: (name, { error, logLoss, brier }) =>
      `当 ${name} 说有 80 % 的把握时，100 次里应当对 80 次，也就是落在虚线上。平均偏差为 ${formatPoints(error)} 个百分点` +
      `（期望校准误差）。对数损失 ${logLoss}，Brier 分数 ${brier}；两者都是越低越好。`,
    table: "校准（表格）",
    columns: { sure: "把握", images: "图片", confidence: "平均把握", right: "答对" },
    bin: (low, high) => `${low} 到 ${high} %`,
    diagram: "把握与准确率的对照；数字见旁边的表格",
    point: (confidence, accuracy, count) =>
      `把握 ${formatPercent(confidence)}，答对 ${formatPercent(accuracy)}，${counts.images(count)}`,
    xAxis: "把握，%",
    yAxis: "答对的比例，%",
  },
  labelCurve: {
    title: "下一个标注值多少",
    note: ({ recipe, photos, judged, draws }) =>
      `假如这些照片的标注是一张一张给出的：准确率随标注数的变化，一种按 “rootstock inbox” 请你查看的顺序，一种按随机顺序。` +
      `所用的是 ${recipe} 的特征上的岭回归，惩罚强度由已用标注的各折选定；${formatCount(photos)} 张照片，抽取 ${draws} 次，` +
      `每次用 ${formatCount(judged)} 张评判。须线是 95 % 区间，已计入各次抽取共用照片的影响。`,
    classes: (part, all) =>
      `${formatCount(all)} 个类别中有 ${formatCount(part)} 个参与：照片足够的类别，类别很多时从中抽取。`,
    verdict: ({ labels, gain, low, high }) => {
      const points = `${formatPoints(gain)} 个百分点（95 % 区间：${formatPoints(low)} 到 ${formatPoints(high)}）`;
      if (low > 0) return `标注 ${labels} 张时，队列顺序的增益为 ${points}：请按这个顺序标注。`;
      if (high < 0) return `标注 ${labels} 张时，队列顺序的增益为 ${points}：这里请随机标注。`;
      return `标注 ${labels} 张时，队列顺序与随机顺序相差 ${points}，可以用偶然来解释。`;
    },
    skipped: {
      "few photos": "没有测量：需要 60 张照片，每个类别至少五张，并且足够分步给出标注。",
      "no features": "没有测量：这次运行中没有做法使用可供简单分类器利用的特征。",
      time: "没有测量：给这次运行的时间已经用完。",
    },
    table: "准确率随标注数的变化（表格）",
    columns: { labels: "标注数", queue: "队列顺序", random: "随机顺序", gain: "增益（百分点）" },
    interval: (low, high) => `${low} 到 ${high}`,
    heading: "准确率，%",
    axis: "已用的标注数",
    keys: { queue: "队列顺序", random: "随机顺序" },
    seen: (labels, queue, random) =>
      `准确率随标注数的变化：标注 ${labels} 张时，队列顺序为 ${formatPercent(queue)}，随机顺序为 ${formatPercent(random)}；表格里有全部数字。`,
  },
};
