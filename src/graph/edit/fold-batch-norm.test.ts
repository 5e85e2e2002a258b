import { InferenceSession, Tensor as OrtTensor } from "onnxruntime-node";
import { expect, test } from "vitest";
import { createRandom } from "../../base/random.ts";
import { type GraphBuilder, createBuilder } from "../build.ts";
import { encodeModel } from "../onnx/encode-model.ts";
import { foldBatchNorm } from "./fold-batch-norm.ts";
import { createModel } from "../create-model.ts";
import type { Graph } from "../graph.ts";
import { floatTensor, sizeOf } from "../tensor.ts";
import { validateModel } from "../onnx/validate-model.ts";

const dims = [2, 4, 5, 5];

/** Two convolutions, grouped and with a bias, each behind a normalisation; `tap` also reads the first convolution. */
function normalised({ hasTap = false } = {}): Graph {
  const b = createBuilder("normalised");
  const random = createRandom(4);
  const draw = (name: string, shape: readonly number[], offset = 0): string =>
    b.constant(
      floatTensor(
        shape,
        Float32Array.from({ length: sizeOf(shape) }, () => offset + 0.2 * random.normal()),
      ),
      name,
    );
  const norm = (x: string, name: string, channels: number): string =>
    b.op("BatchNormalization", [x, ...parametersOf(draw, name, channels)], { epsilon: 0.01 }, name);
  const x = b.input("x", "float32", dims);
  const attributes = { kernel_shape: [3, 3], pads: [1, 1, 1, 1], group: 2 };
  const first = b.op("Conv", [x, draw("first.weight", [6, 2, 3, 3])], attributes, "first");
  const second = [norm(first, "norm1", 6), draw("second.weight", [3, 6, 1, 1]), draw("second.bias", [3])];
  const y = norm(b.op("Conv", second, {}, "second"), "norm2", 3);
  b.output(y, "norm2", "float32", [2, 3, 5, 5]);
  if (hasTap) b.output(tap(b, first), "tap", "float32", [2, 6, 5, 5]);
  return b.graph();
}

function parametersOf(
  draw: (name: string, shape: readonly number[], offset?: number) => string,
  name: string,
  channels: number,
): string[] {
  const offsets = { scale: 1, offset: 0, mean: 0, variance: 1 };
  return Object.entries(offsets).map(([kind, offset]) => draw(`${name}.${kind}`, [channels], offset));
}

function tap(b: GraphBuilder, x: string): string {
  return b.op("Relu", [x], {}, "tap");
}

async function run(graph: Graph): Promise<Float32Array> {
  validateModel(createModel(graph));
  const session = await InferenceSession.create(encodeModel(createModel(graph)), { logSeverityLevel: 4 });
  const values = Float32Array.from({ length: sizeOf(dims) }, (_, i) => Math.sin(i));
  const results = await session.run({ x: new OrtTensor("float32", values, dims) });
  return results["norm2"]!.data as Float32Array;
}

test("foldBatchNorm: the same function without normalisations, each weight and offset under its old name", async () => {
  const graph = normalised();
  const folded = foldBatchNorm(graph);
  expect(folded.nodes.map(({ operator }) => operator)).toEqual(["Conv", "Conv"]);
  expect([...folded.initializers.keys()].sort()).toEqual([
    "first.weight",
    "norm1.offset",
    "norm2.offset",
    "second.weight",
  ]);
  const [before, after] = [await run(graph), await run(folded)];
  after.forEach((value, i) => expect(value).toBeCloseTo(before[i]!, 5));
});

test("foldBatchNorm: a convolution that something else reads, or that is to be kept, stays as it is", () => {
  const operators = (graph: Graph): string[] => graph.nodes.map(({ operator }) => operator);
  expect(operators(foldBatchNorm(normalised({ hasTap: true })))).toContain("BatchNormalization");
  expect(operators(foldBatchNorm(normalised(), { keep: ["second"] }))).toEqual([
    "Conv",
    "Conv",
    "BatchNormalization",
  ]);
});
