import { type Matrix, createMatrix } from "../../base/matrix.ts";
import { type Pause, createPause } from "../../base/pause.ts";
import type { FitOptions } from "../classifier.ts";
import type { FittedTransform } from "./transform.ts";
import { type TransformSpec, transformOf } from "./transform-table.ts";

/** Rows that are transformed at a time, by the values that they hold. */
const blockValues = 2 ** 20;

/** What transforms are fitted with. */
export interface FitTransformsOptions extends FitOptions {
  /** Columns of each backbone. */
  readonly blocks: readonly number[];
  /** Whether the features' memory may be written over: nobody else reads it. */
  readonly isOwn: boolean;
}

/** Fits transforms one after the other, each on what those before it made of the rows. Shapes: N x D -> N x E. */
export async function fitTransforms(
  features: Matrix,
  specs: readonly TransformSpec[],
  { blocks, isOwn, ...options }: FitTransformsOptions,
): Promise<{ steps: FittedTransform[]; output: Matrix }> {
  const steps: FittedTransform[] = [];
  let output = features;
  for (const spec of specs) {
    const settings = { ...options, pause: createPause(options.signal) };
    const step = await transformOf(spec).fit(output, steps.at(-1)?.blocks ?? blocks, settings);
    const isFree = isOwn || output !== features;
    output = await applyInBlocks(step, output, { isFree, pause: settings.pause });
    steps.push(step);
  }
  return { steps, output };
}

/**
 * A transform sees each row by itself, so blocks of rows may be done one after the other; in the memory of the features
 * where they are free and their width stays. Shapes: N x D -> N x E.
 */
export async function applyInBlocks(
  step: FittedTransform,
  features: Matrix,
  { isFree, pause }: { isFree: boolean; pause: Pause },
): Promise<Matrix> {
  const columns = step.blocks.reduce((sum, block) => sum + block, 0);
  const memory = isFree && columns === features.columns ? features.data : undefined;
  const out = createMatrix(features.rows, columns, memory);
  const rows = Math.max(1, Math.floor(blockValues / features.columns));
  for (let from = 0; from < features.rows; from += rows) {
    await pause();
    const data = features.data.subarray(from * features.columns, (from + rows) * features.columns);
    const block = createMatrix(data.length / features.columns, features.columns, data);
    out.data.set(step.apply(block).data, from * columns);
  }
  return out;
}
