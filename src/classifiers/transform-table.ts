import { balance, standardise } from "./affine-columns.ts";
import { normaliseRows, signedSquareRoot } from "./row-transforms.ts";
import type { Transform } from "./transform.ts";

/** Every transform, as recipes name it. */
export const transformTable = {
  standardise,
  balance,
  l2: normaliseRows,
  "signed-sqrt": signedSquareRoot,
} as const satisfies Readonly<Record<string, Transform>>;

export type TransformName = keyof typeof transformTable;

export const transformNames = Object.keys(transformTable) as [TransformName, ...TransformName[]];
