import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Matrix, argmax, createMatrix, rowOf, selectRows } from "../src/base/matrix.ts";
import { createRandom } from "../src/base/random.ts";
import { fitPipeline } from "../src/classifiers/pipeline.ts";
import { type Fold, stratifiedFolds } from "../src/data/folds.ts";
import type { Engine } from "../src/engine/engine.ts";
import { openEngine } from "../src/engine/open-engine.ts";
import { type BenchOptions, type BenchResult, median } from "./bench-result.ts";
import { describeMachine } from "./machine.ts";
import { openPeer } from "./peer.ts";

interface Measured {
  readonly seconds: number;
  readonly accuracy: number;
  /** Largest resident memory of the process so far, its helpers included. */
  readonly peakMegabytes: number;
}

const shape = { rows: 1000, columns: 9216, classes: 5, factors: 60 };
const costs = [0.1, 0.3, 1, 3, 10, 30, 100];
const foldCount = 5;
const peerKernels = ["linear", "precomputed"] as const;
/** The linear kernel takes minutes a round: it is measured in the first ones only. */
const linearRounds = 1;

/**
 * Nested 5-fold cross-validation of a linear SVM over 7 values of C on 1000 x 9216 features: ours, and scikit-learn's
 * SVC in GridSearchCV with every core, on the linear kernel and on a Gram matrix computed once by NumPy.
 * The same rows and the same outer folds; ours also fits its temperature, theirs votes between pairs of classes.
 */
export async function run({ python, rounds }: BenchOptions): Promise<BenchResult> {
  const { features, labels } = syntheticFeatures(7);
  const groups = Array<undefined>(labels.length).fill(undefined);
  const folds = stratifiedFolds(labels, groups, { folds: foldCount, seed: 42 });
  const folder = await mkdtemp(join(tmpdir(), "bench-svm-"));
  await using engine = await openEngine({ threads: describeMachine().cores });
  const ours: Measured[] = [];
  const theirs: Measured[][] = peerKernels.map(() => []);
  let greeting: unknown = null;
  try {
    await writeFile(join(folder, "features.f32"), features.data);
    await writeFile(join(folder, "labels.i32"), labels);
    await using peer =
      python === null ? null : await openPeer(python, "bench/peers/svm.py", [folder, `${shape.columns}`]);
    greeting = peer ? peer.greeting : null;
    for (let round = 0; round < rounds; round += 1) {
      ours.push(await crossValidateOnce(features, labels, { folds, engine }));
      for (const [i, kernel] of peerKernels.entries())
        if (peer !== null && (kernel !== "linear" || round < linearRounds))
          theirs[i]!.push(await peer.ask({ kernel, costs, folds: folds.map(({ test }) => [...test]) }));
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  const rows = [
    tableRow("Rootstock `svm`", ours, ours),
    ...peerKernels.map((kernel, i) => tableRow(`scikit-learn \`SVC(kernel="${kernel}")\``, theirs[i]!, ours)),
  ];
  const columns = [
    "nested 5-fold, 7 values of C, 1000 x 9216",
    "rounds",
    "seconds",
    "times ours",
    "accuracy",
    "peak memory, MB",
  ];
  return {
    columns,
    rows,
    raw: { peer: greeting, ours, theirs: { linear: theirs[0], precomputed: theirs[1] } },
  };
}

function tableRow(name: string, runs: readonly Measured[], ours: readonly Measured[]): string[] {
  if (runs.length === 0) return [name, "0", "", "", "", ""];
  const seconds = median(runs.map((run) => run.seconds));
  const ratio = seconds / median(ours.map((run) => run.seconds));
  const peak = Math.max(...runs.map((run) => run.peakMegabytes));
  return [
    name,
    `${runs.length}`,
    seconds.toFixed(1),
    ratio.toFixed(1),
    runs[0]!.accuracy.toFixed(3),
    peak.toFixed(0),
  ];
}

async function crossValidateOnce(
  features: Matrix,
  labels: Int32Array,
  { folds, engine }: { folds: readonly Fold[]; engine: Engine },
): Promise<Measured> {
  const start = performance.now();
  const spec = { transforms: [], classifier: "svm", grid: costs.map((C) => ({ C, loss: "hinge" })) };
  const options = { classCount: shape.classes, seed: 1, algebra: engine.algebra };
  let right = 0;
  for (const { train, test } of folds) {
    const trainLabels = train.map((row) => labels[row]!);
    const fitted = await fitPipeline(selectRows(features, train), trainLabels, spec, options);
    const logits = fitted.logits(selectRows(features, test));
    right += test.reduce((sum, row, i) => sum + Number(argmax(rowOf(logits, i)) === labels[row]), 0);
  }
  return {
    seconds: (performance.now() - start) / 1000,
    accuracy: right / labels.length,
    peakMegabytes: process.resourceUsage().maxRSS / 1024,
  };
}

/** Rows like pooled activations: a few latent factors per class, mixed, rectified, of norm 1. Decided by the seed. */
function syntheticFeatures(seed: number): { features: Matrix; labels: Int32Array } {
  const { rows, columns, classes, factors } = shape;
  const random = createRandom(seed);
  const normals = (count: number): Float32Array =>
    Float32Array.from({ length: count }, () => random.normal());
  const centres = normals(classes * factors);
  const mixing = normals(factors * columns);
  const labels = Int32Array.from({ length: rows }, (_, i) => i % classes);
  const features = createMatrix(rows, columns);
  for (let i = 0; i < rows; i += 1) {
    const row = rowOf(features, i);
    row.set(normals(columns));
    for (let f = 0; f < factors; f += 1) {
      const factor = 0.28 * centres[labels[i]! * factors + f]! + random.normal();
      for (let j = 0; j < columns; j += 1) row[j]! += factor * mixing[f * columns + j]!;
    }
    const norm = Math.sqrt(row.reduce((sum, value) => sum + Math.max(0, value) ** 2, 0));
    row.forEach((value, j) => (row[j] = Math.max(0, value) / norm));
  }
  return { features, labels };
}
