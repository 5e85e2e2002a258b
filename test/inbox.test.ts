import { request } from "node:http";
import { cp, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createLedger, openLedger } from "../src/ledger/ledger.ts";
import type { InboxResult } from "../src/workflow/inbox/inbox.ts";
import { noisePng } from "./data-folder.ts";
import { type Shell, openShell } from "./fixtures/command-line.ts";
import { writePatternPhotos } from "./pattern-photos.ts";
import { startRootstock } from "./processes.ts";

// `rootstock inbox`, as typed: a model learnt 25 striped photos of each of three classes; 30 others arrive with 12 of noise.

let shell: Shell;
const classes = ["across", "down", "slanted"];

beforeAll(async () => {
  shell = await openShell();
  const at = (...parts: string[]): string => join(shell.folder, ...parts);
  await writePatternPhotos(at("photos"), 35);
  await mkdir(at("new", "deep"), { recursive: true });
  for (const label of classes)
    for (let i = 25; i < 35; i += 1) {
      await cp(at("photos", label, `${i}.png`), at("new", ...(i > 30 ? ["deep"] : []), `${label} ${i}.png`));
      await writeFile(at("photos", label, `${i}.png`), await readFile(at("photos", label, "0.png")));
    }
  for (let i = 0; i < 12; i += 1)
    await writeFile(at("new", `noise-${i}.png`), await noisePng(i, { width: 48, height: 40 }));
  await cp(at("photos", "down", "3.png"), at("new", "learnt.png"));
  await cp(at("new", "down 26.png"), at("new", "twice.png"));
  await writeFile(at("new", "broken.jpg"), "no picture");
  const { status, stderr } = await shell.rootstock(
    "train",
    "photos",
    "--recipe",
    "lda",
    "--out",
    "model",
    "--quiet",
  );
  expect(stderr, String(status)).not.toContain("rootstock:");
}, 60_000);
afterAll(async () => await shell[Symbol.asyncDispose]());

const kindOf = ({ path }: { path: string }): string => /across|down|slanted|noise/.exec(path)?.[0] ?? "twice";

test("inbox sorts a folder: known photos accepted with their label up to the promise, strange ones apart, learnt ones left out", async () => {
  const { stdout, status } = await shell.rootstock(
    "inbox",
    "model",
    "new",
    "--promise",
    "20%",
    "--json",
    "--out",
    "out",
  );
  const result = JSON.parse(stdout) as InboxResult;
  expect(status).toBe(3); // one photo could not be used
  expect(result.skipped.map(({ path }) => path)).toEqual([expect.stringContaining("broken.jpg")]);
  expect(result).toMatchObject({
    learnt: 1,
    labels: classes,
    acceptance: { promise: 0.2, needed: 14, missing: 0 },
  });
  expect(result.photos.length).toBe(42);
  const { accepted, look, foreign } = result.counts;
  expect([accepted + look + foreign, accepted > 5]).toEqual([42, true]);
  const wrong = result.photos.filter(
    (photo) => photo.pile === "accepted" && photo.label !== kindOf(photo) && kindOf(photo) !== "twice",
  );
  expect(wrong.length).toBeLessThanOrEqual(0.2 * accepted);
  expect(result.photos.filter((photo) => kindOf(photo) === "noise" && photo.pile === "accepted")).toEqual([]);
  const ranks = result.photos.flatMap(({ rank }) => rank ?? []);
  expect(ranks).toEqual(Array.from({ length: look }, (_, i) => i + 1));
  const lines = (await readFile(join(shell.folder, "out", "accepted.csv"), "utf8")).trimEnd().split("\r\n");
  expect(lines[0]).toBe("sha256,path,label,reason");
  expect(lines.length).toBe(accepted + 1);
  const photos = (await readFile(join(shell.folder, "out", "photos.csv"), "utf8")).trimEnd().split("\r\n");
  expect([photos[0], photos.length]).toEqual(["sha256,path,label,probability,novelty,pile,rank,group", 43]);
  expect(await readFile(join(shell.folder, "out", "inbox.html"), "utf8")).toContain(
    "data:image/jpeg;base64,",
  );
});

test("with too few calibration photos inbox accepts none and says how many are missing, in either language", async () => {
  const [english, chinese] = await Promise.all([
    shell.rootstock("inbox", "model", "new", "--quiet"),
    shell.rootstock("inbox", "model", "new", "--quiet", "--lang", "zh"),
  ]);
  expect(english.stdout).toMatch(
    /Nothing is accepted: .* needs at least 149 calibration photos .*\d+ missing\./,
  );
  expect(english.stdout).toMatch(/^accepted +0 /m);
  expect(chinese.stdout).toMatch(/至少需要 149 张/);
});

test("--calibration judges acceptance on a labelled folder, without what the model learnt from; an unknown class is E_DATA", async () => {
  const { folder } = shell;
  await mkdir(join(folder, "held", "across"), { recursive: true });
  await mkdir(join(folder, "held", "down"), { recursive: true });
  for (let i = 25; i < 35; i += 1)
    for (const label of ["across", "down"])
      await cp(
        join(folder, "new", ...(i > 30 ? ["deep"] : []), `${label} ${i}.png`),
        join(folder, "held", label, `${i}.png`),
      );
  await cp(join(folder, "photos", "down", "3.png"), join(folder, "held", "down", "learnt.png"));
  const words = ["inbox", "model", "new", "--promise", "0.3", "--foreign", "1%", "--json", "--quiet"];
  const { stdout } = await shell.rootstock(...words, "--calibration", "held");
  const { acceptance } = JSON.parse(stdout) as InboxResult;
  expect(acceptance.calibration).toBeGreaterThan(8);
  expect(acceptance.calibration).toBeLessThanOrEqual(20);
  await mkdir(join(folder, "held", "plaid"));
  await cp(join(folder, "new", "noise-1.png"), join(folder, "held", "plaid", "1.png"));
  const refused = await shell.rootstock(...words, "--calibration", "held");
  expect(JSON.parse(refused.stdout)).toMatchObject({ error: { code: "E_DATA" } });
});

test("a share that is none, and a model without a memory, are refused with the next step", async () => {
  const [share, review] = await Promise.all([
    shell.rootstock("inbox", "model", "new", "--promise", "200%"),
    shell.rootstock("inbox", "model", "new", "--review", "--json"),
  ]);
  expect([share.status, share.stderr]).toEqual([
    2,
    expect.stringContaining("Expected a share between 0 and 1"),
  ]);
  expect(JSON.parse(review.stdout)).toMatchObject({ error: { code: "E_OPTION" } });
});

test("--review hands its page to this machine alone, and what is saved goes into the ledger", async () => {
  const { folder, environment } = shell;
  await createLedger(join(folder, "photos"));
  const started = startRootstock(
    ["inbox", "model", "new", "--quiet", "--review", "--ledger", "photos", "--author", "Mei"],
    { cwd: folder, env: environment },
  );
  for (let i = 0; i < 600 && !started.printed().includes("http://"); i += 1)
    await new Promise((resolve) => setTimeout(resolve, 100));
  const address = new URL(/http:\S+/.exec(started.printed())![0]);
  expect(address.hostname).toBe("127.0.0.1");
  const page = await ask(address);
  expect([page.status, page.text.includes("connect-src &#39;self&#39;")]).toEqual([200, true]);
  const refusals = await Promise.all([
    ask(new URL("/", address)),
    ask(new URL(`/${"x".repeat(32)}/`, address)),
    ask(address, { headers: { host: `rebound.example:${address.port}` } }),
    ask(address, { headers: { origin: "http://evil.example" } }),
    ask(address, { headers: { "sec-fetch-site": "cross-site" } }),
    ask(new URL("decisions", address), { method: "POST", headers: { origin: "null" }, body: "[]" }),
  ]);
  expect(refusals.map(({ status }) => status)).toEqual([403, 403, 403, 403, 403, 403]);
  const [sha256, path] = ["a".repeat(64), join(folder, "new", "noise-1.png")];
  const send = async (decision: object): Promise<number> =>
    (await ask(new URL("decisions", address), { method: "POST", body: JSON.stringify([decision]) })).status;
  expect(await send({ sha256: "no", path, label: "noise", reason: "" })).toBe(400);
  expect(await send({ sha256, path, label: "noise", reason: "seen" })).toBe(200);
  started.child.kill("SIGINT");
  await started.ended;
  const { photos } = await (await openLedger(join(folder, "photos"))).stateAt();
  expect(photos.get(sha256)).toEqual({ path: "../new/noise-1.png", label: "noise" });
  expect(started.printed()).toContain("Decide at");
});

test("compare --unlabelled with a folder elsewhere adds self-training and propagation; a name in the data set sets it aside", async () => {
  const words = [
    "compare",
    "photos",
    "--recipes",
    "lda",
    "--backbone",
    "gabor-bank",
    "--folds",
    "2",
    "--json",
    "--quiet",
  ];
  const { stdout } = await shell.rootstock(...words, "--unlabelled", "new");
  const { recipes } = JSON.parse(stdout) as { recipes: { name: string; accuracy?: { mean: number } }[] };
  expect(recipes.map(({ name }) => name)).toEqual(["lda", "self-training", "propagation"]);
  for (const { accuracy } of recipes) expect(accuracy!.mean).toBeGreaterThan(0.6);
  const aside = await shell.rootstock(...words, "--unlabelled", "slanted");
  const result = JSON.parse(aside.stdout) as { recipes: { name: string }[]; dataset: { classes: string[] } };
  expect([result.recipes.map(({ name }) => name), result.dataset.classes]).toEqual([
    ["lda"],
    ["across", "down"],
  ]);
}, 60_000);

interface Asked {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

async function ask(
  url: URL,
  { method = "GET", headers = {}, body }: Asked = {},
): Promise<{ status: number; text: string }> {
  return await new Promise((resolve, reject) => {
    const sent = request(url, { method, headers }, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (part: string) => (text += part));
      response.on("end", () => resolve({ status: response.statusCode!, text }));
    });
    sent.on("error", reject);
    sent.end(body);
  });
}
