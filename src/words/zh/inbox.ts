import { formatCount, formatFigures, formatPercent } from "../../base/format-number.ts";
import type { decisions as englishDecisions, inbox as englishInbox } from "../en/inbox.ts";

/** `inbox` 的提示。 */
export const inbox: typeof englishInbox = {
  piles: { accepted: "已接受", look: "待查看", foreign: "陌生" },
  columns: ["类别堆", "照片", "占比"],
  queueColumns: ["照片", "标签", "概率", "新奇度"],
  sorted: (photos) => `${formatCount(photos)} 张没有标签的照片：`,
  accepted: ({ promise, assurance, threshold, rows, errors, bound }) =>
    `接受概率不低于 ${formatPercent(threshold ?? 1)} 的标签：同样有把握的 ${formatCount(rows)} 张校准照片中有 ${formatCount(errors)} 张错误。` +
    `对与校准照片同类的照片，这样的标签至多错 ${formatPercent(promise)}，置信度 ${formatFigures(assurance * 100, 3)} %（上界 ${formatPercent(bound)}）。`,
  tooFew: ({ promise, calibration, needed, missing }) =>
    `一张也不接受：承诺 ${formatPercent(promise)} 至少需要 ${formatCount(needed)} 张无错的校准照片，足够寻常的有 ${formatCount(calibration)} 张；` +
    `还缺 ${formatCount(missing)} 张。`,
  tooManyErrors: ({ promise, rows, errors, bound }) =>
    `一张也不接受：最有把握的 ${formatCount(rows)} 张校准照片中有 ${formatCount(errors)} 张错误，错误可能多达 ${formatPercent(bound)}；` +
    `承诺是 ${formatPercent(promise)}。`,
  learnt: (count) => `${formatCount(count)} 张是模型学过的照片，已排除。`,
  groups: (sizes) =>
    `陌生照片分成 ${formatCount(sizes.length)} 组，可能是新类别：${sizes.map(formatCount).join("、")}。`,
  lookFirst: "最先查看：",
  written: (page) => `页面    ${page}`,
  review: (address) => `请在此处决定：${address}`,
  reviewStop: "按 Ctrl-C 结束。已保存的都在账本里。",
  recorded: (added, relabelled) =>
    `向账本添加 ${formatCount(added)} 张照片，改标签 ${formatCount(relabelled)} 张。`,
  next: (ledger, csv) => `rootstock labels record ${ledger} ${csv}`,
  nextTitle: "下一步：在页面上决定，下载 decisions.csv 并记录；或者直接采用已接受的标签：",
  title: (photos) => `有 ${formatCount(photos)} 张照片等你决定`,
  pileTitles: { accepted: "已接受", look: "待查看", foreign: "陌生" },
  pileNotes: {
    look: "最有价值的在前：模型没有把握、彼此不同、又有代表性的照片。",
    foreign: "与模型所知的都不像，按可能的新类别分组。",
    accepted: "把握足以兑现承诺；可抽查。",
  },
  sure: (label, probability) => `${label}，把握 ${formatPercent(probability)}`,
  more: (count) => `另有 ${formatCount(count)} 张没有显示：全部在 photos.csv 里。`,
  reason: (probability) => `模型以 ${formatPercent(probability)} 的概率接受`,
};

/** 决定照片的页面。 */
export const decisions: typeof englishDecisions = {
  eyebrow: "决定",
  piles: "各堆",
  photo: "照片",
  photos: "这一堆的照片",
  question: "这是什么？",
  other: "其他类别（n）",
  keys: "Enter：同意建议 · 1–9：类别 · 0：都不是 · n：其他类别 · ← →：移动 · g：整组 · u：撤回 · s：保存",
  undo: "撤回（u）",
  download: "下载 decisions.csv（d）",
  save: "保存到账本（s）",
  script: {
    none: "不属于这些类别",
    absent: "没有图片",
    empty: "这一堆是空的。",
    decided: "已决定：{label}",
    group: "第 {group} 组：{count} 张照片。按 g 一次决定全部。",
    wholeGroup: "下一个答案用于第 {group} 组的全部 {count} 张照片。",
    progress: "已决定 {done} / {total}",
    saved: "已保存 {count} 张到账本",
    notSaved: "没有保存：{error}",
    reasonNone: "不属于这些类别",
    reasonAgreed: "同意建议",
    reasonOther: "另作决定",
  },
};
