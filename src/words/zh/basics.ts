import { formatBytes, formatCount, formatPercent } from "../../base/format-number.ts";
import { shortText } from "../../base/short-text.ts";
import type { counts as englishCounts, forms as englishForms } from "../en/basics.ts";

const counted =
  (measure: string) =>
  (count: number): string =>
    `${formatCount(count)} ${measure}`;

/** Counted things, with their measure words. */
export const counts: typeof englishCounts = {
  images: counted("张图片"),
  classes: counted("个类别"),
  folds: counted("折"),
  recipes: counted("种做法"),
  epochs: counted("轮"),
  files: counted("个文件"),
  findings: counted("处"),
  groups: counted("组"),
  features: counted("个特征"),
  layers: counted("层"),
  parameters: counted("个参数"),
  cores: counted("个核心"),
  threads: counted("个线程"),
};

/** Lists, times and ranges in Chinese. */
export const forms: typeof englishForms = {
  list: (items) => {
    if (items.length > 4) return `${items.slice(0, 3).join("、")} 等 ${items.length} 种`;
    return items.length < 2 ? items.join("") : `${items.slice(0, -1).join("、")} 和 ${items.at(-1)}`;
  },
  quoted: (items) => {
    const shown = items.slice(0, 5).map((item) => JSON.stringify(shortText(item, 200)));
    return shown.join("、") + (items.length > shown.length ? ` 等 ${formatCount(items.length)} 个` : "");
  },
  seconds: (seconds) => {
    if (seconds < 0.9995) return `${Math.round(seconds * 1000)} 毫秒`;
    if (seconds < 9.95) return `${seconds.toFixed(1)} 秒`;
    const whole = Math.round(seconds);
    if (whole < 60) return `${whole} 秒`;
    if (whole < 3600) return twoUnits([Math.floor(whole / 60), "分"], [whole % 60, "秒"]);
    const minutes = Math.round(whole / 60);
    return twoUnits([Math.floor(minutes / 60), "小时"], [minutes % 60, "分"]);
  },
  units: (count, unit) => `${formatCount(count)} ${measures[unit] ?? unit}`,
  rate: (rate, unit) => {
    if (unit === "bytes") return `${formatBytes(rate)}/秒`;
    const measure = rateMeasures[unit] ?? "";
    const of = (value: string, time: string): string =>
      `${value}${measure === "" ? "" : ` ${measure}`}/${time}`;
    if (rate >= 9.95) return of(formatCount(rate), "秒");
    return rate >= 0.95 ? of(rate.toFixed(1), "秒") : of((rate * 60).toFixed(1), "分");
  },
  range: (low, high) => `${low} 到 ${high}`,
  percents: (low, high) => `${formatPercent(low)} 到 ${formatPercent(high)}`,
};

type Quantity = readonly [count: number, unit: string];

const twoUnits = ([large, largeUnit]: Quantity, [small, smallUnit]: Quantity): string =>
  small === 0 ? `${large} ${largeUnit}` : `${large} ${largeUnit} ${small} ${smallUnit}`;

const measures: Readonly<Record<string, string>> = {
  images: "张图片",
  folds: "折",
  steps: "步",
  tasks: "个任务",
};

const rateMeasures: Readonly<Record<string, string>> = {
  images: "张",
  folds: "折",
  steps: "步",
  tasks: "个",
};
