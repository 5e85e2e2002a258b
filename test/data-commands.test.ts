import { spawnSync } from "node:child_process";
import { chmod, cp, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { asyncBufferFromFile, parquetReadObjects } from "hyparquet";
import { afterAll, beforeAll, expect, test } from "vitest";
import { decodeSafetensors } from "../src/files/safetensors.ts";
import { asFloat32 } from "../src/graph/tensor.ts";
import { noisePng } from "./data-folder.ts";
import { temporaryFolder, writePatternPhotos } from "./pattern-photos.ts";

const program = join(process.cwd(), "dist", "src", "cli", "main.js");
const isPosix = process.platform !== "win32";
let folder: Awaited<ReturnType<typeof temporaryFolder>>;
const at = (...parts: readonly string[]): string => join(folder.path, ...parts);

/** An ordinary user, where the tests run as root, who may read everything. */
const nobody = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {};

interface Outcome {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function rootstock(
  words: readonly string[],
  options: { input?: string; uid?: number; gid?: number } = {},
): Outcome {
  return spawnSync(process.execPath, [program, ...words], {
    cwd: folder.path,
    env: { ...process.env, HOME: folder.path, ROOTSTOCK_CACHE: at("cache"), NO_COLOR: "1" },
    encoding: "utf8",
    ...options,
  });
}

/** Splits in a spelling of their own, a class that only the holdout has, unlabelled pictures, and names in two cases. */
beforeAll(async () => {
  folder = await temporaryFolder();
  await chmod(folder.path, 0o777);
  await writePatternPhotos(at("photos"), 6);
  await cp(at("photos/across"), at("data/training_set/across"), { recursive: true });
  await cp(at("photos/down"), at("data/training_set/down"), { recursive: true });
  await put("data/test_set/across/100.png", "data/test_set/down/101.png", "data/test_set/slanted/102.png");
  await put(
    "data/training_set/inbox/103.png",
    "flat/104.png",
    "flat/105.png",
    "named/Rose/106.png",
    "named/rose/107.png",
  );
});
afterAll(async () => await folder[Symbol.asyncDispose]());

async function put(...paths: readonly string[]): Promise<void> {
  for (const path of paths) {
    await mkdir(at(path, ".."), { recursive: true });
    await writeFile(at(path), await noisePng(Number(/(\d+)\.png$/.exec(path)![1])));
  }
}

test("compare: splits in any spelling, a folder set aside, and a class never learnt stand in stderr, verdict and report", () => {
  const words = ["compare", "data", "--folds", "3", "--recipes", "lda", "--unlabelled", "inbox", "--json"];
  const { status, stdout, stderr } = rootstock(words);
  expect(status, stderr).toBe(0);
  const result = JSON.parse(stdout) as { dataset: object; verdict: string; recipes: { holdout: number }[] };
  expect(result.dataset).toMatchObject({ images: 15, classes: ["across", "down", "slanted"] });
  expect(result.recipes[0]!.holdout).toEqual(expect.any(Number));
  expect(result.verdict).toContain('Never learnt, since only the holdout has pictures of it: "slanted".');
  expect(stderr).toContain('set aside as having no label: 1 picture in "training_set/inbox"');
});

test("check: a flat folder of photos is looked through, names that people mix up are said", () => {
  const flat = rootstock(["check", "flat", "--json"]);
  expect([flat.status, JSON.parse(flat.stdout)]).toMatchObject([0, { images: 2, classes: [], warnings: [] }]);
  const split = rootstock(["check", "data", "--folds", "2"]);
  expect(split.stdout).toMatch(
    /^15 usable images in 3 classes,.*\nsplits taken from the folders "test_set", "training_set"\n/,
  );
  const named = rootstock(["check", "named", "--folds", "2"]);
  expect(named.status).toBe(0);
  expect(named.stdout).toContain('"Rose" (1 picture), "rose" (1 picture)');
});

test("features writes those of photos without labels", () => {
  const { status, stdout, stderr } = rootstock(["features", "flat", "--out", "flat.safetensors", "--json"]);
  expect(status, stderr).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ images: 2, skipped: [] });
});

test("features to Parquet, CSV and JSONL: the same numbers as in safetensors; an unknown ending is refused at once", async () => {
  const asked = ["f.safetensors", "f.parquet", "f.csv", "f.jsonl", "f.npz"].map((name) =>
    rootstock(["features", "photos", "--out", name, "--quiet"]),
  );
  expect(asked.map(({ status }) => status)).toEqual([0, 0, 0, 0, 2]);
  expect(asked[4]!.stderr).toMatch(/"f\.npz".*\.safetensors, \.parquet, \.csv or \.jsonl[^]*\[E_OPTION\]/);
  const { tensors, metadata } = decodeSafetensors(await readFile(at("f.safetensors")));
  const [count, width] = tensors.get("features")!.dims as [number, number];
  const values = Array.from(asFloat32(tensors.get("features")!));
  const paths = JSON.parse(metadata.get("paths")!) as string[];
  const wanted = paths.map((path, i) => ({ path, features: values.slice(i * width, (i + 1) * width) }));
  const inParquet = await parquetReadObjects({ file: await asyncBufferFromFile(at("f.parquet")) });
  expect(inParquet).toMatchObject(wanted);
  const lines = async (name: string): Promise<string[]> =>
    (await readFile(at(name), "utf8")).trim().split("\n");
  expect((await lines("f.jsonl")).map((line) => JSON.parse(line) as object)).toMatchObject(wanted);
  const [names, ...csv] = await lines("f.csv");
  expect(names!.split(",")).toHaveLength(3 + width);
  expect(csv.map((line) => line.split(",").slice(3).map(Number))).toEqual(
    wanted.map(({ features }) => features),
  );
  expect(inParquet.map((row) => row["label"])).toEqual(paths.map((path) => path.split("/")[0]));
  expect(count).toBe(inParquet.length);
});

test.skipIf(!isPosix)(
  "a class folder that may not be read ends compare with its name, and check names it",
  async () => {
    await cp(at("photos"), at("locked"), { recursive: true });
    await chmod(at("locked/down"), 0);
    const compared = rootstock(["compare", "locked", "--out", "locked-runs"], nobody);
    const checked = rootstock(["check", "locked", "--json"], nobody);
    await chmod(at("locked"), 0);
    const shut = rootstock(["check", "locked"], nobody);
    await chmod(at("locked"), 0o755);
    await chmod(at("locked/down"), 0o755);
    expect([compared.status, checked.status, shut.status]).toEqual([3, 3, 3]);
    expect(compared.stderr).toMatch(/"down".*cannot be read \(permission denied\)[^]*\[E_DATA\]\n  \S/);
    expect(JSON.parse(checked.stdout)).toMatchObject({
      skipped: [{ path: "down", code: "E_IMAGE_UNREADABLE" }],
    });
    expect(shut.stderr).toContain("permission denied");
    expect(shut.stderr).not.toContain("EACCES");
  },
);

test.skipIf(!isPosix)(
  "predict: a missing path, a locked folder, a pattern and a list on stdin in one call, exit 3",
  async () => {
    expect(rootstock(["train", "photos", "--recipe", "lda", "--out", "model"]).status).toBe(0);
    await cp(at("photos/across"), at("new/a"), { recursive: true });
    await cp(at("photos/down"), at("new/b"), { recursive: true });
    await chmod(at("new/b"), 0);
    await put("new/@eaDir/108.png");
    const words = ["predict", "model", "gone.jpg", "new", "photos/slanted/[0-2].png", "-", "--json"];
    const { status, stdout, stderr } = rootstock(words, { ...nobody, input: "flat/104.png\nflat/105.png\n" });
    await chmod(at("new/b"), 0o755);
    const lines = stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as { path: string; error?: { code: string } });
    expect(status, stderr).toBe(3);
    expect(lines.map(({ path, error }) => `${path} ${error?.code ?? ""}`.trim())).toEqual([
      "gone.jpg E_DATA_NOT_FOUND",
      ...[0, 1, 2, 3, 4, 5].map((i) => `new/a/${i}.png`),
      "new/b E_IMAGE_UNREADABLE",
      ...[0, 1, 2].map((i) => `photos/slanted/${i}.png`),
      "flat/104.png",
      "flat/105.png",
    ]);
  },
);
