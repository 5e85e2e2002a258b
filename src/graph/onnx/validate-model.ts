import { RootstockError } from "../../base/errors.ts";
import { checkedByteLength } from "./decode-tensor.ts";
import type { Graph, GraphNode, Model, ValueInfo } from "../graph.ts";

/** Far above any real network, low enough that a hostile file costs little. */
export const modelLimits = { nodes: 100_000, subgraphDepth: 8, nameLength: 4096 } as const;

/** Standard opsets that we read. Older ones lack today's forms, newer ones are beyond the runtime we ship (1.30 runs 26). */
export const readableOpsets = { from: 7, to: 26 } as const;

/**
 * The whole invariant of a model, checked at once:
 * a readable standard opset; every domain in use imported; in each graph value names are not empty and made once,
 * nodes stand in topological order and read only what exists before them (or in an enclosing graph), outputs exist,
 * dimensions are whole and not negative, tensor bytes fit their dims; counts and depth bounded.
 * Collects every fault and throws one E_ONNX naming the first five.
 */
export function validateModel(model: Model): void {
  const walk = startWalk(model.opsets.keys());
  const opset = model.opsets.get("");
  const isReadable = isReadableOpset(opset);
  if (!isReadable)
    walk.fault(`opset: expected ${readableOpsets.from} to ${readableOpsets.to}, got ${opset ?? "none"}`);
  if (model.graph.outputs.length === 0) walk.fault("graph: expected at least one output, got none");
  validateGraph(model.graph, { walk, depth: 0, names: new Set(), outer: undefined });
  finish(walk, isReadable ? undefined : opsetHint);
}

/** True for the standard opsets that are read. */
export function isReadableOpset(opset: number | undefined): opset is number {
  return opset !== undefined && opset >= readableOpsets.from && opset <= readableOpsets.to;
}

/** What to do with a network of another opset. */
export const opsetHint =
  `Export the network again with an opset of ${readableOpsets.from} to ${readableOpsets.to}: ` +
  "torch.onnx.export(..., opset_version=20).";

interface Walk {
  readonly domains: ReadonlySet<string>;
  readonly faults: string[];
  faultCount: number;
  nodeCount: number;
  fault(what: string): void;
}

/** Counts every fault and keeps the first five, so that a hostile file cannot fill memory with messages. */
function startWalk(domains: Iterable<string>): Walk {
  const walk: Walk = {
    domains: new Set(domains),
    faults: [],
    faultCount: 0,
    nodeCount: 0,
    fault: (what) => {
      if ((walk.faultCount += 1) <= 5) walk.faults.push(what);
    },
  };
  return walk;
}

/** The names made so far in one graph, and the graph around it. */
interface Scope {
  readonly walk: Walk;
  readonly depth: number;
  readonly names: Set<string>;
  readonly outer: Scope | undefined;
}

function isKnown(name: string, scope: Scope | undefined): boolean {
  for (let at = scope; at !== undefined; at = at.outer) if (at.names.has(name)) return true;
  return false;
}

function define(name: string, what: string, scope: Scope): void {
  const limit = modelLimits.nameLength;
  if (name === "" || name.length > limit)
    scope.walk.fault(`${what}: expected a name of 1 to ${limit} characters, got ${name.length}`);
  if (isKnown(name, scope))
    scope.walk.fault(`${what} ${show(name)}: expected a name of its own, got one already in use`);
  scope.names.add(name);
}

function validateGraph(graph: Graph, scope: Scope): void {
  const { walk } = scope;
  if (scope.depth > modelLimits.subgraphDepth)
    throw invalid([`graph: expected subgraphs at most ${modelLimits.subgraphDepth} deep`], 1);
  for (const input of graph.inputs) define(input.name, "input", scope);
  for (const [name, tensor] of graph.initializers) {
    define(name, "initializer", scope);
    const expected = checkedByteLength(tensor.type, tensor.dims, `initializer ${show(name)}`);
    if (tensor.bytes.byteLength !== expected)
      walk.fault(`initializer ${show(name)}: expected ${expected} bytes, got ${tensor.bytes.byteLength}`);
  }
  for (const value of [...graph.inputs, ...graph.outputs]) validateDims(value, walk);
  for (const node of graph.nodes) validateNode(node, scope);
  for (const { name } of graph.outputs)
    if (!isKnown(name, scope))
      walk.fault(`output ${show(name)}: expected a value that is made somewhere, got none`);
}

function validateNode(node: GraphNode, scope: Scope): void {
  const { walk } = scope;
  const where = `node ${show(node.name)} (${node.operator.slice(0, 80)})`;
  if ((walk.nodeCount += 1) > modelLimits.nodes)
    throw invalid([`graph: expected at most ${modelLimits.nodes} nodes`], 1);
  if (node.operator === "") walk.fault(`${where}: expected an operator, got none`);
  if (!walk.domains.has(node.domain))
    walk.fault(`${where}: expected an imported domain, got ${show(node.domain)}`);
  for (const input of node.inputs)
    if (input !== "" && !isKnown(input, scope))
      walk.fault(`${where}: expected its inputs to be made before it, got ${show(input)}`);
  for (const [key, attribute] of Object.entries(node.attributes)) {
    if (attribute.kind === "graph")
      validateGraph(attribute.value, { walk, depth: scope.depth + 1, names: new Set(), outer: scope });
    if (attribute.kind === "tensor")
      checkedByteLength(attribute.value.type, attribute.value.dims, `${where}, attribute ${key}`);
  }
  for (const output of node.outputs) if (output !== "") define(output, `output of ${where}`, scope);
}

function validateDims(value: ValueInfo, walk: Walk): void {
  const isSane = value.dims?.every(
    (dim) => typeof dim === "string" || (Number.isSafeInteger(dim) && dim >= 0),
  );
  if (isSane === false)
    walk.fault(`value ${show(value.name)}: expected dimensions of 0 and above, got [${value.dims}]`);
}

function finish(walk: Walk, hint?: string): void {
  if (walk.faultCount > 0) throw invalid(walk.faults, walk.faultCount, hint);
}

function show(name: string): string {
  return JSON.stringify(name.slice(0, 80));
}

function invalid(
  faults: readonly string[],
  count: number,
  hint = "Check the file with onnx.checker, or export it again.",
): RootstockError {
  const rest = count > faults.length ? `; and ${count - faults.length} more` : "";
  return new RootstockError("E_ONNX", `onnx: the graph is not valid: ${faults.join("; ")}${rest}.`, {
    hint,
  });
}
