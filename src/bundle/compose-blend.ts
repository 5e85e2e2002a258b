import type { Branch } from "../features/branch.ts";
import { createBuilder } from "../graph/build.ts";
import { createModel } from "../graph/create-model.ts";
import { chainGraphs, joinGraphs } from "../graph/edit/join-graphs.ts";
import { mergeEqualNodes } from "../graph/edit/merge-equal-nodes.ts";
import type { Graph, Model } from "../graph/graph.ts";
import { type Blend, leastBlended } from "../classifiers/blend/blend.ts";
import { composeModel } from "./compose-model.ts";

/** A member of a blend as it is delivered: see `composeModel`. */
export interface BlendPart {
  readonly branches: readonly Branch[];
  readonly classifier: Graph;
}

/**
 * Several models as one: `pixel_values` -> `logits` = log Σ wₘ softmax(logitsₘ) / T. What they have in common (preprocessing,
 * trunks, features) is in the graph once and computed once. Its metadata are those of `composeModel`.
 */
export function composeBlend(
  parts: readonly BlendPart[],
  blend: Blend,
  labels: readonly string[] = [],
): Model {
  const models = parts.map(({ branches, classifier }) => composeModel(branches, classifier, labels));
  const members = models.map(({ graph }, i) => ({ graph, prefix: `member${i}/` }));
  const joined = joinGraphs("model", members, { shared: ["pixel_values"] });
  const names = members.map(({ prefix }) => `${prefix}logits`);
  const graph = chainGraphs(
    joined,
    averageGraph(names, blend),
    Object.fromEntries(names.map((name) => [name, name])),
  );
  return createModel(mergeEqualNodes(graph), models[0]!.metadata);
}

function averageGraph(names: readonly string[], { weights, temperature }: Blend): Graph {
  const b = createBuilder("blend", "blend/");
  const weighted = names.map((name, m) => {
    const logits = b.input(name, "float32", ["N", "K"]);
    return b.op("Mul", [b.op("Softmax", [logits], { axis: 1 }), b.scalar(weights[m]!)]);
  });
  const mean = b.op("Max", [b.op("Sum", weighted), b.scalar(leastBlended)]);
  b.output(b.op("Div", [b.op("Log", [mean]), b.scalar(temperature)]), "logits", "float32", ["N", "K"]);
  return b.graph();
}
