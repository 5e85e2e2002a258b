import type { GraphNode } from "../../graph/graph.ts";
import type { ElementType } from "../../graph/tensor.ts";
import type { Expressions } from "../expressions.ts";

/** A value of the forward graph. All its dimensions are known: a training graph has a fixed batch. */
export interface KnownValue {
  readonly name: string;
  readonly dims: readonly number[];
  readonly type: ElementType;
}

/** What a gradient rule sees of its node. */
export interface RuleContext {
  readonly node: GraphNode;
  readonly e: Expressions;
  /** Input i. Throws E_SHAPE when the node leaves it out. */
  input(i: number): KnownValue;
  /** Output i; 0 is the one that carries the gradient in most operators. */
  output(i?: number): KnownValue;
  /** dL/d(output i); zeros where nothing reads that output. Shape: that of the output. */
  upstream(i?: number): string;
  /**
   * The whole numbers of input i (a shape, axes, pads), or undefined where the node leaves it out.
   * Throws E_NO_GRADIENT when they are computed from data.
   */
  integers(i: number): readonly number[] | undefined;
  /** The numbers of input i where they are a short constant; undefined where it is absent, long or computed. */
  constants(i: number): readonly number[] | undefined;
}

/**
 * The vector-Jacobian product of one operator: for each input, how to write dL/d(input) from dL/d(output).
 * Only the thunks of inputs that lead to a trained parameter are called.
 * `undefined` states that the input has no gradient by nature: a shape, an index, a bound.
 */
export type GradientRule = (context: RuleContext) => readonly ((() => string) | undefined)[];
