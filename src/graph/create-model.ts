import type { Graph, Model } from "./graph.ts";
import { domainsOf, irVersionOf, neededOpset, runtimeDomains } from "./onnx/needed-opset.ts";

/**
 * A graph in written form (see `upgradeOpset`) as a model, in the lowest opset that has its operators: 19 for all that we
 * write ourselves, later where a network brings younger ones. So the file runs on as many runtimes as it can.
 */
export function createModel(graph: Graph, metadata: Iterable<[string, string]> = []): Model {
  const opset = neededOpset(graph);
  const others = [...domainsOf(graph)].map((domain) => [domain, runtimeDomains.get(domain) ?? 1] as const);
  return {
    graph,
    irVersion: irVersionOf(opset),
    opsets: new Map([["", opset], ...others]),
    producer: "rootstock",
    metadata: new Map(metadata),
  };
}
