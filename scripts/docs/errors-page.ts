import { type ErrorCode, errorCodes } from "../../src/base/errors.ts";
import type { Language } from "../../src/words/language.ts";
import { wordsOf } from "../../src/words/words.ts";

/** What the page says around its tables. */
interface Frame {
  readonly opening: readonly string[];
  readonly chapters: readonly [exit: number, title: string][];
  readonly columns: readonly [code: string, means: string, next: string];
}

const frames: Readonly<Record<Language, Frame>> = {
  en: {
    opening: [
      "# Errors",
      "",
      "[中文](zh/errors.md)",
      "",
      "Every error says what was expected, what was found and where, and what to do next. Its code is stable: scripts may",
      "branch on it. In the library it is `error.code` of a `RootstockError`; with `--json` a failed command prints",
      '`{ "error": { "code", "message", "hint" } }` on stdout. The same codes name skipped pictures and warnings, which',
      "stop nothing. Warnings of the work itself have codes that begin with `W_`.",
    ],
    chapters: [
      [2, "Usage: exit code 2"],
      [3, "Data: exit code 3"],
      [4, "A gate or a verification not met: exit code 4"],
      [1, "Anything else: exit code 1"],
      [130, "Stopped: exit code 130"],
    ],
    columns: ["code", "what it means", "next step"],
  },
  zh: {
    opening: [
      "# 错误",
      "",
      "[English](../errors.md)",
      "",
      "每条错误都说明期望什么、在哪里遇到什么、下一步怎么做。错误码不会改变，脚本可以放心地据此判断。在库中，它是" +
        " `RootstockError` 的 `error.code`；加上 `--json` 时，失败的命令在标准输出上打印" +
        ' `{ "error": { "code", "message", "hint" } }`。同样的错误码也用于被跳过的图片和警告，它们不会让运行停下。' +
        "工作过程中的警告，代码以 `W_` 开头。",
      "",
      "用中文显示时（`--lang zh`），错误先说下表中的含义和下一步，再给出带有具体名字和数字的英文原文；关于数据集的警告则全部是中文。",
    ],
    chapters: [
      [2, "用法：退出码 2"],
      [3, "数据：退出码 3"],
      [4, "要求或验证未通过：退出码 4"],
      [1, "其他：退出码 1"],
      [130, "中断：退出码 130"],
    ],
    columns: ["错误码", "含义", "下一步"],
  },
};

/** docs/errors.md, or docs/zh/errors.md: every code with its meaning, its exit code and the next step, from the catalogue. */
export function errorsPage(lang: Language = "en"): string {
  const { opening, chapters } = frames[lang];
  return [
    ...opening,
    "",
    ...chapters.flatMap(([exit, title]) => [`## ${title}`, "", ...tableOf(exit, lang), ""]),
  ].join("\n");
}

function tableOf(exit: number, lang: Language): string[] {
  const { errors } = wordsOf(lang);
  const codes = (Object.keys(errorCodes) as ErrorCode[]).filter((code) => errorCodes[code] === exit);
  return [
    `| ${frames[lang].columns.join(" | ")} |`,
    "| --- | --- | --- |",
    ...codes.map((code) => `| \`${code}\` | ${errors[code].means} | ${errors[code].next} |`),
  ];
}
