import { basename } from "node:path";
import { judgeShift } from "../src/adapt/judge-shift.ts";
import { type Random, createRandom } from "../src/base/random.ts";
import type { Engine } from "../src/engine/engine.ts";
import { openEngine } from "../src/engine/open-engine.ts";
import type { BenchOptions, BenchResult } from "./bench-result.ts";
import { type Rows, trainAndLook } from "./shift/judged-set.ts";
import { type PhotoSet, alteredRows, photoSet } from "./shift/photo-sets.ts";
import { repeated } from "./shift/repeated.ts";

const backbones = ["../shared/weights/mobilenetv2_features.onnx", "alexnet-mini"];
const recipe = "nearest-mean";
/** Photos of each side. */
const size = 200;

/** What was found in one run. */
interface Outcome {
  readonly kind: number;
  readonly second: number;
  readonly mix: number;
  readonly accuracy: number;
  readonly isShifted: boolean;
}

/** Two samples, drawn by a seed. */
type Draw = (random: Random) => { known: Rows; arrived: Rows };

/**
 * How often `drift` raises a false alarm where nothing changed, and how often it finds what did: 200 new photos against the
 * memory of a model of 200 others, the false-alarm rate at its default of 5 % for all questions. Then what a mix estimated
 * from the photos is worth. Flowers and hymenoptera of `../shared/data`; a stopped benchmark goes on where it was.
 */
export async function run({ only }: BenchOptions): Promise<BenchResult> {
  await using engine = await openEngine();
  const raw: Record<string, unknown> = {};
  const rows: string[][] = [];
  for (const backbone of backbones)
    for (const [title, runs, draw, classCount] of await casesOf(backbone, engine)) {
      const name = `${basename(backbone).split(".")[0]} ${title}`;
      if (only !== null && !name.includes(only)) continue;
      const outcomes = await repeated(name, runs, async (seed) =>
        judge(draw(createRandom(seed).fork(title)), { engine, seed, classCount }),
      );
      raw[name] = outcomes;
      rows.push(lineOf(name, outcomes));
    }
  const columns = [
    "case",
    "runs",
    "any alarm",
    "kind",
    "mix",
    "MMD below its level",
    "a classifier is right",
  ];
  return { columns, rows, raw };
}

async function casesOf(
  backbone: string,
  engine: Engine,
): Promise<[title: string, runs: number, draw: Draw, classCount: number][]> {
  const [flowers, insects] = [
    await photoSet("flowers", backbone, engine),
    await photoSet("hymenoptera", backbone, engine),
  ];
  const altered = (set: PhotoSet): Draw => {
    const taken = new Set(alteredRows(flowers.labels));
    const others = [...flowers.labels.keys()].filter((row) => !taken.has(row));
    return (random) => ({
      known: { set: flowers, rows: random.shuffle(others).slice(0, size) },
      arrived: { set, rows: random.shuffle(set.labels.keys()).slice(0, size) },
    });
  };
  const split = (set: PhotoSet, order: readonly number[]): ReturnType<Draw> => ({
    known: { set, rows: order.slice(0, size) },
    arrived: { set, rows: order.slice(size, 2 * size) },
  });
  const byWidth = [...insects.labels.keys()].sort((a, b) => insects.widths[a]! - insects.widths[b]!);
  return [
    ["no shift", 200, (random) => split(flowers, random.shuffle(flowers.labels.keys())), 5],
    ["blur", 50, altered(await photoSet("blur", backbone, engine)), 5],
    ["cast", 50, altered(await photoSet("cast", backbone, engine)), 5],
    ["insects at random", 50, (random) => split(insects, random.shuffle(insects.labels.keys())), 2],
    ["insects by width", 10, () => split(insects, byWidth), 2],
  ];
}

async function judge(
  { known, arrived }: ReturnType<Draw>,
  { engine, seed, classCount }: { engine: Engine; seed: number; classCount: number },
): Promise<Outcome> {
  const set = await trainAndLook(known, arrived, { recipe, classCount, engine, seed });
  const found = await judgeShift(set.known, set.arrived, { seed, algebra: engine.algebra });
  const { kind, mix, level } = found;
  return {
    kind: kind.p,
    second: kind.discrepancy.p,
    mix: mix.p,
    accuracy: kind.accuracy,
    isShifted: kind.p <= level || mix.p <= level,
  };
}

function lineOf(name: string, outcomes: readonly Outcome[]): string[] {
  const share = (test: (outcome: Outcome) => boolean): string =>
    `${((100 * outcomes.filter(test).length) / outcomes.length).toFixed(1)} %`;
  const mean = outcomes.reduce((sum, { accuracy }) => sum + accuracy, 0) / outcomes.length;
  return [
    name,
    String(outcomes.length),
    share(({ isShifted }) => isShifted),
    share(({ kind }) => kind <= 0.025),
    share(({ mix }) => mix <= 0.025),
    share(({ second }) => second <= 0.025),
    `${(100 * mean).toFixed(1)} %`,
  ];
}
