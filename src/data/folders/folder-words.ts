import type { Split } from "../manifest.ts";

/** Words that say which split a folder or a table's row belongs to. */
const splitWords: readonly (readonly [split: Split, words: string])[] = [
  ["train", "trainval training trains train trn 训练 訓練 训练验证"],
  [
    "validation",
    "validation validating validate valid val evaluation evaluate eval development dev 验证 驗證 校验 开发 评估 評估",
  ],
  ["test", "testing tests test tst holdout heldout 测试 測試"],
];

/** Words that say "not labelled yet", written together. */
const unlabelledWords =
  "unlabelled unlabeled unlabel notlabelled notlabeled nolabel nolabels withoutlabel withoutlabels unsorted " +
  "unclassified unannotated untagged uncategorised uncategorized unassigned inbox incoming todo tolabel tosort " +
  "tobelabelled tobelabeled tobesorted " +
  "未标注 未标记 未标签 未打标 未分类 未整理 未归类 待标注 待标记 待分类 待整理 无标签 无标注 没有标签 收件箱 " +
  "未標註 未標注 未標記 未分類 待標註 待標注 待標記 待分類 無標籤 無標註 收件匣";

/** Words that add nothing: a `training_set`, `test-images` or 训练数据集 is a split all the same. */
const filler =
  "(?:data|dataset|datasets|set|sets|split|splits|images|image|imgs|img|photos|photo|pictures|pics|samples|sample|" +
  "examples|folder|dir|files|20\\d\\d|数据集|数据|資料集|資料|样本|樣本|图片|圖片|图像|圖像|照片|文件夹|集|组|組|用)";

const splits: readonly (readonly [Split, RegExp])[] = splitWords.map(([split, words]) => [
  split,
  wordsBetweenFillers(words),
]);
const unlabelled = wordsBetweenFillers(unlabelledWords);

/**
 * The split that a name stands for: any case, with blanks, `_`, `-` or `.` between words or none, with words such as
 * "set" and "data" around it, in English or Chinese; undefined for any other name.
 *
 * @example
 * ["Train", "training_set", "TestData", "data-val", "测试集"].map(splitOf); // train, train, test, validation, test
 */
export function splitOf(name: string): Split | undefined {
  const word = compact(name);
  return splits.find(([, pattern]) => pattern.test(word))?.[0];
}

/**
 * The split that one word of a name stands for, whatever its other words say: `seg_train`, `flowers-test`, `cifarVal`. A
 * hint alone, which what the folders hold must bear out; undefined where no word, or more than one, says a split.
 */
export function splitWithin(name: string): Split | undefined {
  const words = name.replaceAll(/(?<=\p{Ll})(?=\p{Lu})/gu, " ").split(/[\s_.\-()]+/u);
  const found = words.map(splitOf).filter((split) => split !== undefined);
  return splitOf(name) ?? (found.length === 1 ? found[0] : undefined);
}

/** True for a name under which people keep pictures that have no label yet: "unlabelled", "Inbox", "to_sort", 未标注. */
export function isUnlabelledName(name: string): boolean {
  return unlabelled.test(compact(name));
}

function wordsBetweenFillers(words: string): RegExp {
  return new RegExp(`^${filler}*(?:${words.replaceAll(" ", "|")})${filler}*$`, "u");
}

/** Lower case, full-width letters made plain, without what separates words. */
function compact(name: string): string {
  return name
    .normalize("NFKC")
    .toLowerCase()
    .replaceAll(/[\s_.\-()[\]]+/gu, "");
}
