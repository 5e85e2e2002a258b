import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { describeMachine } from "./machine.ts";
import type { BenchOptions, BenchResult } from "./bench-result.ts";
import { formatTable } from "./format-table.ts";

/** One line a benchmark. Each is a question with its peers, run interleaved in one process group. */
const benches: Readonly<Record<string, () => Promise<{ run(options: BenchOptions): Promise<BenchResult> }>>> =
  {
    accuracy: () => import("./accuracy.ts"),
    "class-mix": () => import("./class-mix.ts"),
    drift: () => import("./drift.ts"),
    "five-ways": () => import("./five-ways.ts"),
    extraction: () => import("./extraction.ts"),
    growth: () => import("./growth.ts"),
    "gradient-forms": () => import("./gradient-forms.ts"),
    landmarks: () => import("./landmarks.ts"),
    inbox: () => import("./inbox.ts"),
    "inbox-queue": () => import("./inbox-queue.ts"),
    "near-duplicates": () => import("./near-duplicates.ts"),
    ledger: () => import("./ledger.ts"),
    opening: () => import("./opening.ts"),
    "planted-labels": () => import("./planted-labels.ts"),
    pretrain: () => import("./pretrain.ts"),
    pretrained: () => import("./pretrained.ts"),
    referee: () => import("./referee.ts"),
    "semi-supervised": () => import("./semi-supervised.ts"),
    svm: () => import("./svm.ts"),
    "time-to-accuracy": () => import("./time-to-accuracy.ts"),
    train: () => import("./train-steps.ts"),
  };

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    python: { type: "string" },
    data: { type: "string" },
    only: { type: "string" },
    rounds: { type: "string" },
  },
});
const python = values.python ?? process.env["PEER_PYTHON"] ?? null;
if (python === null)
  console.error("No peer: give --python PATH or PEER_PYTHON (torch, torchvision, scikit-learn).");

const page = join("bench", "RESULTS.md");

/** A table of the results page that stands between marks is written anew; others are kept by hand. */
async function writeTable(name: string, table: string): Promise<void> {
  const text = await readFile(page, "utf8");
  const between = new RegExp(`(<!-- ${name} -->\n\n).*?(\n\n<!-- /${name} -->)`, "s");
  await writeFile(
    page,
    text.replace(between, (_, start: string, end: string) => start + table + end),
  );
}

const names = positionals.length > 0 ? positionals : Object.keys(benches);
const unknown = names.filter((name) => !Object.hasOwn(benches, name));
if (unknown.length > 0) {
  console.error(`No such benchmark: ${unknown.join(", ")}. There are: ${Object.keys(benches).join(", ")}.`);
  process.exit(2);
}
for (const name of names) {
  const machine = describeMachine();
  console.error(`${name}: ${machine.description}; load before: ${machine.load.join(" ")}`);
  const { run } = await benches[name]!();
  const rounds = Number(values.rounds ?? 5);
  const result = await run({ python, data: values.data ?? null, only: values.only ?? null, rounds });
  const after = describeMachine();
  console.log(
    `${formatTable(result)}\n\n${machine.description}; load ${machine.load[0]} before, ${after.load[0]} after.`,
  );
  const folder = join("bench", "results");
  await mkdir(folder, { recursive: true });
  const raw = { name, machine, loadAfter: after.load, date: new Date().toISOString(), ...result };
  const file = values.only === undefined ? name : `${name} ${values.only}`.replaceAll(/[^a-zA-Z0-9]+/g, "-");
  await writeFile(join(folder, `${file}.json`), `${JSON.stringify(raw, null, 1)}\n`);
  if (values.only === undefined) await writeTable(name, formatTable(result));
}
