import { RootstockError, quoteList } from "../base/errors.ts";
import type { Attribute, Graph, GraphNode, Model } from "./graph.ts";
import { type UpgradeSite, upgradeRules } from "./upgrade-rules.ts";
import type { Tensor } from "./tensor.ts";

/**
 * The same network in a newer standard opset, so that it can be joined with others.
 * Operators whose form changed in between are rewritten by the table of `upgrade-rules.ts`; the rest keep theirs.
 * Throws E_OPERATOR listing the nodes that have no equivalent, and for a target below the model's opset.
 */
export function upgradeOpset(model: Model, target: number): Model {
  const from = model.opsets.get("") ?? 0;
  if (from === target) return model;
  if (from > target || target > 21)
    throw new RootstockError("E_OPERATOR", `opset: expected a target of ${from} to 21, got ${target}.`, {
      hint: `Export the network with opset ${Math.min(target, 21)} or below.`,
    });
  const refused: string[] = [];
  const graph = upgradeGraph(model.graph, { from, target, refused });
  if (refused.length > 0)
    throw new RootstockError(
      "E_OPERATOR",
      `opset: expected operators that exist in opset ${target}, got ${refused.length} nodes that cannot be ` +
        `rewritten from ${from}: ${quoteList(refused)}.`,
      { hint: `Export the network again with opset ${target}.` },
    );
  return { ...model, graph, opsets: new Map([...model.opsets, ["", target]]) };
}

interface Span {
  readonly from: number;
  readonly target: number;
  readonly refused: string[];
}

function upgradeGraph(graph: Graph, span: Span): Graph {
  const initializers = new Map(graph.initializers);
  const nodes = graph.nodes.flatMap((node) =>
    upgradeNode(withUpgradedBodies(node, span), { span, initializers }),
  );
  return { ...graph, initializers, nodes };
}

function withUpgradedBodies(node: GraphNode, span: Span): GraphNode {
  const entries = Object.entries(node.attributes).map(([key, attribute]): [string, Attribute] => [
    key,
    attribute.kind === "graph" ? { kind: "graph", value: upgradeGraph(attribute.value, span) } : attribute,
  ]);
  return { ...node, attributes: Object.fromEntries(entries) };
}

/** Rules apply in the order of their opsets, each to what the one before it left. */
function upgradeNode(
  node: GraphNode,
  { span, initializers }: { span: Span; initializers: Map<string, Tensor> },
): GraphNode[] {
  if (node.domain !== "") return [node];
  const site: UpgradeSite = {
    from: span.from,
    constant: (tensor) => {
      const name = `${node.outputs[0]}:constant${initializers.size}`;
      initializers.set(name, tensor);
      return name;
    },
  };
  let nodes: GraphNode[] = [node];
  for (const { operators, opset, upgrade } of upgradeRules) {
    if (opset <= span.from || opset > span.target) continue;
    nodes = nodes.flatMap((item) => {
      if (!operators.includes(item.operator)) return [item];
      const upgraded = upgrade(item, site);
      if (upgraded === undefined) span.refused.push(`${node.name} (${node.operator})`);
      return upgraded ?? [];
    });
  }
  return nodes;
}
