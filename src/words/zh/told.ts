import { formatBytes, formatCount, formatPercent, roundedSeconds } from "../../base/format-number.ts";
import type { Work, told as englishTold, works as englishWorks } from "../en/told.ts";
import { counts, forms } from "./basics.ts";
import { shortOfTime } from "./findings.ts";

const named = (stage: string, message = ""): Work => ({ stage, message });

const tasksOf = (kind: string): string => (kind === "fit" ? "拟合" : "特征");

/** Stages of work in Chinese. */
export const works: typeof englishWorks = {
  checkImages: () => named("检查图片"),
  findPhotos: () => named("寻找移动过的照片"),
  checkAndLook: ({ backbone }) => named(`检查图片并提取特征 ${backbone}`),
  features: ({ backbone }) => named(`提取特征 ${backbone}`),
  pictures: () => named("读取图片"),
  frozenView: ({ view, views }) => named(`冻结部分，变体 ${view}/${views}`),
  model: ({ recipe, images }) => named("模型", `用全部 ${images} 张训练图片拟合 ${recipe}`),
  tuning: ({ name }) => named(`调参 ${name}`),
  fitting: ({ name }) => named(`拟合 ${name}`),
  report: () => named("报告", "写出 report.html"),
  pretrain: ({ architecture, images }) => named(`预训练 ${architecture}`, `用 ${formatCount(images)} 张图片`),
  teacher: ({ backbone }) => named(`教师网络 ${backbone}`),
  predict: () => named("预测"),
  evaluate: () => named("评估"),
  look: () => named("查看照片"),
  pull: ({ name, host }) => named(`下载 ${name}`, `来自 ${host}`),
  ownTasks: ({ kind }) => named(`本分片的${tasksOf(kind)}任务`),
  sharedTasks: ({ kind }) => named(`各工作进程的${tasksOf(kind)}任务`),
  task: ({ task, run }) => named(task, `属于 ${run}`),
  tryCard: ({ name, photos }) => named(`试用 ${name}`, photos ?? "绘制的图片"),
};

/** Notices and warnings of the work in Chinese. */
export const told: typeof englishTold = {
  fewForMix: ({ images: count }) => `类别的比例由 ${formatCount(count)} 张图片估计：少于 50 张时只是猜测`,
  priorTaken: ({ shares }) => `概率已按比例 ${shares.join("、")} 校正`,
  classesFrom: ({ folder }) => `类别取自文件夹 ${JSON.stringify(folder)}`,
  continuing: ({ path, finished }) =>
    `接着做 ${path}（${finished.length === 0 ? "还没有完成任何做法" : `已完成：${finished.join("、")}`}）`,
  estimate: ({ recipe, seconds, left, uncounted }) => {
    const without = uncounted.length === 0 ? "" : `（不含 ${uncounted.join("、")}）`;
    return `${recipe} 约需 ${forms.seconds(roundedSeconds(seconds))}；剩下的全部约需 ${forms.seconds(roundedSeconds(left))}${without}`;
  },
  leavesOutRecipe: ({ recipe, ...expected }) => `略去 ${recipe}：${shortOfTime(expected)}`,
  unlabelledPhotos: ({ count }) => `账本里有 ${formatCount(count)} 张照片没有标签，不在其中`,
  tornLedger: ({ path, line, found }) =>
    `${path}：从第 ${line} 行起的一次记录中途停下（完整的有 ${formatCount(found)} 行）：不算数，下一次记录会取代它。`,
  ledgerBeside: ({ path }) => `没有用 ${path}：标签取自文件夹（加 --labels latest 则取自账本）`,
  photosMoved: ({ count }) =>
    `${formatCount(count)} 张照片不在账本所记的位置，已在别处找到（\`rootstock labels sync\` 会记下新位置）`,
  isKept: ({ path }) => `${path} 已保留：用同一条命令即可接着做，已有的特征和已完成的做法不必重来`,
  afterEpoch: ({ stage, epoch }) => `${stage}：从第 ${epoch} 轮之后接着训练`,
  afterStep: ({ stage, step, steps }) =>
    `${stage}：从第 ${formatCount(step)} 步之后接着训练，共 ${formatCount(steps)} 步`,
  noCheckpoint: ({ folder }) => `${folder} 里没有检查点：从头开始训练`,
  resumable: () => "已保留最后一个完整的轮次：同一条命令加上 --resume 即可接着训练",
  goesOn: () => "状态已保留：用同一条命令即可接着训练",
  keptPhotos: ({ path, bytes }) => `照片只解码一次，缩小后保存：${path}，共 ${formatBytes(bytes)}`,
  alreadyTrained: ({ path }) => `${path} 已经训练好：只再测量一次（--restart 重新训练）`,
  validatedApart: ({ count }) => `有 ${formatCount(count)} 张图片与验证部分相同，不参与训练`,
  stoppedEarly: ({ recipe }) => `${recipe}：提前停止；模型使用到那时为止最好的权重。`,
  leavesOut: ({ classes }) => `模型不含 ${forms.quoted(classes)}：没有照片可学`,
  unlearnt: ({ classes }) => `模型没有照片可学的类别：${forms.quoted(classes)}`,
  goldenNone: () => "按要求不放自检图片：`verify` 无法验证这个模型文件夹",
  goldenDrawnAgain: () => "原来的自检图片是训练照片，这里一张也没有：新版本改用绘制的图片",
  staysRemembered: ({ classes }) =>
    `${forms.quoted(classes)} 已没有照片：模型记住的部分保留（--no-keep-old 去掉它们）`,
  untoldLabels: ({ count }) => `有 ${counts.images(count)}模型已经学过，但没有记录它们的类别：按原样保留`,
  fitsRemembered: ({ known, all }) =>
    `用 ${counts.images(all)}中的 ${formatCount(known)} 张重新拟合：其余的模型只记得摘要和类别`,
  parametersOfLarger: ({ folder }) =>
    `两个模型调出的超参数不同：超参数和温度取自 ${folder}，它学过的照片更多`,
  sumsTooLarge: () =>
    "不是精确更新：列数或类别太多，总和不随模型携带；列数较少的做法（{ pca: 512 }）可以精确更新",
  upToDate: () => "这些模型都已经学过：没有要更改的",
  memoryDrawn: ({ kept, all }) =>
    `模型文件夹记住了${counts.images(all)}中的 ${formatCount(kept)} 张，逐类抽取；其余只记摘要和类别`,
  unproven: () =>
    "没有自检图片：没有一张图片能让模型把第一名和第二名的类别分得比不同计算机之间的误差更开；`verify` 无法验证这个模型文件夹。",
  recipeFailed: ({ recipe, message }) => `${recipe}：没有完成。英文原文：${message}`,
  trainingUnknown: () => "模型文件夹没有说明训练时用过哪些照片：如果这里有其中的照片，数字会偏高。",
  trainedOnThese: ({ known, all }) =>
    `这 ${counts.images(all)}里有 ${formatCount(known)} 张是模型训练时见过的：数字会偏高。`,
  trainedLeftOut: ({ known, all }) =>
    `这 ${counts.images(all)}里有 ${formatCount(known)} 张是模型训练时见过的：不计入，数字只来自其余 ${formatCount(all - known)} 张（--include-training 会把它们也算上）。`,
  noCard: ({ path, message }) =>
    `没有写出卡片。请运行 \`rootstock backbones add ${path}\`。英文原文：${message}`,
  unsettled: ({ name, gap }) =>
    `${name}：求解器${gap === null ? "在达到精度要求之前停下" : `停在离最优值至多 ${formatPercent(gap)} 的地方`}。较小的 C 需要的步数较少，范数接近 1 的特征也是如此。`,
  fewerComponents: ({ count, rows, columns, kept }) =>
    `pca：要求 ${count} 个成分，${rows} 张图片 × ${columns} 个特征只有 ${kept} 个；就用这些。`,
  notTuned: ({ name }) => `${name}：图片太少，无法调参；使用第一组候选值，不作概率校准。`,
  figuresNotKept: ({ path, reason }) =>
    `${JSON.stringify(path)}：无法写入（${reason}）。不再记录曲线，工作继续进行。`,
  featuresNotKept: ({ message }) => `不再把特征存入缓存。英文原文：${message}`,
  cacheUnread: ({ path, reason }) => `缓存 ${JSON.stringify(path)}：无法读取（${reason}）。特征将重新计算。`,
  segmentDiscarded: ({ path, message }) =>
    `缓存分段 ${JSON.stringify(path)}：不可用；其中的图片将重新计算。英文原文：${message}`,
  tensorsLeftOut: ({ path, names }) =>
    `${path === null ? "" : `${path}：`}主干用不到、因而不读的张量：${forms.quoted(names)}。`,
  scanNotKept: ({ message }) => `没有保存这次检查的结果，下次将重新检查。英文原文：${message}`,
  waitsForShards: ({ missing }) => `本分片的特征已提取完；还要等其他分片的 ${formatCount(missing)} 个任务`,
  doesOthersJobs: ({ missing }) =>
    `其他分片有一段时间没有新结果了：它们的 ${formatCount(missing)} 个任务改由本进程完成`,
  sharedElsewhere: ({ path, threads, own }) =>
    `${path} 里的结果是用 ${counts.threads(threads)}算出的，这一次用 ${own} 个，算作另一次运行；加上 --threads ${threads} 即可接着做它`,
  sharedIsKept: () => "已完成的都已保存：用同一条命令即可接着做",
  isComplete: ({ path }) => `${path} 已经完成；换一个 --out 会开始另一次运行`,
  featuresGivenUp: ({ message }) => `有些图片的特征每次尝试都失败。英文原文：${message}`,
  queueIsGone: ({ queue }) => `${queue} 没有应答；等待它恢复。已完成的都已保存`,
  queueIsBack: ({ queue }) => `${queue} 已恢复`,
  noWorkers: () => "还没有工作进程：请在本机或其他机器上用同样的 --queue 启动 `rootstock worker`",
  workerRefused: ({ message }) => `有一个工作进程做不了这次运行。英文原文：${message}`,
  takesTasks: ({ queue, name }) => `工作进程 ${name} 从 ${queue} 领取任务`,
  notOnWasm: ({ reason }) => `没有在 wasm 上验证。英文原文：${reason}`,
  leftBySystem: ({ files }) => `系统留下的文件，不属于模型：${forms.quoted(files)}`,
  lineEnds: ({ files }) => `换行符有变（git 常会如此），文字没有变：${forms.quoted(files)}`,
  version: ({ version, node, system }) => `${version}，Node ${node}，${system}`,
  machine: ({ cores, cpu, memory }) => `${counts.cores(cores)}（${cpu}），内存 ${memory} GiB`,
  engine: ({ version, threads }) => `${version}，${counts.threads(threads)}`,
  readsPictures: () => "sharp 能读能写",
};
