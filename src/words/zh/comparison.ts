import { formatCount, formatPercent } from "../../base/format-number.ts";
import type {
  TrainedFrom,
  comparison as englishComparison,
  results as englishResults,
} from "../en/comparison.ts";
import { counts, forms } from "./basics.ts";
import { updating } from "./updating.ts";

const origins: Readonly<Record<string, string>> = {
  architecture: "随机权重，结构与论文一致",
  graph: "随机权重，沿用文件自己的计算图",
  "graph, batch normalisation restored": "随机权重，沿用文件自己的计算图，并在每个卷积之后补回批归一化",
};

function startOf({ start, frozenTo, network, size }: TrainedFrom): string {
  if (frozenTo === null) {
    const origin = origins[network] ?? network;
    return size === null ? origin : `${origin}，输入 ${size} 像素`;
  }
  const from = start === "hand-made" ? "手工特征，未经预训练" : "预训练权重";
  if (frozenTo === "all") return `${from}，全部冻结，只训练分类头`;
  return frozenTo === "none" ? `${from}，全部训练` : `${from}，冻结到 ${frozenTo}`;
}

/** The table of `compare` in Chinese. */
export const comparison: typeof englishComparison = {
  columns: {
    recipe: "做法",
    backbone: "骨干网络",
    features: "特征数",
    accuracy: "准确率",
    interval: "95 % 区间",
    macroF1: "宏平均 F1",
    holdout: "留出集",
    seconds: "秒",
    note: "备注",
  },
  cutShort: "没有训练完",
  failedWith: (code) => `失败：${code}`,
  leftOutWith: "略去",
  leftOut: (name) => `略去：${name}`,
  failed: (names) => `失败：${names.join("、")}`,
  trained: (name, { epochs, imagesSeen, seconds }, network) =>
    `${name}：每折 ${Number(epochs.toFixed(1))} 轮，看过 ${counts.images(Math.round(imagesSeen))}，用时 ${forms.seconds(seconds)}（${network}）`,
  network: (from) => startOf(from) + (from.isRefitted ? "，重新拟合" : ""),
  data: (parts, seed, skipped) =>
    [...parts, `随机种子 ${seed}`, ...(skipped > 0 ? [`跳过 ${formatCount(skipped)} 个：`] : [])].join("，"),
  lockedTest: (images, looks) =>
    `锁定的测试集：留出 ${counts.images(images)}，已看过 ${looks} 次` +
    (looks > 3 ? "；越常据它来选择，它的数字就越不可信" : ""),
  report: "报告",
  model: "模型",
  next: "接下来：",
  steps: {
    look: "打开报告",
    predict: "给新照片判断类别",
    ship: "交付模型：只需要它的文件夹；这条命令证明一份拷贝没有走样",
    improve: ({ name, megabytes, flowers, embeddedFlowers }) =>
      `做得更好：${name}（${megabytes} MB）懂得更多；在 1,000 张花卉照片上它答对 ${formatPercent(flowers)}，` +
      `自带网络中最好的答对 ${formatPercent(embeddedFlowers)}`,
  },
  photo: "照片",
};

/** What the other commands print, in Chinese. */
export const results: typeof englishResults = {
  skipped: "跳过",
  warnings: "警告",
  cause: (count, code, meaning) => (meaning === "" ? `${count} [${code}]` : `${count} [${code}] ${meaning}`),
  more: (count) => `还有 ${formatCount(count)} 个；--json 列出全部`,
  worked: (tasks) => `完成了 ${formatCount(tasks)} 个任务`,
  shardDone: ({ index, count, tasks, missing }) =>
    `分片 ${index}（编号 0 到 ${count - 1}）已完成；全部 ${formatCount(tasks)} 个任务里还有 ${formatCount(missing)} 个属于其他分片，最后完成的分片会结束这次运行`,
  update: updating,
  section: (title) => `${title}：`,
  train: {
    head: (recipe, backbones, data) => `${recipe}，骨干网络 ${backbones.join(" + ")}：${data.join("，")}`,
    skipped: (count) => `跳过 ${formatCount(count)} 个`,
    labels: { fitted: "拟合", trained: "训练", kept: "保留", model: "模型", figures: "曲线", next: "接下来" },
    fitted: (seconds) => `用时 ${forms.seconds(seconds)}`,
    trained: (epochs, images, seconds) =>
      `${counts.epochs(epochs)}，看过 ${counts.images(images)}，用时 ${forms.seconds(seconds)}`,
    kept: (epoch, validation) =>
      `${epoch === 0 ? "起点：没有哪一轮更好" : `第 ${epoch} 轮`}；内部验证答对 ${formatPercent(validation)}` +
      "（轮数由它选出，所以偏高；真实的准确率用 compare 来测）",
    refitted: "又在全部图片上以同样的轮数重新拟合了一次",
  },
  evaluate: {
    accuracy: ({ mean, low, high }, macroF1, rest) =>
      `准确率 ${formatPercent(mean)}（95 % 区间 ${formatPercent(low)} - ${formatPercent(high)}），宏平均 F1 ${macroF1}，${rest}`,
    images: counts.images,
    trainedOn: (count) => `其中 ${count} 张训练时见过`,
    leftOut: (count) => `训练时见过的 ${count} 张未计入`,
    skipped: (count) => `跳过 ${count} 个`,
    join: (parts) => parts.join("，"),
    columns: ["类别", "图片", "精确率", "召回率", "F1"],
    corner: "实际 \\ 判为",
    noMistake: "没有图片被判成别的类别",
    mistakes: ["实际类别", "判为", "图片"],
    rarer: (count) => `还有 ${formatCount(count)} 种更少见的错误；--json 有完整的矩阵`,
  },
  check: {
    usable: (images, classes, side) =>
      `可用图片 ${formatCount(images)} 张，` +
      (classes === null ? "没有标签" : `共 ${counts.classes(classes)}`) +
      (side === null ? "" : `，短边 ${side.min} 到 ${side.max} 像素（中位数 ${side.median}）`),
    columns: { class: "类别", training: "训练", holdout: "留出集" },
    classesFrom: (folder) => `类别取自文件夹 ${JSON.stringify(folder)}`,
    splitsFromFolders: (folders) => `划分取自文件夹 ${folders}`,
    splitsInsideClasses: (folders) => `划分取自类别之内的文件夹：${folders}`,
    splitsFromColumn: "划分取自表格的 split 一列",
    ignored: (count) => `${counts.files(count)}不是图片，已忽略`,
    copies: (count) => `${counts.images(count)}不止一份；各份拷贝始终留在每一折的同一边`,
    nearCopies: (count) =>
      `${counts.images(count)}另有裁切过、重新编码过、左右翻转过或调过亮度的版本；它们始终留在每一折的同一边`,
    moreCopies: (count) => `还有 ${count} 组；--json 列出全部`,
  },
  runs: {
    columns: {
      short: "短编号",
      run: "运行",
      status: "状态",
      data: "数据",
      backbones: "骨干网络",
      winner: "胜出",
      accuracy: "准确率",
    },
    status: {
      complete: "完成",
      running: "进行中",
      interrupted: "已中断",
      failed: "失败",
      unreadable: "无法读取",
    },
    none: (folder) => `${JSON.stringify(folder)} 里还没有运行记录：rootstock compare 会产生一个`,
  },
  verify: {
    met: (model, engines) => `${model}：已在 ${engines.join(" 和 ")} 上验证`,
    notMet: (model) => `${model}：验证未通过`,
    original: (fault) => `英文原文：${fault}`,
  },
  doctor: { ok: "正常", miss: "缺少", line: (name, detail) => `${doctorNames[name] ?? name}：${detail}` },
  page: {
    written: (out, files, size) => `${out}：${counts.files(files)}，${size}`,
    look: (command) => `查看：${command}`,
  },
};

const doctorNames: Readonly<Record<string, string>> = {
  machine: "机器",
  "ONNX Runtime, native": "ONNX Runtime（本机）",
  "ONNX Runtime, wasm": "ONNX Runtime（wasm）",
  images: "图片读写",
  "default backbone": "默认骨干网络",
  "feature cache": "特征缓存",
};
