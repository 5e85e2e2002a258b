import { RootstockError } from "../../base/errors.ts";
import { fromFront, product, unknown } from "./dimensions.ts";
import type { Dimension, GraphNode } from "../graph.ts";
import { intsOf } from "../node-attributes.ts";
import type { ElementType } from "../tensor.ts";

/** What inference knows of a value. */
export interface InferredValue {
  readonly type: ElementType;
  readonly dims: readonly Dimension[];
}

/** The same with its numbers, where it is a short constant or shape arithmetic on known dimensions. */
export interface Operand extends InferredValue {
  /** Row-major; at most 1024, for scalars and vectors. A name stands for a free dimension, "" for an unknown number. */
  readonly values?: readonly Dimension[] | undefined;
}

/** Longest list of numbers followed through shape arithmetic. */
export const maximumValues = 1024;

/**
 * From what is known of a node's inputs to its outputs, in order; none where not even their rank can be told.
 * Throws E_SHAPE for inputs that do not fit.
 */
export type ShapeRule = (c: ShapeContext) => readonly InferredValue[];

/** What a shape rule sees of its node. */
export class ShapeContext {
  readonly node: GraphNode;
  readonly opset: number;
  readonly #operands: readonly (Operand | undefined)[];

  constructor(node: GraphNode, opset: number, operands: readonly (Operand | undefined)[]) {
    this.node = node;
    this.opset = opset;
    this.#operands = operands;
  }

  get inputCount(): number {
    return this.#operands.length;
  }

  /** Input i, which the operator requires. Throws E_SHAPE when absent. */
  input(i: number): Operand {
    const operand = this.#operands[i];
    if (operand === undefined) throw this.error(`expected an input ${i}, got none`);
    return operand;
  }

  /** Input i, or undefined where the node leaves it out. */
  optional(i: number): Operand | undefined {
    return this.#operands[i];
  }

  /** The numbers of an input; undefined where they are computed from data. */
  values(i: number): readonly Dimension[] | undefined {
    return this.#operands[i]?.values;
  }

  /** The numbers of an attribute in old opsets, of an input in newer ones; undefined where it is absent or computed. */
  attributeOrInput(name: string, i: number): readonly Dimension[] | undefined {
    return intsOf(this.node, name) ?? this.values(i);
  }

  /**
   * The same, with what is absent told from what is computed: `absent`, or as many unknown numbers as the input has
   * elements, or null where not even that is known.
   */
  listOr<T>(name: string, i: number, absent: T): readonly Dimension[] | T | null {
    const given = this.attributeOrInput(name, i);
    if (given !== undefined) return given;
    const operand = this.#operands[i];
    if (operand === undefined) return absent;
    const count = product(operand.dims);
    return typeof count === "number" ? unknownDims(count) : null;
  }

  /** An axis from the front. Throws E_SHAPE outside the rank. */
  axis(axis: Dimension, rank: number): number {
    const front = typeof axis === "number" ? fromFront(axis, rank) : undefined;
    if (front === undefined) throw this.error(`expected an axis within rank ${rank}, got ${axis}`);
    return front;
  }

  error(what: string): RootstockError {
    const dims = this.#operands.map((operand) =>
      operand ? `[${operand.dims.map((d) => d || "?")}]` : "absent",
    );
    return new RootstockError(
      "E_SHAPE",
      `node "${this.node.name}" (${this.node.operator}): ${what}; its inputs are ${dims.join(", ")}.`,
      { hint: "Check the size of the network's input, or export the network again." },
    );
  }
}

/** `count` dimensions of which nothing is known. */
export function unknownDims(count: number): Dimension[] {
  return Array.from({ length: count }, () => unknown);
}
