import type { TrainingPart } from "../../base/events.ts";
import { formatCount, formatFigures, formatPercent } from "../../base/format-number.ts";
import type { progress as english } from "../en/progress.ts";
import { counts, forms } from "./basics.ts";

const parts: Readonly<Record<TrainingPart, string>> = {
  training: "",
  "rate test": "学习率测试",
  refit: "重新拟合",
  head: "分类头",
  "head rate test": "分类头学习率测试",
  "refit head": "重新拟合分类头",
};

/** What is under way, in Chinese. */
export const progress: typeof english = {
  starting: "开始",
  working: "工作中",
  warning: (message, code) => `警告：${message} [${code}]`,
  moreWarnings: (count, code) => `警告：同类警告还有 ${formatCount(count)} 条 [${code}]`,
  stage: (stage, message) => `${stage}：${message}`,
  line: (title, rest) => `${title}：${rest}`,
  join: (texts) => texts.join("，"),
  fold: (title, fold, of) => `${title} 第 ${fold}/${of} 折`,
  training: ({ recipe, part }) => (parts[part] === "" ? recipe : `${recipe} ${parts[part]}`),
  of: (done, total) => `${done} / ${total}`,
  left: (seconds) => `还需 ${forms.seconds(seconds)}`,
  fromCache: (title, count) => `${title}：${count}，全部来自缓存`,
  finished: (title, count, { cached, seconds, rate }) => {
    const kept = cached === 0 ? "" : `，其中 ${formatCount(cached)} 来自缓存`;
    return `${title}：${count}${kept}，用时 ${forms.seconds(seconds)}${rate === "" ? "" : `（${rate}）`}`;
  },
  epoch: (epoch, epochs) => `第 ${epoch}/${epochs} 轮`,
  loss: (loss) => `损失 ${formatFigures(loss, 3)}`,
  validation: (share) => `验证 ${formatPercent(share)}`,
  stepRate: (rate) => rate,
  trained: (title, epochs, { seconds, bestEpoch, validation }) => {
    const done = `${title}：${counts.epochs(epochs)}${seconds === null ? "" : `，用时 ${forms.seconds(seconds)}`}`;
    if (validation === null) return done;
    const kept = bestEpoch === 0 ? "没有哪一轮好于起点" : `保留第 ${bestEpoch} 轮`;
    return `${done}，${kept}，验证 ${formatPercent(validation)}`;
  },
  stopping: "rootstock：正在有序停止；再按一次 Ctrl-C 立即停止。",
};
