import { roundedSeconds } from "../../base/format-number.ts";
import type { ExpectedTime, findings as english } from "../en/findings.ts";
import { counts, forms } from "./basics.ts";

const pictures = (paths: readonly string[]): string =>
  `${counts.images(paths.length)}，${forms.quoted(paths)}`;

/** `约需 12 分，而 5 分中只剩 3 分` */
export function shortOfTime({ seconds, isLeast, left, limit }: ExpectedTime): string {
  if (seconds === null) return `${forms.seconds(limit)}已用完，无法开始`;
  const rest = left > 0 ? `只剩 ${forms.seconds(roundedSeconds(left))}` : "已用完";
  return `${isLeast ? "所需超过" : "约需"} ${forms.seconds(roundedSeconds(seconds))}，而 ${forms.seconds(limit)}中${rest}`;
}

/** Warnings about a data set in Chinese. */
export const findings: typeof english = {
  misnamed: ({ paths }) => ({
    message: `扩展名与实际格式不符，按实际格式读取：${pictures(paths)}。`,
    hint: "不必处理；别的程序可能打不开。",
  }),
  blank: ({ paths }) => ({
    message: `只有一种颜色：${pictures(paths)}。`,
    hint: "请删除，除非这正是该类别的样子。",
  }),
  copies: ({ paths }) => ({
    message: `与别的图片完全相同，始终留在每一折的同一边：${pictures(paths)}。`,
    hint: "删除后计数更真实；它们不提供新的信息。",
  }),
  leftOut: (expected) => ({
    message: `${shortOfTime(expected)}。`,
    hint: `用 --time ${Math.ceil(expected.enough / 60)}m 时间就够；或用 --recipes 只做这一个，所需更少。`,
  }),
  nearCopies: ({ count, paths }) => ({
    message: `有 ${count} 组图片其实是同一张，只是裁切过、重新编码过、左右翻转过或调过亮度，始终留在每一折的同一边：${pictures(paths)}。`,
    hint: "请看一看；报告会说明不这样做时准确率会虚高多少。",
  }),
  nearConflict: ({ paths }) => ({
    message: `几乎相同的图片有不同的标签：${pictures(paths)}。`,
    hint: "可能有一个标签是错的：请把它们都放到正确的标签下。",
  }),
  leaks: ({ paths }) => ({
    message: `与留出集里的图片相同或同组，不参与训练：${pictures(paths)}。`,
    hint: "请删除这些拷贝，或让每一组只属于一个划分。",
  }),
  holdoutOnly: ({ classes }) => ({
    message: `只在留出集里有图片、因而无法学习的类别：${forms.quoted(classes)}。`,
    hint: "请把其中一些图片移到训练部分，或把该类别移出留出集。",
  }),
  alike: ({ names, counts: sizes }) => ({
    message: `名字几乎相同的类别按不同类别计算：${names
      .map((name, i) => `${JSON.stringify(name)}（${counts.images(sizes[i]!)}）`)
      .join("、")}。`,
    hint: "如果是同一个类别，请统一名字：把图片移到同一个文件夹，或在表格里写同一个标签。",
  }),
  tooSmall: ({ name, folds, count }) => ({
    message: `类别 ${JSON.stringify(name)}：${folds} 折至少需要 ${folds} 张互不相干的图片，只有 ${count} 张。`,
    hint: `请${count >= 2 ? `用 --folds ${count}，或` : ""}再添加 ${folds - count} 张以上。`,
  }),
  imbalance: ({ large, small, largeCount, smallCount }) => ({
    message: `类别大小悬殊：${JSON.stringify(large)} 有 ${largeCount} 张训练图片，${JSON.stringify(small)} 只有 ${smallCount} 张。`,
    hint: `请添加 ${JSON.stringify(small)} 的图片，并以宏平均 F1 而不是准确率来评判。`,
  }),
  emptyFolders: ({ folders }) => ({
    message: `没有图片的文件夹不算类别：${forms.quoted(folders)}。`,
    hint: "请放入照片，或删除这些文件夹。",
  }),
  setAside: ({ count, folders, inSplits }) => ({
    message: `没有标签，放在一边：${forms.quoted(folders)} 里的 ${counts.images(count)}。`,
    hint: inSplits
      ? "划分之内的文件夹都是类别；名字像“未标注”的文件夹要当作类别，请加 --unlabelled none。"
      : "如果所有文件夹都是类别，请加 --unlabelled none。",
  }),
  doubtful: ({ folders, areSplits }) => ({
    message: `${forms.quoted(folders)}：当作${areSplits ? "划分，不过类别也可能这样命名" : "类别，不过划分常这样命名"}。`,
    hint: `如果不对，请加 --split-folders ${areSplits ? "no" : "yes"}。`,
  }),
};
