import { RootstockError } from "../../base/errors.ts";
import { type Matrix, createMatrix } from "../../base/matrix.ts";
import type { Engine } from "../../engine/engine.ts";
import { createBuilder } from "../../graph/build.ts";
import { createModel } from "../../graph/create-model.ts";
import type { Graph } from "../../graph/graph.ts";
import { asFloat32, floatTensor } from "../../graph/tensor.ts";
import { brokenContract, requireLogits } from "../check-logits.ts";
import type { FittedClassifier } from "../classifier.ts";
import { logitDifference } from "../conformance/labelled-features.ts";
import { tellThrown } from "./tell-thrown.ts";

/** As a share of the logits' range: more than rounding explains, less than any other function. */
const tolerance = 1e-2;

/**
 * Throws E_CLASSIFIER unless what a fitted classifier adds to a graph computes its logits, on these rows: what is measured
 * is computed in memory, what is delivered is the graph.
 */
export async function requireSameGraph(
  fitted: FittedClassifier,
  features: Matrix,
  { engine, subject }: { engine: Engine; subject: string },
): Promise<void> {
  const inMemory = fitted.logits(features);
  const inGraph = await runGraph(fitted, features, { engine, subject: `${subject}: appendTo` });
  const scale = spreadOf(inMemory);
  const difference = logitDifference(scaled(inMemory, scale), scaled(inGraph, scale));
  if (difference <= tolerance) return;
  throw brokenContract(
    `${subject}: appendTo`,
    `the function of logits within ${tolerance} of its range`,
    `one that differs by ${difference.toPrecision(3)}`,
  );
}

async function runGraph(
  fitted: FittedClassifier,
  features: Matrix,
  { engine, subject }: { engine: Engine; subject: string },
): Promise<Matrix> {
  const shape = { rows: features.rows, columns: fitted.classCount };
  try {
    await using session = await engine.load(createModel(graphOf(fitted)));
    const input = floatTensor([features.rows, features.columns], features.data.slice());
    const { logits } = await session.run({ features: input });
    const [rows = 0, columns = 0] = logits!.dims;
    const matrix = createMatrix(rows, columns, asFloat32(logits!));
    requireLogits(matrix, shape, subject);
    return matrix;
  } catch (error) {
    const isTold = error instanceof RootstockError && error.code === "E_CLASSIFIER";
    throw isTold ? error : brokenContract(subject, "a graph that runs", tellThrown(error), error);
  }
}

/** As a pipeline puts it into the model: by `appendTo`. */
function graphOf(fitted: FittedClassifier): Graph {
  const builder = createBuilder("own");
  const features = builder.input("features", "float32", ["N", fitted.dimensions]);
  builder.output(fitted.appendTo(builder, features), "logits", "float32", ["N", fitted.classCount]);
  return builder.graph();
}

/** Largest less smallest; 1 where all are equal. */
function spreadOf({ data }: Matrix): number {
  const [least, most] = data.reduce(
    ([low, high], value) => [Math.min(low, value), Math.max(high, value)],
    [Infinity, -Infinity],
  );
  return most > least ? most - least : 1;
}

function scaled({ rows, columns, data }: Matrix, by: number): Matrix {
  return createMatrix(
    rows,
    columns,
    data.map((value) => value / by),
  );
}
