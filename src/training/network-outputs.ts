import type { WorkOptions } from "../base/events.ts";
import { type Matrix, createMatrix } from "../base/matrix.ts";
import type { Engine } from "../engine/engine.ts";
import { createModel } from "../graph/create-model.ts";
import type { Graph } from "../graph/graph.ts";
import { asFloat32, floatTensor } from "../graph/tensor.ts";
import type { ExampleSource } from "./example-source.ts";

const batchSize = 32;

/**
 * A network's first output for the plain examples of some rows; the next batch is made while one is computed.
 * `graph`: one input, in written form. Shapes: n rows -> n x K, n at least 1.
 */
export async function networkOutputs(
  graph: Graph,
  { source, rows }: { source: ExampleSource; rows: Int32Array },
  { engine, signal }: WorkOptions & { engine: Engine },
): Promise<Matrix> {
  await using session = await engine.load(createModel(graph), { signal });
  const [input, output] = [graph.inputs[0]!.name, graph.outputs[0]!.name];
  const load = async (at: number): Promise<Float32Array> =>
    await source.load(rows.subarray(at, at + batchSize), null, { signal });
  const parts: Float32Array[] = [];
  let next = await load(0);
  for (let at = 0; at < rows.length; at += batchSize) {
    const dims = [Math.min(batchSize, rows.length - at), ...source.dims];
    const run = session.run({ [input]: floatTensor(dims, next) }, { signal, transfer: true });
    const [results, following] = await Promise.all([run, load(at + batchSize)]);
    parts.push(asFloat32(results[output]!));
    next = following;
  }
  const columns = parts[0]!.length / Math.min(batchSize, rows.length);
  const outputs = createMatrix(rows.length, columns);
  parts.forEach((part, i) => outputs.data.set(part, i * batchSize * columns));
  return outputs;
}
