import { type Matrix, createMatrix, rowOf } from "../../base/matrix.ts";
import type { Engine, Session } from "../../engine/engine.ts";
import { createBuilder } from "../../graph/build.ts";
import { createModel } from "../../graph/create-model.ts";
import type { Graph } from "../../graph/graph.ts";
import { asFloat32, floatTensor } from "../../graph/tensor.ts";
import type { TrainingSet } from "../learner.ts";
import type { RowLoss } from "./row-losses.ts";

/** Values a block of rows may have, 16 MiB. */
const blockValues = 2 ** 22;
/** Of a block with all weights, twice: a tenth of a second or two, so that a stop never waits for long. */
const blockProducts = 2 ** 31;
/** Fewer rows make no use of the processor, however many weights there are. */
const leastRows = 256;

/** Sums over all rows of a training set. */
export interface RowSums {
  /** Shape: GK or G. */
  readonly losses: Float64Array;
  /** −∂ Σ loss / ∂W, but for the loss's factor. Shape: GK x (D + 1). */
  readonly descent: Float64Array;
}

/** A training set whose rows are meant about a point: x − m, without a copy of them all. */
export interface CentredSet extends TrainingSet {
  /** m; default 0. Shape: D. */
  readonly origin?: Float64Array | undefined;
}

/** A training set that lies in the runtime. */
export interface HeldRows extends AsyncDisposable {
  /** Of G models. Shape of the weights: GK x (D + 1), the constant's last. Throws the signal's reason. */
  sums(weights: Matrix): Promise<RowSums>;
}

/**
 * Hands a training set to the runtime, block by block, each a graph with its rows as constants: for every sum only weights go
 * in and gradients come out. Products are float32; blocks are added in float64, in their order.
 * `models`: so many at most are asked for at a time.
 */
export async function holdRows(
  set: CentredSet,
  loss: RowLoss,
  { engine, models, signal }: { engine: Engine; models: number; signal?: AbortSignal | undefined },
): Promise<HeldRows> {
  const { rows, columns } = set.features;
  const values = Math.min(blockValues, blockProducts / (models * set.classCount));
  const size = Math.max(leastRows, Math.floor(values / (columns + 1)));
  const blocks: Session[] = [];
  const dispose = async (): Promise<void> => {
    for (const block of blocks) await block[Symbol.asyncDispose]();
  };
  try {
    for (let from = 0; from < rows; from += size)
      blocks.push(await engine.load(createModel(blockGraph(set, loss, from, size)), { signal }));
  } catch (error) {
    await dispose();
    throw error;
  }
  return {
    sums: async (weights) => {
      const feeds = { weights: floatTensor([weights.rows, weights.columns], weights.data) };
      let ahead = blocks[0]!.run(feeds, { signal });
      let [losses, descent] = [new Float64Array(), new Float64Array()];
      for (const next of [...blocks.slice(1), null]) {
        const current = ahead;
        if (next !== null) ahead = next.run(feeds, { signal }); // the runtime never waits for the sums
        ahead.catch(() => undefined);
        const part = await current;
        losses = addTo(losses, asFloat32(part["losses"]!));
        descent = addTo(descent, asFloat32(part["descent"]!));
      }
      return { losses, descent };
    },
    [Symbol.asyncDispose]: dispose,
  };
}

/** `weights` [GK, D + 1] -> `losses` [GK or G], `descent` [GK, D + 1] over up to `size` rows. */
function blockGraph(
  { features, labels, classCount, origin }: CentredSet,
  loss: RowLoss,
  from: number,
  size: number,
): Graph {
  const count = Math.min(size, features.rows - from);
  const held = withConstant(features, { from, count, origin });
  const builder = createBuilder("rows");
  const weights = builder.input("weights", "float32", ["GK", held.columns]);
  const rows = builder.constant(floatTensor([held.rows, held.columns], held.data));
  const block = labels.subarray(from, from + count);
  const { losses, descent } = loss.append({ builder, weights, rows, labels: block, classCount });
  builder.output(losses, "losses", "float32", [loss.isPerClass ? "GK" : "G"]);
  builder.output(descent, "descent", "float32", ["GK", held.columns]);
  return builder.graph();
}

/** Rows, about a point where one is given, with a one at their end. Shapes: N x D -> count x (D + 1). */
export function withConstant(
  features: Matrix,
  {
    from = 0,
    count = features.rows,
    origin,
  }: { from?: number; count?: number; origin?: Float64Array | undefined } = {},
): Matrix {
  const columns = features.columns + 1;
  const out = createMatrix(count, columns, new Float32Array(count * columns).fill(1));
  for (let i = 0; i < count; i += 1) {
    const row = rowOf(features, from + i);
    out.data.set(origin === undefined ? row : row.map((value, j) => value - origin[j]!), i * columns);
  }
  return out;
}

/** In place, once there is a sum. */
function addTo(sum: Float64Array<ArrayBuffer>, part: Float32Array): Float64Array<ArrayBuffer> {
  if (sum.length === 0) return Float64Array.from(part);
  for (let i = 0; i < sum.length; i += 1) sum[i]! += part[i]!;
  return sum;
}
