import { quoteList } from "../../base/errors.ts";
import {
  formatList,
  formatPercent,
  formatQuantity,
  formatRate,
  formatSeconds,
  formatUnits,
} from "../../base/format-number.ts";

/** Counted things: `1 image`, `1,000 images`. */
export const counts = {
  images: (count: number): string => formatQuantity(count, "image"),
  classes: (count: number): string => formatQuantity(count, "class", "classes"),
  folds: (count: number): string => formatQuantity(count, "fold"),
  recipes: (count: number): string => formatQuantity(count, "recipe"),
  epochs: (count: number): string => formatQuantity(count, "epoch"),
  files: (count: number): string => formatQuantity(count, "file"),
  findings: (count: number): string => formatQuantity(count, "finding"),
  groups: (count: number): string => formatQuantity(count, "group"),
  features: (count: number): string => formatQuantity(count, "feature"),
  layers: (count: number): string => formatQuantity(count, "layer"),
  parameters: (count: number): string => formatQuantity(count, "parameter"),
  cores: (count: number): string => formatQuantity(count, "core"),
  threads: (count: number): string => formatQuantity(count, "thread"),
};

/** Lists, times and ranges. */
export const forms = {
  /** `a, b and c`; a long one is cut, the rest counted. */
  list: (items: readonly string[]): string => formatList(items),
  /** `"a", "b"`; a long one is cut, the rest counted. */
  quoted: (items: readonly string[]): string => quoteList(items),
  seconds: (seconds: number): string => formatSeconds(seconds),
  /** A count of a unit that events name: images, folds, steps, bytes. */
  units: (count: number, unit: string): string => formatUnits(count, unit),
  rate: (rate: number, unit: string): string => formatRate(rate, unit),
  range: (low: string, high: string): string => `${low} to ${high}`,
  percents: (low: number, high: number): string => `${formatPercent(low)} to ${formatPercent(high)}`,
};
