import { formatCount, formatFigures, formatPercent, formatPoints } from "../../base/format-number.ts";
import type { reportRun as english } from "../en/report-run.ts";
import { counts } from "./basics.ts";

/** The rest of the report in Chinese. */
export const reportRun: typeof english = {
  next: "接下来",
  training: {
    title: "训练",
    note: (folds) =>
      `各项是 ${folds} 折的平均。保留的轮次在内部验证部分上最好，这一部分取自每一折自己的训练图片；用来评判该折的图片从未看过。` +
      "重新拟合是指：随后在该折的全部训练图片上，以同样的轮数再训练一次。",
    table: "训练（表格）",
    columns: ["做法", "轮数", "保留的轮次", "看过的图片", "每折用时", "最高学习率"],
    keys: { training: "训练", validation: "内部验证", mean: "平均（细线为各折）", kept: "某一折保留的轮次" },
    byEpoch: (name) => `${name}，逐轮`,
    byEpochTable: (name) => `${name}，逐轮（表格）`,
    loss: "损失",
    lossSeen: (name, { first, last, lowest, epoch }) =>
      `${name} 逐轮的损失，各折平均：训练损失从 ${first} 到 ${last}；验证损失在第 ${epoch} 轮最低，为 ${lowest}。`,
    accuracy: "准确率，%",
    accuracySeen: (name, first, last) =>
      `${name} 逐轮的准确率，各折平均：验证准确率从开始时的 ${formatPercent(first)} 到结束时的 ${formatPercent(last)}。`,
    rateTest: "学习率测试：损失随学习率的变化",
    rateSeen: (name, rate) =>
      `${name} 的学习率测试：学习率增大时的损失；选定 ${formatFigures(rate, 2)}，即损失最低处学习率的三分之一。`,
    rateAxis: "学习率",
    chosen: (rate) => `选定 ${formatFigures(rate, 2)}`,
    epochAxis: "轮次",
    start: "开始",
    epochColumns: ["轮次", "训练损失", "训练准确率", "验证损失", "验证准确率", "结束时的学习率"],
  },
  data: {
    title: "数据状况",
    usable: (images, classes) => `可用图片 ${formatCount(images)} 张，共 ${counts.classes(classes)}。`,
    noCopies: "没有两张是相同的。",
    copies: (images, groups) =>
      `其中 ${formatCount(images)} 张分属 ${counts.groups(groups)}相同或相关的图片；同组的图片从不分到不同的折，在每个区间里只算一张。`,
    leak: ({ recipe, images, groups, kept, parted }) =>
      `若不这样做会虚高多少：把 ${counts.groups(groups)}相同或几乎相同的图片（${counts.images(images)}）各自留在每一折的同一边时，` +
      `${recipe} 的准确率为 ${formatPercent(kept)}；允许它们分开时为 ${formatPercent(parted)}：相差 ${formatPoints(parted - kept)} 个百分点。`,
    allRead: "每张图片都能读取。",
    unread: (count) => `${counts.images(count)}无法使用，已跳过。`,
    table: "各类别的图片（表格）",
    columns: { class: "类别", folds: "参与各折", holdout: "留出集", largest: "与最大的类别相比" },
    skipped: "跳过的图片",
    skippedTable: "跳过的图片（表格）",
    skippedColumns: ["文件", "代码", "原因，以及怎么办"],
    showAll: (count) => `显示全部 ${count} 个`,
    showSome: (shown, count) => `显示前 ${shown} 个，共 ${count} 个；run.json 中列有全部`,
    ignored: (count) => `${counts.files(count)}不是图片，已忽略：`,
    comma: "、",
  },
  repeat: {
    title: "怎样重复这次运行",
    names: {
      seed: "随机种子",
      folds: "折",
      digest: "数据摘要",
      versions: "版本",
      machine: "机器",
      run: "运行",
      model: "模型",
    },
    folds: (folds) => `${folds} 折，按类别分层，相同的图片放在一起；每张图片属于哪一折见 run.json`,
    versions: ({ rootstock, node, engine }) => `rootstock ${rootstock}，Node.js ${node}，推理引擎 ${engine}`,
    machine: ({ cpu, cores, memoryGiB, platform }) =>
      `${cpu}，${counts.cores(cores)}，内存 ${memoryGiB} GiB，${platform}`,
    run: (id, from, to) => `${id}，${from} 至 ${to}`,
    noModel: "无：没有一种做法完成",
    eachFold: "每一折的准确率，以及调参选定的值",
    foldsTable: "各折（表格）",
    recipe: "做法",
    fold: (fold) => `第 ${fold} 折`,
    chosen: (name, value) => `${chosenNames[name] ?? name} ${chosenValues[value] ?? value}`,
  },
  meaning: {
    title: "这些数字的含义",
    judged:
      "评判每张图片的模型都没有见过它，也没有见过它的任何拷贝；调参只在每一折的训练部分之内进行：用内层交叉验证；一次拟合超过 4,096 张图片时，只用一次内层划分。准确率是答对的图片在全部受评图片中所占的比例。",
    interval:
      "95 % 区间是 Wilson 区间，相同的图片合在一起计算。它说明：由于手上恰好是这些图片，这里的准确率与无穷多同类图片上的准确率可能相差多远。" +
      "它不包括新的相机、地点或季节，也不包括换一批训练图片会得到另一个模型这一点。",
    clear:
      "只有在以下情况才称差别“明显”：对只有一方答对的图片作精确检验（McNemar 检验，相同的图片放在一起，并按做法的数目作 Holm 校正），" +
      "偶然的可能小于二十分之一，而且差值的区间在 0 以上。几种做法里最好的一种看上去会比实际略好，因为它正是因此被选中的；如果有留出集，它不受此影响。",
  },
};

/** What tuning chooses and what becomes of a training, by the name that results have for it; hyper-parameters keep theirs. */
const chosenNames: Readonly<Record<string, string>> = {
  network: "结构",
  size: "尺寸",
  rate: "学习率",
  epochs: "轮数",
  bestEpoch: "保留的轮次",
  imagesSeen: "看过的图片",
  stoppedBy: "停止原因",
  frozenTo: "冻结到",
  refit: "重新拟合",
  temperature: "温度",
};

const chosenValues: Readonly<Record<string, string>> = {
  architecture: "与论文一致",
  graph: "文件自己的计算图",
  "graph, batch normalisation restored": "补回批归一化的计算图",
  patience: "不再进步",
  epochs: "轮数用完",
  interruption: "被中断",
  own: "原尺寸",
  true: "是",
  false: "否",
};
