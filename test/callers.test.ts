import { cp, mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Shell, openShell } from "./fixtures/command-line.ts";
import { writePatternPhotos } from "./pattern-photos.ts";

// The library runs where people call it from, and a process that uses it ends as any other, whatever is under way.

const library = pathToFileURL(join(process.cwd(), "dist", "src", "index.js")).href;

const open = `
  const { openEngine, createBuilder, createModel, floatTensor } = await import(${JSON.stringify(library)});
  const engine = await openEngine({ threads: 1 });`;
const multiply = `
  const one = { rows: 1, columns: 1, data: new Float32Array([2]) };
  console.log((await engine.algebra.multiply(one, one)).data[0]);
  await engine[Symbol.asyncDispose]();`;
const inWorker = `new (require("node:worker_threads").Worker)(${JSON.stringify(`(async () => {${open}${multiply}})()`)}, { eval: true })`;

let shell: Shell;
beforeAll(async () => {
  shell = await openShell();
  const at = (name: string): string => join(shell.folder, name);
  await writeFile(at("use.mjs"), open + multiply);
  await writeFile(at("beside.mjs"), "globalThis.beside = true;");
  await writeFile(
    at("use.test.mjs"),
    `import test from "node:test"; test("use", async () => {${open}${multiply}});`,
  );
});
afterAll(async () => await shell[Symbol.asyncDispose]());

const node = async (...words: string[]) => await shell.run(process.execPath, words);

test("node --input-type, -e, --eval, --import, --inspect, --test, flags in NODE_OPTIONS, a worker: the engine answers", async () => {
  const withOptions = async (options: string, ...words: string[]) =>
    await shell.run(process.execPath, words, { NODE_OPTIONS: options });
  const outcomes = await Promise.all([
    node("--input-type=module", "-e", open + multiply),
    node("--input-type=commonjs", "--eval", `(async () => {${open}${multiply}})()`),
    node("--import", "./beside.mjs", "use.mjs"),
    node("--inspect=0", "use.mjs"),
    node("--test", "use.test.mjs"),
    node("-e", inWorker),
    withOptions("--input-type=module", "-e", open + multiply),
    withOptions("--import ./beside.mjs --enable-source-maps", "use.mjs"),
  ]);
  for (const { status, stdout } of outcomes) {
    expect(status).toBe(0);
    expect(stdout).toMatch(/^4$|^# pass 1$/m);
  }
});

/** The package at another place, with the files that are kept. */
async function install(name: string, isKept: (path: string) => boolean): Promise<string> {
  const place = join(shell.folder, name);
  await mkdir(join(place, "dist"), { recursive: true });
  await cp("dist/src", join(place, "dist", "src"), { recursive: true, filter: isKept });
  for (const part of ["assets", "package.json", "node_modules"])
    await symlink(join(process.cwd(), part), join(place, part));
  return place;
}

test("from another working folder, installed at a path with spaces and foreign letters", async () => {
  const place = await install("my gardén 花", () => true);
  await writePatternPhotos(join(place, "фото á"), 2);
  const program = join(place, "dist", "src", "cli", "main.js");
  const out = join(place, "mödel");
  const trained = await node(program, "train", join(place, "фото á"), "--recipe", "lda", "--out", out);
  expect(trained).toMatchObject({ status: 0 });
  expect((await node(program, "predict", out, join(place, "фото á", "down"))).stdout).toMatch(/\tdown\t/);
});

/** A run that takes a while, and the words after it begins. */
const whileComputing = (then: string): string => `${open}
  const b = createBuilder("products");
  const x = b.input("x", "float32", [700, 700]);
  let y = x;
  for (let i = 0; i < 12; i += 1) y = b.op("MatMul", [y, x]);
  b.output(y, "y", "float32", [700, 700]);
  const session = await engine.load(createModel(b.graph()));
  const feeds = { x: floatTensor([700, 700], new Float32Array(700 * 700)) };
  const runs = [1, 2, 3].map(() => session.run(feeds).catch(({ code }) => console.log(code)));
  await runs[0]; // the worker is in the second by then
  ${then}`;

test.each([
  ["process.exit", "process.exit(7);", 7, ""],
  ["an error that nobody catches", "throw new Error('mine');", 1, ""],
  ["closing the engine", "await engine[Symbol.asyncDispose]();", 0, "E_ENGINE\nE_ENGINE\n"],
  ["no farewell at all", "await Promise.all(runs);", 0, ""],
])("%s in the middle of a computation ends the process in order", async (_, then, status, stdout) => {
  const outcome = await node("--input-type=module", "-e", whileComputing(then));
  expect(outcome).toMatchObject({ status, signal: null, stdout });
  expect(outcome.stderr).not.toMatch(/terminate called|Napi/);
});

test("an engine whose worker cannot start says what to do", async () => {
  const place = await install("bundled", (path) => !path.endsWith("native-worker.js"));
  const words = (open + multiply).replace(library, pathToFileURL(join(place, "dist/src/index.js")).href);
  const { stdout } = await node(
    "--input-type=module",
    "-e",
    `try {${words}} catch (e) { console.log(e.code, e.hint) }`,
  );
  expect(stdout).toMatch(/^E_ENGINE .*leave rootstock out of the bundle/);
});
