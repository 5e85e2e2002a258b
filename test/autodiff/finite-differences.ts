import { expect } from "vitest";
import { gradientGraph } from "../../src/autodiff/gradient-graph.ts";
import { createRandom } from "../../src/base/random.ts";
import type { Graph } from "../../src/graph/graph.ts";
import { evaluate } from "./evaluator.ts";
import { type Values, fill } from "./evaluator-values.ts";

/**
 * Expects the gradient graph to agree with central differences of L = Σ R ⊙ y in float64, at up to 12 entries of every
 * input; R is random. Tolerance 10⁻⁵ of max(1, |slope|): constants of a graph are float32.
 */
export function expectGradients(
  graph: Graph,
  options: {
    readonly seed: number;
    readonly isPositive?: boolean;
    readonly batchStatistics?: boolean;
    readonly of?: readonly string[];
  },
): void {
  const { seed, isPositive = false, batchStatistics = false } = options;
  const of = options.of ?? graph.inputs.map(({ name }) => name);
  const random = createRandom(seed);
  const feeds: Record<string, Values> = Object.fromEntries(
    graph.inputs.map(({ name, dims }) => [name, randomValues(dims as number[], { random, isPositive })]),
  );
  const gradients = gradientGraph(graph, { of, batchStatistics });
  const forward = (fed: Record<string, Values>): Map<string, Values> =>
    evaluate(withoutBackward(gradients), fed);
  const base = forward(feeds);
  const weights = new Map(
    graph.outputs.map(({ name }) => [name, fill(base.get(name)!.dims, () => random.normal())] as const),
  );
  const upstream = Object.fromEntries([...weights].map(([name, values]) => [`gradient/${name}`, values]));
  const results = evaluate(gradients, { ...feeds, ...upstream });
  const lossOf = (fed: Record<string, Values>): number => {
    const outputs = forward(fed);
    return [...weights].reduce((sum, [name, w]) => sum + dot(w.data, outputs.get(name)!.data), 0);
  };
  for (const name of of) {
    const gradient = results.get(`gradient/${name}`)!;
    expect(gradient.dims).toEqual(feeds[name]!.dims);
    for (const i of random.shuffle(feeds[name]!.data.keys()).slice(0, 12)) {
      const slope =
        (lossOf(nudged(feeds, { name, i, by: step })) - lossOf(nudged(feeds, { name, i, by: -step }))) /
        (2 * step);
      const error = Math.abs(gradient.data[i]! - slope) / Math.max(1, Math.abs(slope));
      expect(error, `d/d${name}[${i}]: ${gradient.data[i]} by rule, ${slope} by differences`).toBeLessThan(
        1e-5,
      );
    }
  }
}

const step = 1e-5;

/** The forward half of a gradient graph: what does not need the upstream gradients. */
function withoutBackward(graph: Graph): Graph {
  const late = new Set(graph.inputs.map(({ name }) => name).filter((name) => name.startsWith("gradient/")));
  const nodes = graph.nodes.filter((node) => {
    const isLate = node.inputs.some((name) => late.has(name));
    if (isLate) for (const name of node.outputs) late.add(name);
    return !isLate;
  });
  return { ...graph, nodes };
}

/** Normal values at least 0.05 from zero and from the corners of the activations, or values in [0.5, 1.5). */
function randomValues(
  dims: readonly number[],
  { random, isPositive }: { random: ReturnType<typeof createRandom>; isPositive: boolean },
): Values {
  const corners = [-3, -0.5, 0, 0.5, 0.75, 3];
  return fill(dims, () => {
    if (isPositive) return 0.5 + random.next();
    for (;;) {
      const value = random.normal() * 1.5;
      if (corners.every((corner) => Math.abs(value - corner) > 0.05)) return value;
    }
  });
}

function nudged(
  feeds: Record<string, Values>,
  { name, i, by }: { name: string; i: number; by: number },
): Record<string, Values> {
  const { dims, data } = feeds[name]!;
  return { ...feeds, [name]: { dims, data: data.with(i, data[i]! + by) } };
}

function dot(a: Float64Array, b: Float64Array): number {
  return a.reduce((sum, value, i) => sum + value * b[i]!, 0);
}
