import { RootstockError } from "../base/errors.ts";
import type { Attribute, Graph, GraphNode } from "./graph.ts";
import type { Tensor } from "./tensor.ts";

/** What each kind of attribute holds. */
type Values = { [A in Attribute as A["kind"]]: A["value"] };

/** An attribute's value, or undefined where the node has none. Throws E_ONNX for one of another kind. */
export function attributeOf<K extends keyof Values>(
  node: GraphNode,
  name: string,
  kind: K,
): Values[K] | undefined {
  const attribute = Object.hasOwn(node.attributes, name) ? node.attributes[name] : undefined;
  if (attribute === undefined) return undefined;
  const isEmptyList = Array.isArray(attribute.value) && attribute.value.length === 0; // fits every list kind
  if (attribute.kind !== kind && !(isEmptyList && kind.endsWith("s")))
    throw new RootstockError(
      "E_ONNX",
      `node "${node.name}" (${node.operator}): expected attribute ${name} of kind ${kind}, got ${attribute.kind}.`,
    );
  return attribute.value as Values[K];
}

/** A whole number, or the default that the operator's specification gives. */
export function intOf(node: GraphNode, name: string, fallback: number): number {
  return attributeOf(node, name, "int") ?? fallback;
}

/** A number; `fallback` where the node does not have it. Throws E_ONNX for one of another kind. */
export function floatOf(node: GraphNode, name: string, fallback: number): number {
  return attributeOf(node, name, "float") ?? fallback;
}

/** A text, as `floatOf`. */
export function stringOf(node: GraphNode, name: string, fallback: string): string {
  return attributeOf(node, name, "string") ?? fallback;
}

/** A list of whole numbers, if the node has it. */
export function intsOf(node: GraphNode, name: string): readonly number[] | undefined {
  return attributeOf(node, name, "ints");
}

/** A tensor, if the node has it. */
export function tensorOf(node: GraphNode, name: string): Tensor | undefined {
  return attributeOf(node, name, "tensor");
}

/** A graph, if the node has it. */
export function graphOf(node: GraphNode, name: string): Graph | undefined {
  return attributeOf(node, name, "graph");
}
