import { createRandom } from "../../base/random.ts";
import { createModel } from "../../graph/create-model.ts";
import type { Model } from "../../graph/graph.ts";
import { type Tensor, floatTensor, sizeOf } from "../../graph/tensor.ts";
import type { Architecture, ParameterSpec } from "./architecture.ts";

/**
 * The network with random weights, ready to be trained from scratch. Every parameter has its own stream of the
 * seed, so one more layer leaves the others as they were.
 * Law: weights ~ N(0, 2 / fan-in), biases 0, norm scales 1. Source: He et al. 2015, arXiv:1502.01852.
 */
export function initialise(architecture: Architecture, seed: number): Model {
  const tensors = new Map(
    architecture.parameters.map((spec) => [spec.name, drawParameter(spec, seed)] as const),
  );
  return withParameters(architecture, tensors);
}

/** The architecture's graph with these tensors as its weights; E_SHAPE is the caller's to prevent. */
export function withParameters(architecture: Architecture, tensors: ReadonlyMap<string, Tensor>): Model {
  const { graph, name } = architecture;
  const initializers = new Map([...graph.initializers, ...tensors]);
  return createModel({ ...graph, initializers }, [["architecture", name]]);
}

function drawParameter({ name, dims, initialisation }: ParameterSpec, seed: number): Tensor {
  const values = new Float32Array(sizeOf(dims));
  if (initialisation === "ones") values.fill(1);
  if (initialisation === "he" || initialisation === "small") {
    const fanIn = sizeOf(dims.slice(1));
    const deviation = initialisation === "he" ? Math.sqrt(2 / fanIn) : 0.01;
    const random = createRandom(seed).fork(name);
    for (let i = 0; i < values.length; i += 1) values[i] = deviation * random.normal();
  }
  return floatTensor(dims, values);
}
