import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type Matrix, createMatrix } from "../src/base/matrix.ts";
import { type Fold, stratifiedFolds } from "../src/data/folds.ts";
import type { Engine } from "../src/engine/engine.ts";
import { crossValidate } from "../src/evaluate/cross-validate.ts";
import { writeFileAtomic } from "../src/files/atomic-write.ts";
import { digestOf } from "../src/runs/task.ts";
import { openPlans } from "../src/workflow/open-plans.ts";
import { planMethod } from "../src/workflow/plan-method.ts";
import { planTask } from "../src/workflow/plan-task.ts";
import type { Plan } from "../src/workflow/plan.ts";
import { type Study, groupsOf, openStudy } from "../src/workflow/study.ts";
import { useEngine } from "../src/workflow/use-engine.ts";
import { type Judged, type Way, accuracyRows, columns, ways } from "./accuracy-ways.ts";
import type { BenchOptions, BenchResult } from "./bench-result.ts";
import { openPeer } from "./peer.ts";

const sets = ["flowers", "hymenoptera"];
const networks = ["mobilenetv2=../shared/weights/mobilenetv2_features.onnx", "efficientnet_lite0"];
const classifiers = ["svm", "svm-rbf", "bayes", "lda", "softmax"];
const foldCount = 5;
const seed = 42;
/** What was finished, so that a stopped benchmark goes on. */
const partsFile = "bench/results/accuracy-parts.json";

/**
 * Nested 5 x 5-fold accuracy of every classifier on frozen features, ours and scikit-learn's with grids of its own, on the
 * same rows, features and outer folds; then ours with one improvement at a time. `--only` has words of a case and of ways,
 * `flowers mobilenetv2 peer,fixed`. Needs efficientnet_lite0 pulled (`rootstock backbones pull`).
 */
export async function run({ python, only }: BenchOptions): Promise<BenchResult> {
  const words = only?.split(/[ ,]+/) ?? [];
  const asked = (among: readonly string[]): string[] => {
    const named = among.filter((name) => words.includes(name));
    return named.length === 0 ? [...among] : named;
  };
  const wayNames = asked(["peer", ...ways.map(({ name }) => name)]);
  const parts = await openParts();
  await using inUse = await useEngine({});
  const rows: string[][] = [];
  for (const set of asked(sets))
    for (const name of asked(networks.map(nameOf)))
      rows.push(
        ...(await measureCase(
          {
            set,
            network: networks.find((word) => nameOf(word) === name)!,
            classifiers: asked(classifiers),
            python: wayNames.includes("peer") ? python : null,
            ways: ways.filter((way) => wayNames.includes(way.name)),
          },
          { engine: inUse.engine, parts },
        )),
      );
  return { columns, rows, raw: { foldCount, seed } };
}

function nameOf(word: string): string {
  return word.split("=")[0]!;
}

interface Case {
  readonly set: string;
  readonly network: string;
  readonly classifiers: readonly string[];
  readonly python: string | null;
  readonly ways: readonly Way[];
}

async function measureCase(
  { set, network, classifiers: names, python, ways: asked }: Case,
  { engine, parts }: { engine: Engine; parts: Parts },
): Promise<string[][]> {
  const title = `${set}, ${nameOf(network)}`;
  const data = join("../shared/data", set);
  const measured = new Map<string, Judged[]>();
  let judged: { labels: Int32Array; folds: readonly Fold[] } | null = null;
  if (python !== null) {
    const [plan] = await openPlans([names[0]!], { backbones: [network] }, () => undefined);
    const study = await openStudy(data, [plan!], { engine, report: () => undefined });
    judged = judgedOn(study);
    measured.set("peer", await askPeer(python, { title, study, plan: plan!, names, ...judged, parts }));
  }
  for (const way of asked) {
    const opened = await openPlans(names, { backbones: [network] }, () => undefined);
    const plans = opened.map((plan) => way.change(plan));
    const study = await openStudy(data, plans, { engine, report: () => undefined });
    judged = judgedOn(study);
    const { folds } = judged;
    const results: Judged[] = [];
    for (const plan of plans) {
      const key = digestOf([planTask(plan, study, { engine, seed }), "accuracy", folds.length]);
      const value = await parts.get(key, () => crossValidated(plan, { study, folds, engine }));
      results.push({ name: plan.name, seconds: value.seconds, logits: fromValues(value.logits!, study) });
      console.error(`${title}, ${way.name}: ${plan.name} ${value.seconds.toFixed(1)} s`);
    }
    measured.set(way.name, results);
  }
  return judged === null ? [] : accuracyRows(title, measured, judged);
}

function judgedOn({ labels, manifest }: Study): { labels: Int32Array; folds: readonly Fold[] } {
  return { labels, folds: stratifiedFolds(labels, groupsOf(manifest), { folds: foldCount, seed }) };
}

/** One finished piece. Logits are ours, row after row; predictions the peer's. */
interface Part {
  readonly seconds: number;
  readonly logits?: readonly number[];
  readonly predictions?: readonly number[];
  readonly chosen: unknown;
}

async function crossValidated(
  plan: Plan,
  { study, folds, engine }: { study: Study; folds: readonly Fold[]; engine: Engine },
): Promise<Part> {
  const { labels, manifest } = study;
  const found = await crossValidate(planMethod(plan, study, { engine }), {
    labels,
    groups: groupsOf(manifest),
    classCount: manifest.classes.length,
    folds,
    seed,
  });
  const { fit, predict } = found.seconds;
  return { seconds: fit + predict, logits: [...found.outOfFoldLogits.data], chosen: found.chosen };
}

function fromValues(values: readonly number[], { labels, manifest }: Study): Matrix {
  return createMatrix(labels.length, manifest.classes.length, Float32Array.from(values));
}

/** The peer's answers on the features of a plan as they come from the network. */
async function askPeer(
  python: string,
  {
    title,
    study,
    plan,
    names,
    folds,
    parts,
  }: {
    title: string;
    study: Study;
    plan: Plan;
    names: readonly string[];
    folds: readonly Fold[];
    parts: Parts;
  },
): Promise<Judged[]> {
  const { matrix } = study.featuresOf(plan);
  const folder = await mkdtemp(join(tmpdir(), "bench-accuracy-"));
  const results: Judged[] = [];
  try {
    await writeFile(join(folder, "features.f32"), matrix.data);
    await writeFile(join(folder, "labels.i32"), study.labels);
    await using peer = await openPeer(python, "bench/peers/accuracy.py", [folder, `${matrix.columns}`]);
    const script = await readFile("bench/peers/accuracy.py", "utf8");
    for (const classifier of names) {
      const predictions = new Int32Array(study.labels.length);
      let seconds = 0;
      for (const { train, test } of folds) {
        const ask = { classifier, train: [...train], test: [...test] };
        const about = [study.digest, plan.uses[0]!.backbone.sha256, peer.greeting, script, ask];
        const part = await parts.get(digestOf(about), async () => await peer.ask<Part>(ask));
        test.forEach((row, i) => (predictions[row] = part.predictions![i]!));
        seconds += part.seconds;
      }
      results.push({ name: classifier, seconds, predictions: [...predictions] });
      console.error(`${title}, peer: ${classifier} ${seconds.toFixed(1)} s`);
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return results;
}

interface Parts {
  get(key: string, make: () => Promise<Part>): Promise<Part>;
}

async function openParts(): Promise<Parts> {
  const known = await readParts();
  await mkdir(dirname(partsFile), { recursive: true });
  return {
    get: async (key, make) => {
      if (known[key] !== undefined) return known[key];
      known[key] = await make();
      await writeFileAtomic(partsFile, JSON.stringify({ ...(await readParts()), ...known })); // others may be at work
      return known[key];
    },
  };
}

async function readParts(): Promise<Record<string, Part>> {
  return JSON.parse(await readFile(partsFile, "utf8").catch(() => "{}")) as Record<string, Part>;
}
