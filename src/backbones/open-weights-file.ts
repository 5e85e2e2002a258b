import { RootstockError, quoteList } from "../base/errors.ts";
import type { WorkOptions } from "../base/events.ts";
import { cutAt } from "../graph/edit/cut-graph.ts";
import type { Model } from "../graph/graph.ts";
import type { Tensor } from "../graph/tensor.ts";
import type { Architecture } from "./architectures/architecture.ts";
import { withParameters } from "./architectures/initialise.ts";
import type { Card, CardLayer } from "./card.ts";
import { type ArchitectureMatch, matchArchitecture, valuesBehind } from "./match-architecture.ts";
import { openWeights } from "./weights/open-weights.ts";
import { tell } from "../words/fact.ts";

/** How a file of weights alone is opened. */
export interface OpenWeightsOptions extends WorkOptions {
  /** Whose graph the weights belong to; found by the tensors' names and shapes when left out. */
  readonly architecture?: string | undefined;
  /** Layers that will be used, "default" for the card's: what lies behind the last of them is not even read. */
  readonly layers?: readonly string[] | undefined;
}

/**
 * A file of weights (PyTorch's or safetensors) as a network: the architecture's graph with the file's tensors as its weights.
 * Only tensors that the wanted layers need are read, each by its place in the file.
 * Throws what `openWeights` and `matchArchitecture` throw, E_LAYER for a layer that is not there.
 */
export async function openWeightsFile(
  path: string,
  options: OpenWeightsOptions = {},
): Promise<{ readonly model: Model; readonly card: Card }> {
  await using file = await openWeights(path);
  const match = matchArchitecture(file.tensors, { name: options.architecture });
  const { architecture, leftOut } = match;
  if (leftOut.length > 0)
    options.report?.({ type: "notice", ...tell("tensorsLeftOut", { path, names: leftOut }) });
  const layers = presentLayers(match);
  const last = lastWanted(layers, architecture, options.layers);
  const needed = valuesBehind(architecture.graph, last.value);
  const tensors = new Map<string, Tensor>();
  for (const { name, dims } of architecture.parameters.filter((spec) => needed.has(spec.name))) {
    options.signal?.throwIfAborted();
    tensors.set(name, { ...(await match.tensors.get(name)!.read()), dims });
  }
  const model = withParameters(architecture, tensors);
  const isWhole = last.value === architecture.graph.outputs[0]!.name;
  const kept = layers.slice(0, layers.indexOf(last) + 1);
  return {
    model: isWhole ? model : cutAt(model, last.value),
    card: {
      ...architecture.card,
      layers: kept,
      ...(leftOut.length === 0
        ? {}
        : { notes: tell("tensorsLeftOut", { path: null, names: leftOut }).message }),
    },
  };
}

/** The layers whose parameters the file holds: all, or those of a file saved without its last part. */
function presentLayers({ architecture, tensors }: ArchitectureMatch): readonly CardLayer[] {
  const absent = new Set(
    architecture.parameters.filter(({ name }) => !tensors.has(name)).map(({ name }) => name),
  );
  if (absent.size === 0) return architecture.card.layers;
  return architecture.card.layers.filter(
    ({ value }) => ![...valuesBehind(architecture.graph, value)].some((name) => absent.has(name)),
  );
}

function lastWanted(
  layers: readonly CardLayer[],
  { card }: Architecture,
  wanted: readonly string[] | undefined,
): CardLayer {
  if (wanted === undefined || wanted.length === 0) return layers.at(-1)!;
  const names = wanted.map((name) => (name === "default" ? card.defaultLayer : name));
  const places = names.map((name) =>
    layers.findIndex((layer) => layer.name === name || layer.value === name),
  );
  const unknown = names.filter((_, i) => places[i] === -1);
  if (unknown.length > 0)
    throw new RootstockError(
      "E_LAYER",
      `layer ${quoteList(unknown)}: not in these weights of ${card.name}.`,
      {
        hint: `They have ${layers.map(({ name }) => name).join(", ")}.`,
      },
    );
  return layers[Math.max(...places)]!;
}
