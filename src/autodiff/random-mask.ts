import { int64Tensor, sizeOf } from "../graph/tensor.ts";
import type { Expressions } from "./expressions.ts";

/**
 * A Dropout mask as integer arithmetic of the graph: 1 / (1 - ratio) where the place is kept, else 0.
 * Place i is kept where output i of SplitMix32, started from the seed, is at least ratio · 2³². Counter-based: no state,
 * and the same bits on every runtime, which its own random operators do not promise.
 * Shapes: seed scalar int64 in [0, 2³²) -> float32 `dims`. Witness: the same generator in base/random.ts.
 */
export function dropoutMask(
  e: Expressions,
  { seed, dims, ratio }: { seed: string; dims: readonly number[]; ratio: number },
): string {
  const b = e.builder;
  const whole = (value: number): string => b.constant(int64Tensor([], [value]));
  const places = b.op("Range", [whole(1), whole(sizeOf(dims) + 1), whole(1)]);
  const bits = splitMix(e, e.add(seed, e.mul(places, whole(goldenGamma))));
  const kept = b.op("GreaterOrEqual", [bits, whole(Math.round(ratio * 2 ** 32))]);
  return e.reshape(e.mul(b.op("Cast", [kept], { to: 1 }), 1 / (1 - ratio)), dims);
}

/** The seed of one layer in one step: output `index` of SplitMix32 started from the step's seed. Scalar int64. */
export function layerSeed(e: Expressions, stepSeed: string, index: number): string {
  const offset = e.builder.constant(int64Tensor([], [((index + 1) * goldenGamma) % 2 ** 32]));
  return splitMix(e, e.add(stepSeed, offset));
}

/** 2³² / φ, odd: steps of this size visit every 32-bit state. */
const goldenGamma = 0x9e3779b9;

/** SplitMix32's output function, in int64 kept below 2³² so that no product overflows. */
function splitMix(e: Expressions, state: string): string {
  const b = e.builder;
  const whole = (value: number): string => b.constant(int64Tensor([], [value]));
  const low32 = (x: string): string => b.op("BitwiseAnd", [x, whole(2 ** 32 - 1)]);
  const folded = (x: string, shift: number): string => b.op("BitwiseXor", [x, e.div(x, whole(2 ** shift))]);
  const first = low32(e.mul(folded(low32(state), 16), whole(0x21f0aaad)));
  const second = low32(e.mul(folded(first, 15), whole(0x735a2d97)));
  return folded(second, 15);
}
