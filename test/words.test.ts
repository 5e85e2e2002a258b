import { spawnSync } from "node:child_process";
import { copyFile, mkdir, readFile, readdir, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { textWidth } from "../src/base/text-width.ts";
import { writeSmallNetwork } from "./fixtures/small-network.ts";
import { temporaryFolder, writePatternPhotos } from "./pattern-photos.ts";

// What the command line says, on a terminal and in a pipe, as a person meets it: names that would steer a terminal,
// narrow windows, broken files by the dozen, another's model in the way.

const program = join(process.cwd(), "dist", "src", "cli", "main.js");
const hostileClass = "re\u001b[2Jd\nrose";
const hostileFiles = ["new\nline.png", "tab\there.png", "esc\u001b]0;owned\u0007.png"];
let folder: Awaited<ReturnType<typeof temporaryFolder>>;
const at = (name: string): string => join(folder.path, name);

interface Said {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** `columns`: both streams say that they are a terminal of that width. */
function rootstock(words: readonly string[], columns?: number): Said {
  const terminal = `for (const s of [process.stdout, process.stderr]) { s.isTTY = true; s.columns = ${columns}; }`;
  const preload =
    columns === undefined ? [] : ["--import", `data:text/javascript,${encodeURIComponent(terminal)}`];
  return spawnSync(process.execPath, [...preload, program, ...words], {
    cwd: folder.path,
    env: { ...process.env, ROOTSTOCK_CACHE: at("cache"), NO_COLOR: "1", TERM: "xterm" },
    encoding: "utf8",
  });
}

/** What stays on the screen once lines that are drawn over are gone. */
function screen({ stdout, stderr }: Said): string[] {
  return `${stderr}${stdout}`.split("\n").map((line) => line.split("\r\u001b[2K").at(-1)!);
}

// oxlint-disable-next-line no-control-regex -- that is the point
const steering = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/;

beforeAll(async () => {
  folder = await temporaryFolder();
  await writePatternPhotos(at("photos"), 6);
  await rename(at("photos/across"), join(at("photos"), hostileClass));
  await rename(at("photos/down"), at("photos/蒲公英与向日葵"));
  for (let i = 0; i < 8; i += 1) await writeFile(at(`photos/slanted/broken${i}\u001b[2J.png`), "no picture");
  await mkdir(at("new"));
  for (const name of hostileFiles) await copyFile(at("photos/slanted/0.png"), join(at("new"), name));
  const made = rootstock(["train", "photos", "--recipe", "lda", "--out", "model"]);
  expect(made.stderr).toContain("\n");
  expect(made.status).toBe(0);
});
afterAll(async () => await folder[Symbol.asyncDispose]());

test("predict: names with line ends, tabs and escape sequences give a line of three fields each", () => {
  const { status, stdout } = rootstock(["predict", "model", "new", "--quiet"]);
  expect(status).toBe(0);
  const lines = stdout.trimEnd().split("\n");
  expect(lines.map((line) => line.split("\t").length)).toEqual([3, 3, 3]);
  expect(stdout.replaceAll(/[\t\n]/g, "")).not.toMatch(steering);
  const paths = lines.map((line) => JSON.parse(line.split("\t")[0]!) as string).toSorted();
  expect(paths).toEqual(hostileFiles.map((name) => `new/${name}`).toSorted());
});

test.each([60, 80])("compare in %i columns: no line is wider, none steers the terminal", (columns) => {
  const words = ["compare", "photos", "--recipes", "lda,ridge", "--folds", "3", "--out", `runs${columns}`];
  const said = rootstock(words, columns);
  expect(said.status).toBe(0);
  for (const line of screen(said)) {
    expect(textWidth(line)).toBeLessThanOrEqual(columns);
    expect(line).not.toMatch(steering);
  }
  const text = said.stdout;
  expect(text).toMatch(/8 skipped:\n +8 files \[E_IMAGE_TYPE\]\n/);
  expect(text.match(/broken\d/g)).toHaveLength(5);
  expect(text).toContain("and 3 more; --json lists all");
  expect(text).toMatch(/rootstock predict\s+runs\d+\/[\w-]+\/model PHOTO/);
  expect(text).toContain("rootstock backbones pull efficientnet_lite0");
});

test("check in 60 columns: broken files by cause, five and a count, and the classes whatever they are called", () => {
  const said = rootstock(["check", "photos"], 60);
  expect(said.status).toBe(3);
  for (const line of screen(said)) {
    expect(textWidth(line)).toBeLessThanOrEqual(60);
    expect(line).not.toMatch(steering);
  }
  expect(said.stdout).toContain(String.raw`re\u001b[2Jd\nrose`);
  expect(said.stdout.match(/broken\d/g)).toHaveLength(5);
});

test("in a pipe nothing is wrapped, and a line names the seconds of no stage that was over at once", () => {
  const { stdout, stderr } = rootstock(["evaluate", "model", "photos", "--include-training"]);
  expect(stdout.split("\n")[0]).toMatch(/^accuracy .*skipped$/);
  expect(stderr).not.toMatch(/ 1 of \d+ images/);
});

test("compare without a finished recipe: exit 1, the cause named once, --json one object all the same", async () => {
  const rows = await Promise.all(
    ["slanted", "蒲公英与向日葵"].map(async (label) =>
      (await readdir(at(`photos/${label}`)))
        .filter((name) => /^\d+\.png$/.test(name))
        .map((name) => `photos/${label}/${name},${label},all`),
    ),
  );
  await writeFile(at("list.csv"), `path,label,group\n${rows.flat().join("\n")}\n`);
  const words = ["compare", "list.csv", "--recipes", "lda,ridge", "--folds", "3", "--out", "none"];
  const text = rootstock(words);
  expect(text.status).toBe(1);
  expect(text.stdout).toMatch(/^No recipe finished\. The cause: .*rows to learn from/);
  expect(text.stdout).toMatch(/failed: lda, ridge\n/);
  expect(text.stdout).not.toContain("rootstock predict");
  const json = rootstock([...words, "--json"]);
  expect(json.status).toBe(1);
  expect(JSON.parse(json.stdout)).toMatchObject({ winner: null, recipes: [{ error: {} }, { error: {} }] });
});

test("train: the same command makes its model again; another model is kept unless --replace", async () => {
  const words = (recipe: string, ...more: string[]): string[] => {
    return ["train", "photos", "--recipe", recipe, "--out", "model", ...more];
  };
  const recipeOf = async (): Promise<string> =>
    (JSON.parse(await readFile(at("model/rootstock.json"), "utf8")) as { recipe: { name: string } }).recipe
      .name;
  expect(rootstock(words("lda")).status).toBe(0);
  const refused = rootstock(words("ridge"));
  expect(refused.status).toBe(1);
  expect(refused.stderr).toMatch(/got lda on gabor-bank.* \[E_BUNDLE\]\n.*--replace/);
  const otherData = rootstock(["train", "list.csv", "--recipe", "lda", "--out", "model"]);
  expect(otherData.stderr).toContain(
    "expected no model, or one of the same recipe, backbones, seed and data",
  );
  expect(await recipeOf()).toBe("lda");
  expect(rootstock(words("ridge", "--replace")).status).toBe(0);
  expect(await recipeOf()).toBe("ridge");
});

test("runs: the list shows data, backbones, winner and accuracy, and its short ids are enough", () => {
  const list = rootstock(["runs", "list", "--out", "runs80"]);
  expect(list.stdout).toMatch(/photos +gabor-bank +(lda|ridge) +\d+\.\d %/);
  const [line] = JSON.parse(rootstock(["runs", "list", "--out", "runs80", "--json"]).stdout) as {
    id: string;
  }[];
  const short = line!.id.split("-").at(-1)!;
  expect(list.stdout).toContain(short);
  const shown = rootstock(["runs", "show", short.slice(0, 5), "--out", "runs80"]);
  expect(JSON.parse(shown.stdout)).toMatchObject({ id: line!.id, status: "complete" });
  const unknown = rootstock(["runs", "show", "nothing", "--out", "runs80"]);
  expect(unknown.status).toBe(1);
  expect(unknown.stderr).toContain(`there are "${line!.id}"`);
  expect(rootstock(["runs", "list", "--out", "nowhere"]).stdout).toContain("no run in");
});

test.each([
  [["compare", "photos", "--recipes", "smv"], 'Did you mean "svm"?'],
  [["compare", "photos", "--recipe", "svm"], "Did you mean --recipes?"],
  [["train", "photos", "--out", "x", "--layer", "featurs"], 'Did you mean "features"?'],
  [["compare", "photos", "--out", "list.csv"], "expected a folder to write, got a file"],
  [["features", "photos", "--out", "photos"], "expected a file to write, got a folder"],
  [["train", "photos", "--out", "list.csv/model"], "expected a folder above it, got the file"],
])("%j is refused before the work, with what helps", (words, help) => {
  const { status, stderr } = rootstock(words);
  expect(status).not.toBe(0);
  expect(stderr).toContain(help);
  expect(stderr).not.toContain("features gabor-bank");
});

test("scratch that used up its epochs is called cut short in verdict, table and report, not clearly worse", async () => {
  const network = await writeSmallNetwork(folder.path);
  const { status, stdout } = rootstock([
    ..."compare photos --recipes lda,scratch --folds 3 --epochs 1 --batch 4 --size own --out cut".split(" "),
    "--backbone",
    network,
  ]);
  expect(status).toBe(0);
  expect(stdout).toContain("scratch was cut short: in most folds the epochs");
  expect(stdout).toMatch(/scratch .*cut short\n/);
  expect(stdout).not.toMatch(/clearly (better than|best)|It beats/);
  const [id] = await readdir(at("cut"));
  const report = await readFile(at(`cut/${id!}/report.html`), "utf8");
  expect(report).toContain("cut short: its epochs were used up");
  expect(report).toContain(`rootstock predict cut/${id!}/model PHOTO`);
});
