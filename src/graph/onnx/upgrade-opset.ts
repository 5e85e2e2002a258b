import { RootstockError, quoteList } from "../../base/errors.ts";
import { createModel } from "../create-model.ts";
import type { Attribute, Graph, GraphNode, Model } from "../graph.ts";
import { domainsOf, runtimeDomains } from "./needed-opset.ts";
import { tensorOf } from "../node-attributes.ts";
import { type Tensor, numbersOf } from "../tensor.ts";
import { type UpgradeSite, upgradeRules } from "./upgrade-rules.ts";
import { isReadableOpset, opsetHint, readableOpsets } from "./validate-model.ts";

/**
 * The same network in written form, so that it can be joined with others and with our own graphs: the form that its
 * operators have had from opset 19 on, or got later. It is labelled with the lowest opset that has them all.
 * Operators whose form changed before are rewritten by the table of `upgrade-rules.ts`; the rest keep theirs.
 * Throws E_OPERATOR listing the nodes that have no equivalent, those of domains that the runtime does not know, and for an
 * opset outside 7 to 26.
 */
export function upgradeOpset(model: Model): Model {
  const from = model.opsets.get("") ?? 0;
  if (!isReadableOpset(from))
    throw new RootstockError(
      "E_OPERATOR",
      `opset: expected ${readableOpsets.from} to ${readableOpsets.to}, got ${from}.`,
      { hint: opsetHint },
    );
  const refused: string[] = [];
  const graph = upgradeGraph(model.graph, { from, refused });
  if (refused.length > 0)
    throw new RootstockError(
      "E_OPERATOR",
      `opset: expected operators that newer opsets have too, got ${refused.length} nodes that cannot be ` +
        `rewritten from ${from}: ${quoteList(refused)}.`,
      { hint: "Export the network again with opset 19 or above." },
    );
  requireKnownDomains(graph);
  const { opsets, irVersion } = createModel(graph);
  return { ...model, graph, opsets, irVersion };
}

function requireKnownDomains(graph: Graph): void {
  const strange = [...domainsOf(graph)].filter((domain) => !runtimeDomains.has(domain));
  if (strange.length === 0) return;
  throw new RootstockError(
    "E_OPERATOR",
    `operators: expected those of ONNX, or of ${quoteList([...runtimeDomains.keys()])}, got some of ${quoteList(strange)}.`,
    { hint: "Export the network again with standard operators alone." },
  );
}

interface Span {
  readonly from: number;
  readonly refused: string[];
}

function upgradeGraph(graph: Graph, span: Span): Graph {
  const initializers = new Map(graph.initializers);
  const constants = new Map(graph.initializers);
  for (const node of graph.nodes) {
    const value = node.operator === "Constant" ? tensorOf(node, "value") : undefined;
    if (value !== undefined) constants.set(node.outputs[0]!, value);
  }
  const nodes = graph.nodes.flatMap((node) =>
    upgradeNode(withUpgradedBodies(node, span), { span, initializers, constants }),
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

interface Place {
  readonly span: Span;
  readonly initializers: Map<string, Tensor>;
  readonly constants: ReadonlyMap<string, Tensor>;
}

/** Rules apply in the order of their opsets, each to what the one before it left. */
function upgradeNode(node: GraphNode, { span, initializers, constants }: Place): GraphNode[] {
  if (node.domain !== "") return [node];
  const site: UpgradeSite = {
    constant: (tensor) => {
      const name = `${node.outputs[0]}:constant${initializers.size}`;
      initializers.set(name, tensor);
      return name;
    },
    numbersOf: (name) => {
      const tensor = initializers.get(name) ?? constants.get(name);
      return tensor && numbersOf(tensor);
    },
  };
  let nodes: GraphNode[] = [node];
  for (const { operators, opset, upgrade } of upgradeRules) {
    if (opset <= span.from) continue;
    nodes = nodes.flatMap((item) => {
      if (!operators.includes(item.operator)) return [item];
      const upgraded = upgrade(item, site);
      if (upgraded === undefined) span.refused.push(`${node.name} (${node.operator})`);
      return upgraded ?? [];
    });
  }
  return nodes;
}
