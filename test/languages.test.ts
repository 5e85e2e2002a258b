import { readFile, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Outcome, type Shell, openShell } from "./fixtures/command-line.ts";
import { writePatternPhotos } from "./pattern-photos.ts";

// README.zh-CN.md: the command line and the report in Chinese, by --lang or by the locale.

let shell: Shell;
let chinese: Outcome;
let page = "";
const compare = ["compare", "photos", "--recipes", "svm,lda", "--folds", "3"];

/** Three English words in a row. File names, commands to type and numbers are none. */
const sentence = /\b[a-z]{2,} [a-z]{2,} [a-z]{2,}\b/i;
/** Lines to type, which are the same in every language. */
const isCommand = (line: string): boolean => /^\s*(?:rootstock|xdg-open|open|start) /.test(line);
const englishIn = (text: string): string[] =>
  text.split("\n").filter((line) => sentence.test(line) && !isCommand(line) && !line.includes("英文原文："));

/** What a reader of the page sees, hears or hovers over, a piece a line. */
function textOf(html: string): string {
  const shown = html.replaceAll(/<(script|style)>[^]*?<\/\1>|<pre>[^]*?<\/pre>/g, "");
  const spoken = [...shown.matchAll(/(?:aria-label|title|alt)="([^"]*)"/g)].map(([, text]) => text);
  return [shown.replaceAll(/<[^>]+>/g, "\n"), ...spoken].join("\n");
}

beforeAll(async () => {
  shell = await openShell();
  await writePatternPhotos(join(shell.folder, "photos"), 6);
  await writeFile(join(shell.folder, "photos", "down", "broken.jpg"), "no picture");
  await writeFile(join(shell.folder, "photos", "readme.txt"), "no picture");
  chinese = await shell.rootstock(...compare, "--lang", "zh");
  const [id] = await readdir(join(shell.folder, "runs"));
  page = await readFile(join(shell.folder, "runs", id!, "report.html"), "utf8");
});
afterAll(async () => await shell[Symbol.asyncDispose]());

test("compare --lang zh: verdict, table, progress and next steps have no English sentence", () => {
  const { status, stdout, stderr } = chinese;
  expect(status).toBe(0);
  expect(stdout).toMatch(/^(svm|lda) .*准确率.*在 18 张图片上评判/);
  expect(stdout).toMatch(/^做法 +骨干网络 +特征数 +准确率 +95 % 区间/m);
  expect(stdout).toMatch(/^18 张图片，3 个类别，3 折，随机种子 42，跳过 1 个：$/m);
  expect(stdout).toMatch(/1 个文件 \[E_IMAGE_TYPE\] 不是能够读取的图片格式。/);
  expect(stderr).toMatch(/检查图片并提取特征 gabor-bank：.*张图片/);
  expect(stderr).toMatch(/提取特征 gabor-bank/);
  expect(englishIn(stdout).filter((line) => !line.includes("broken.jpg"))).toEqual([]);
  expect(englishIn(stderr)).toEqual([]);
});

test("its report.html is Chinese in every section, label and button", () => {
  expect(page).toContain('<html lang="zh">');
  for (const title of [
    "做法",
    "接下来",
    "哪些被当成了哪些",
    "逐个类别",
    "数据状况",
    "怎样重复这次运行",
    "这些数字的含义",
  ])
    expect(page).toMatch(new RegExp(`<h2[^>]*>${title}</h2>`));
  expect(englishIn(textOf(page))).toEqual([]);
  expect(page).toContain('"title":"{label} 判为 {said}"');
});

test("LANG=zh_CN.UTF-8 speaks Chinese, --lang en above it English, and JSON is the same in both but for the verdict", async () => {
  const run = async (words: string[], lang: string): Promise<Outcome> =>
    await shell.run(process.execPath, [join(process.cwd(), "dist/src/cli/main.js"), ...words], {
      LANG: lang,
    });
  const [inChinese, inEnglish] = await Promise.all([
    run([...compare, "--json", "--out", "zh"], "zh_CN.UTF-8"),
    run([...compare, "--json", "--out", "en", "--lang", "en"], "zh_CN.UTF-8"),
  ]);
  const [a, b] = [inChinese, inEnglish].map(({ stdout }) => JSON.parse(stdout) as Record<string, unknown>);
  expect(a!["verdict"]).toMatch(/准确率/);
  expect(b!["verdict"]).toMatch(/of the images right/);
  const spoken = new Set(["verdict", "runDirectory", "report", "seconds"]);
  const plain = (result: Record<string, unknown>): string =>
    JSON.stringify(result, (key, value: unknown) => (spoken.has(key) ? null : value));
  expect(plain(a!)).toBe(plain(b!));
  expect(inEnglish.stderr).toMatch(/check images/);
});

test("--lang fr is refused with the choices: exit 2", async () => {
  const { status, stderr } = await shell.rootstock("check", "photos", "--lang", "fr");
  expect(status).toBe(2);
  expect(stderr).toMatch(/--lang.*'fr' is invalid.*en, zh/);
});

test("check, runs, verify, evaluate and errors speak Chinese too", async () => {
  const { stdout: id } = await shell.rootstock("runs", "list", "--json");
  const [{ id: run }] = JSON.parse(id) as [{ id: string }];
  const model = `runs/${run}/model`;
  const [check, runs, verify, evaluate, error, usage] = await Promise.all([
    shell.rootstock("check", "photos", "--lang", "zh"),
    shell.rootstock("runs", "list", "--lang", "zh"),
    shell.rootstock("verify", model, "--lang", "zh"),
    shell.rootstock("evaluate", model, "photos", "--include-training", "--lang", "zh"),
    shell.rootstock("compare", "nowhere", "--lang", "zh"),
    shell.rootstock("compare", "--lang", "zh"),
  ]);
  expect(check.stdout).toMatch(/^可用图片 18 张，共 3 个类别，短边 \d+ 到 \d+ 像素/);
  expect(runs.stdout).toMatch(/^ *短编号 +运行 +状态 +数据/);
  expect(verify.stdout).toMatch(/：已在 native.* 上验证\n$/);
  expect(evaluate.stdout).toMatch(/^准确率 .*宏平均 F1 .*18 张图片，其中 18 张训练时见过，跳过 1 个\n/);
  for (const { stdout, stderr } of [runs, verify, evaluate])
    expect(englishIn(stdout + stderr).filter((line) => !line.includes("broken.jpg"))).toEqual([]);
  expect(error.status).toBe(3);
  expect(error.stderr).toMatch(
    /^rootstock：给出的路径上什么也没有。 \[E_DATA_NOT_FOUND\]\n  请检查路径。\n/m,
  );
  expect(error.stderr).toMatch(/英文原文：data "nowhere": expected a folder/);
  expect(usage.status).toBe(2);
  expect(usage.stderr).toMatch(
    /^rootstock：命令行有误.*\[E_USAGE\]\n +英文原文：error: missing required argument 'data'/,
  );
});
