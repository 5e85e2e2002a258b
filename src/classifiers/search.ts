import { type Algebra, plainAlgebra, rememberGram, stoppableAlgebra } from "../base/algebra.ts";
import type { Matrix } from "../base/matrix.ts";
import type { Classifier, FitOptions, HyperParameters } from "./classifier.ts";
import { type MomentMemory, createMomentMemory } from "./statistics/moment-memory.ts";
import { fitTransforms } from "./transforms/fit-transforms.ts";
import type { FittedTransform } from "./transforms/transform.ts";
import type { TransformSpec } from "./transforms/transform-table.ts";
import { type TuneOptions, type Tuned, tune } from "./tune.ts";

/** What is searched through. */
export interface SearchOptions extends TuneOptions {
  /** Ways to transform the features; of equals the first. */
  readonly alternatives: readonly (readonly TransformSpec[])[];
  /** Columns of each backbone. */
  readonly blocks: readonly number[];
  /** Whether the features' memory may be written over. */
  readonly isOwn: boolean;
}

/** The best transforms and hyper-parameters, with what the fit on all rows needs. */
export interface Found {
  readonly transforms: readonly TransformSpec[];
  readonly steps: readonly FittedTransform[];
  /** The features, transformed. Shape: N x E. */
  readonly output: Matrix;
  readonly tuned: Tuned;
  /** Remembers Gram matrix and moments of `output`. */
  readonly fitting: FitOptions & { readonly algebra: Algebra; readonly memory: MomentMemory };
}

/** Of more rows than this only the first way to transform is tried: there each further one would take minutes. */
const searchedRows = 4096;

/**
 * Chooses transforms and hyper-parameters together by inner folds. Coarse: every way to transform with every other candidate.
 * Fine: the best way with the candidates between, next to the best one. With one way, or many rows, all candidates at once.
 * The search costs less than twice what one way alone would with all candidates.
 */
export async function search(
  classifier: Classifier,
  features: Matrix,
  labels: Int32Array,
  options: SearchOptions,
): Promise<Found> {
  const { candidates, blocks } = options;
  const alternatives = labels.length > searchedRows ? options.alternatives.slice(0, 1) : options.alternatives;
  const isWide = alternatives.length > 1;
  const isOwn = options.isOwn && !isWide;
  const coarse = isWide ? everyOther(candidates) : candidates;
  let best: Found | null = null;
  for (const transforms of alternatives) {
    const fitting = {
      ...options,
      algebra: rememberGram(stoppableAlgebra(options.algebra ?? plainAlgebra, options.signal)),
      memory: createMomentMemory(),
    };
    const { steps, output } = await fitTransforms(features, transforms, { ...fitting, blocks, isOwn });
    const tuned = await tune(classifier, output, labels, { ...fitting, candidates: coarse });
    if (best === null || isBetter(tuned, best.tuned)) best = { transforms, steps, output, tuned, fitting };
    if (Number.isNaN(tuned.innerAccuracy)) break; // nothing can be told apart
  }
  const found = best!;
  const fine = isWide ? between(candidates, found.tuned.parameters) : [];
  if (fine.length === 0 || Number.isNaN(found.tuned.innerAccuracy)) return found;
  const tuned = await tune(classifier, found.output, labels, { ...found.fitting, candidates: fine });
  return isBetter(tuned, found.tuned) ? { ...found, tuned } : found;
}

/** By accuracy on the inner folds, then by log loss there. */
function isBetter(one: Tuned, other: Tuned): boolean {
  if (one.innerAccuracy !== other.innerAccuracy) return one.innerAccuracy > other.innerAccuracy;
  return one.logLoss < other.logLoss - 1e-9;
}

/** The second of every two, so that the ends of a short list do not weigh too much; all of three or fewer. */
function everyOther(candidates: readonly HyperParameters[]): readonly HyperParameters[] {
  return candidates.length <= 3 ? candidates : candidates.filter((_, i) => i % 2 === 1);
}

/** The neighbours of a candidate in the list that the coarse search left out. */
function between(candidates: readonly HyperParameters[], best: HyperParameters): readonly HyperParameters[] {
  if (candidates.length <= 3) return [];
  const at = candidates.indexOf(best);
  return [candidates[at - 1], candidates[at + 1]].filter((one) => one !== undefined);
}
