import { formatFigures, formatPercent, formatPoints } from "../../base/format-number.ts";
import type { Difference, Price, verdict as english } from "../en/verdict.ts";
import { counts, forms } from "./basics.ts";

const priced = ({ seconds, cost }: Price): string =>
  [
    `测量用时 ${forms.seconds(seconds)}`,
    ...(cost === undefined
      ? []
      : [
          `模型 ${formatFigures(cost.megabytes, 2)} MB`,
          `每次预测 ${formatFigures(cost.milliseconds, 2)} 毫秒`,
        ]),
  ].join("，");

const describe = ({ difference, low, high }: Difference): string =>
  `${formatPoints(difference)} 个百分点（95 % 区间 ${formatPoints(low)} 到 ${formatPoints(high)}）`;

/** A blank stands between Latin letters and Chinese ones, and nowhere else. */
const spaced = (text: string): string => (/\p{Script=Han}$/u.test(text) ? text : `${text} `);

/** The verdict in Chinese. */
export const verdict: typeof english = {
  join: (sentences) => sentences.join(""),
  whole: (headline, text) => `${headline}。${text}`,
  noneFinished: "没有一种做法完成",
  gets: (name, share) => `${name} 的准确率为 ${formatPercent(share)}`,
  isClearlyBest: (name, share) => `${name} 明显最好，准确率为 ${formatPercent(share)}`,
  comesFirst: (name, share) => `${name} 排在第一，准确率为 ${formatPercent(share)}`,
  range: (images, { mean, low, high }) =>
    `在 ${counts.images(images)}上评判，每一张都没有被它学过：答对 ${formatPercent(mean)}（95 % 区间 ${formatPercent(low)} 到 ${formatPercent(high)}）。`,
  beats: (next, by, others) =>
    `它领先第二名 ${next} ${describe(by)}，差别明显${others > 0 ? "；领先其余做法更多" : ""}。`,
  chance: (names) => `${spaced(forms.list(names))}之间没有明显差别：单凭偶然也可能如此。`,
  level: (names) => `${spaced(forms.list(names))}之间没有明显差别：不相上下。`,
  leads: (names, by) => `${spaced(forms.list(names))}之间没有明显差别：${names[0]} 领先 ${describe(by)}。`,
  isBetterThan: (winner, names) => `${winner} 明显好于 ${forms.list(names)}。`,
  leftOut: (names) => `${spaced(forms.list(names))}因给定的时间不够而略去，这里对其不作评判。`,
  blendAside: (name, share) =>
    `${name} 把其余做法平均起来，准确率 ${formatPercent(share)}：高出太少，或预测太费，不值得用它代替一种做法。`,
  cutShort: (names) =>
    `${spaced(forms.list(names))}没有训练完：在多数折里，轮数用完时还没有停止进步，所以能达到多少并没有测出来（可用 --epochs 增加轮数）。`,
  takeCheapest: (cheapest, price, winner, winners) =>
    `测不出差别：取最省的 ${cheapest}（${priced(price)}；${winner}：${priced(winners)}）。`,
  isCheapest: (winner, price) => `测不出差别，而 ${winner} 也是其中最省的（${priced(price)}）。`,
  holdout: (name, share) => `在一直留到最后的图片上，${name} 的准确率为 ${formatPercent(share)}。`,
  careful: (name, label, share) =>
    `请注意：总是回答 ${JSON.stringify(label)} 也能答对 ${formatPercent(share)}，而 ${name} 并不明显好于此。`,
  cause: (cause, others) =>
    `${others ? "第一个原因" : "原因"}：${cause}${others ? "其余的原因列在各自的做法旁。" : ""}`,
  neverLearnt: (classes) => `只有留出集里有图片、因而从未学过的类别：${forms.quoted(classes)}。`,
  noPicture: (folders) => `没有图片、因而不算类别的文件夹：${forms.quoted(folders)}。`,
};
