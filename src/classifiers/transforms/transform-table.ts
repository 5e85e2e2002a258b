import { balance, standardise } from "./affine-columns.ts";
import { principalComponents } from "./principal-components.ts";
import { normaliseRows, signedSquareRoot } from "./row-transforms.ts";
import type { Transform } from "./transform.ts";

/** Every transform that is named alone, as recipes name it. */
export const transformTable = {
  standardise,
  balance,
  l2: normaliseRows,
  "signed-sqrt": signedSquareRoot,
} as const satisfies Readonly<Record<string, Transform>>;

/** One of the transforms that are named alone. */
export type TransformName = keyof typeof transformTable;

/** Their names, in the order of the table. */
export const transformNames = Object.keys(transformTable) as [TransformName, ...TransformName[]];

/** A transform as a recipe has it: its name, or `{ pca: 64 }`, the number of components to keep. */
export type TransformSpec = TransformName | { readonly pca: number };

/** The transform that a recipe asks for. */
export function transformOf(spec: TransformSpec): Transform {
  return typeof spec === "string" ? transformTable[spec] : principalComponents(spec.pca);
}
