import { type LabelOrder, spendLabels } from "../src/adapt/queue/spend-labels.ts";
import type { Matrix } from "../src/base/matrix.ts";
import { createRandom } from "../src/base/random.ts";
import type { Engine } from "../src/engine/engine.ts";
import { openEngine } from "../src/engine/open-engine.ts";
import type { BenchResult } from "./bench-result.ts";
import { readPhotoFeatures } from "./inbox/photo-features.ts";

const seeds = 40;
const checkpoints = [25, 50, 75, 100];

/**
 * What a label is worth in the queue's order and in random order: 25 labels to begin with (five of each class), 25 more at a
 * time from a pool of 675 flowers, accuracy on 300 others. Ridge on unit rows of MobileNetV2 is fitted after each 25.
 */
export async function run(): Promise<BenchResult> {
  const { flowers } = await readPhotoFeatures();
  await using engine = await openEngine();
  const gains: number[][] = checkpoints.map(() => []);
  const accuracies = { queue: checkpoints.map(() => 0), random: checkpoints.map(() => 0) };
  for (let seed = 0; seed < seeds; seed += 1) {
    const [queue, random] = [
      await curve(flowers, { seed, order: "queue", engine }),
      await curve(flowers, { seed, order: "random", engine }),
    ];
    checkpoints.forEach((_at, i) => {
      gains[i]!.push(queue[i]! - random[i]!);
      accuracies.queue[i]! += queue[i]! / seeds;
      accuracies.random[i]! += random[i]! / seeds;
    });
  }
  const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;
  const rows = checkpoints.map((labels, i) => {
    const { mean, half } = interval(gains[i]!);
    const points = (value: number): string => (value * 100).toFixed(1);
    return [
      String(labels),
      percent(accuracies.queue[i]!),
      percent(accuracies.random[i]!),
      points(mean),
      `${points(mean - half)} to ${points(mean + half)}`,
    ];
  });
  return { columns: ["labels", "queue", "random", "gain, points", "95 % interval"], rows, raw: { gains } };
}

async function curve(
  { features, labels }: { features: Matrix; labels: Int32Array },
  { seed, order, engine }: { seed: number; order: LabelOrder; engine: Engine },
): Promise<number[]> {
  const all = createRandom(seed).fork("photos").shuffle(labels.keys());
  const [judged, pool] = [all.slice(0, 300), all.slice(300)];
  const known = [0, 1, 2, 3, 4].flatMap((label) => pool.filter((row) => labels[row] === label).slice(0, 5));
  const open = pool.filter((row) => !known.includes(row));
  const { algebra } = engine;
  const options = { order, checkpoints, seed, penalties: [0.3], pause: () => undefined, algebra };
  return await spendLabels({ features, labels, classCount: 5 }, { judged, known, open }, options);
}

/** Student's interval of a mean, for 40 values. */
export function interval(values: readonly number[]): { mean: number; half: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
  return { mean, half: 2.02 * Math.sqrt(variance / values.length) };
}
