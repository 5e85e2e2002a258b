import { gradientPath, missingGradients } from "../autodiff/gradient-path.ts";
import type { Backbone } from "../backbones/backbone.ts";
import type { CardLayer } from "../backbones/card.ts";
import { RootstockError } from "../base/errors.ts";
import type { Graph } from "../graph/graph.ts";
import { type Freeze, freezeTo } from "./freeze.ts";

/** The part of a network that is to be trained. */
export interface TrainedPart {
  readonly backbone: Backbone;
  readonly layer: CardLayer;
  readonly freeze: Freeze;
  /** Parameters in the names of the graph. */
  readonly trained: ReadonlySet<string>;
}

/**
 * Refuses a network whose trained part has operators without a gradient: E_NO_GRADIENT with all of them and their nodes,
 * and the earliest group to freeze up to that leaves none of them on the way.
 */
export function requireGradients(whole: Graph, { backbone, layer, freeze, trained }: TrainedPart): void {
  const missing = missingGradients(pathFrom(whole, trained));
  if (missing === undefined) return;
  const groups = freeze.unfrozen.map(({ name }) => name);
  const enough = groups.find((name) => {
    const { unfrozen } = freezeTo(backbone, layer, name);
    const rest = unfrozen.flatMap(({ parameters }) => parameters.map((id) => `network/${id}`));
    return missingGradients(pathFrom(whole, new Set(rest.filter((id) => trained.has(id))))) === undefined;
  });
  const most = enough === undefined || enough === groups.at(-1) ? "all" : enough;
  throw new RootstockError("E_NO_GRADIENT", missing.message.replace("autodiff", backbone.name), {
    hint:
      `Freeze ${most === "all" ? "all of the network and train new layers behind it: --freeze-to all" : `it up to "${most}": --freeze-to ${most}`}; ` +
      "or use it as a feature extractor, with a recipe like svm.",
    cause: missing,
  });
}

function pathFrom(graph: Graph, trained: ReadonlySet<string>): ReturnType<typeof gradientPath> {
  return gradientPath(graph, { trained, outputs: graph.outputs.map(({ name }) => name) });
}
