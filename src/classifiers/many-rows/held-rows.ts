import { type Matrix, createMatrix, rowOf } from "../../base/matrix.ts";
import type { Engine, Session } from "../../engine/engine.ts";
import { createBuilder } from "../../graph/build.ts";
import { createModel } from "../../graph/create-model.ts";
import type { Graph } from "../../graph/graph.ts";
import { asFloat32, floatTensor } from "../../graph/tensor.ts";
import type { TrainingSet } from "../learner.ts";
import type { RowLoss } from "./row-losses.ts";

/** Values a block of rows may have, 16 MiB: its products take milliseconds, so that a stop never waits for long. */
const blockValues = 2 ** 22;

/** Sums over all rows of a training set. */
export interface RowSums {
  /** Shape: GK or G. */
  readonly losses: Float64Array;
  /** −∂ Σ loss / ∂W, but for the loss's factor. Shape: GK x (D + 1). */
  readonly descent: Float64Array;
}

/** A training set that lies in the runtime. */
export interface HeldRows extends AsyncDisposable {
  /** Of G models. Shape of the weights: GK x (D + 1), the constant's last. Throws the signal's reason. */
  sums(weights: Matrix): Promise<RowSums>;
}

/**
 * Hands a training set to the runtime, block by block, each a graph with its rows as constants: for every sum only weights go
 * in and gradients come out. Products are float32; blocks are added in float64.
 */
export async function holdRows(
  set: TrainingSet,
  loss: RowLoss,
  { engine, signal }: { engine: Engine; signal?: AbortSignal | undefined },
): Promise<HeldRows> {
  const { rows, columns } = set.features;
  const size = Math.max(1, Math.floor(blockValues / (columns + 1)));
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
      const parts = await Promise.all(blocks.map((block) => block.run(feeds, { signal })));
      return {
        losses: addUp(parts.map(({ losses }) => asFloat32(losses!))),
        descent: addUp(parts.map(({ descent }) => asFloat32(descent!))),
      };
    },
    [Symbol.asyncDispose]: dispose,
  };
}

/** `weights` [GK, D + 1] -> `losses` [GK or G], `descent` [GK, D + 1] over up to `size` rows. */
function blockGraph(
  { features, labels, classCount }: TrainingSet,
  loss: RowLoss,
  from: number,
  size: number,
): Graph {
  const count = Math.min(size, features.rows - from);
  const held = withConstant(features, from, count);
  const builder = createBuilder("rows");
  const weights = builder.input("weights", "float32", ["GK", held.columns]);
  const rows = builder.constant(floatTensor([held.rows, held.columns], held.data));
  const block = labels.subarray(from, from + count);
  const { losses, descent } = loss.append({ builder, weights, rows, labels: block, classCount });
  builder.output(losses, "losses", "float32", [loss.isPerClass ? "GK" : "G"]);
  builder.output(descent, "descent", "float32", ["GK", held.columns]);
  return builder.graph();
}

/** Rows with a one at their end. Shapes: N x D -> count x (D + 1). */
export function withConstant(features: Matrix, from = 0, count = features.rows): Matrix {
  const columns = features.columns + 1;
  const out = createMatrix(count, columns, new Float32Array(count * columns).fill(1));
  for (let i = 0; i < count; i += 1) out.data.set(rowOf(features, from + i), i * columns);
  return out;
}

function addUp(parts: readonly Float32Array[]): Float64Array {
  const sum = Float64Array.from(parts[0]!);
  for (const part of parts.slice(1)) for (let i = 0; i < sum.length; i += 1) sum[i]! += part[i]!;
  return sum;
}
