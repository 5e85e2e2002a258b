import { type Matrix, argmax, rowOf, selectRows } from "../src/base/matrix.ts";
import { createRandom } from "../src/base/random.ts";
import { defineClassifier } from "../src/classifiers/define-classifier.ts";
import { fitPipeline } from "../src/classifiers/pipeline.ts";
import { type KernelRules, kernelSvmLearner } from "../src/classifiers/svm/kernel-svm.ts";
import type { Engine } from "../src/engine/engine.ts";
import { openEngine } from "../src/engine/open-engine.ts";
import { readFeatures } from "./read-features.ts";
import type { BenchOptions, BenchResult } from "./bench-result.ts";

/** Rows to fit on, and classes: the first of the data. */
const sizes = [
  [2000, 10],
  [4500, 20],
  [8000, 20],
] as const;
const heldRows = 2000;
/** Landmarks while tuning and in the model; null: exact. */
const ways = [null, [256, 512], [512, 512], [512, 1024], [1024, 1024], [512, 2048]] as const;

/**
 * The exact kernel SVM beside landmarks: processor time of a tuned fit and the accuracy on 2,000 rows held out, on the same
 * rows. It decides where exact ends and how many landmarks stand for it. `--data`: a file that `rootstock features` wrote of
 * 20 classes or more; `--only "4500 20"` takes one size.
 */
export async function run({ data, only }: BenchOptions): Promise<BenchResult> {
  if (data === null) throw new Error("landmarks: give --data FILE.safetensors, features with their labels.");
  const set = await readFeatures(data);
  await using engine = await openEngine();
  const rows: string[][] = [];
  for (const [count, classes] of sizes) {
    if (only !== null && only !== `${count} ${classes}`) continue;
    const among = Array.from(set.labels.keys()).filter((row) => set.labels[row]! < classes);
    const order = createRandom(1)
      .shuffle(among)
      .slice(0, count + heldRows);
    const part = {
      features: selectRows(set.features, order),
      labels: Int32Array.from(order, (row) => set.labels[row]!),
      classes,
    };
    for (const way of ways) {
      const { cpu, accuracy } = await measure(part, count, { way, engine });
      const name = way === null ? "exact" : way.join(" / ");
      rows.push([`${classes}`, `${count}`, name, cpu.toFixed(1), accuracy.toFixed(4)]);
      console.error(rows.at(-1)!.join(" "));
    }
  }
  const columns = ["classes", "rows", "landmarks, tuning / model", "CPU s", "accuracy"];
  return { columns, rows, raw: rows };
}

async function measure(
  { features, labels, classes }: { features: Matrix; labels: Int32Array; classes: number },
  count: number,
  { way, engine }: { way: (typeof ways)[number]; engine: Engine },
): Promise<{ cpu: number; accuracy: number }> {
  const rules: Partial<KernelRules> =
    way === null ? { exactRows: Infinity } : { exactRows: 0, landmarks: { tuning: way[0], fit: way[1] } };
  const train = Int32Array.from({ length: count }, (_, i) => i);
  const test = Int32Array.from({ length: features.rows - count }, (_, i) => count + i);
  const before = process.cpuUsage();
  const pipeline = await fitPipeline(
    selectRows(features, train),
    labels.subarray(0, count),
    { transforms: ["signed-sqrt", "l2"], classifier: defineClassifier(kernelSvmLearner(rules)) },
    { classCount: classes, algebra: engine.algebra, engine, seed: 1 },
  );
  const { user, system } = process.cpuUsage(before);
  const logits = pipeline.logits(selectRows(features, test));
  const right = test.filter((row, i) => argmax(rowOf(logits, i)) === labels[row]).length;
  return { cpu: (user + system) / 1e6, accuracy: right / test.length };
}
