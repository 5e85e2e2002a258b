import type { Algebra } from "../../base/algebra.ts";
import type { Pause } from "../../base/pause.ts";
import { type ClassMoments, type LabelledRows, type MomentDetail, momentsOf } from "./class-moments.ts";
import { presentMoments } from "./derive-moments.ts";

/** The moments of the last rows that were passed: the fit after tuning has the same rows and need not pass them again. */
export interface MomentMemory {
  keep(set: LabelledRows, moments: ClassMoments): void;
  /** Undefined unless the very same features with the same classes were kept, in at least this detail. */
  recall(set: LabelledRows, detail: MomentDetail): ClassMoments | undefined;
}

/** What taking moments uses. */
export interface MomentWork {
  readonly memory?: MomentMemory | undefined;
  readonly algebra?: Algebra | undefined;
  readonly pause?: Pause | undefined;
  /** Told the number of rows behind it. */
  readonly onRows?: ((count: number) => void) | undefined;
}

/** A memory for one fit. Labels are compared one by one; only the classes that have a row count. */
export function createMomentMemory(): MomentMemory {
  let kept: { features: LabelledRows["features"]; labels: Int32Array; moments: ClassMoments } | undefined;
  return {
    keep: ({ features, labels }, moments) => {
      const present = [...moments.counts.keys()].filter((k) => moments.counts[k]! > 0);
      const dense = new Map(present.map((k, at) => [k, at]));
      const renumbered = labels.map((label) => dense.get(label)!);
      kept = { features, labels: renumbered, moments: presentMoments(moments) };
    },
    recall: ({ features, labels }, detail) => {
      if (kept?.features !== features || !labels.every((label, i) => label === kept!.labels[i]))
        return undefined;
      return detail === "products" && kept.moments.products === undefined ? undefined : kept.moments;
    },
  };
}

/** The moments of a training set, all of whose classes have a row: those remembered, or taken now. */
export async function recallMoments(
  set: LabelledRows,
  detail: MomentDetail,
  { memory, algebra, pause }: MomentWork,
): Promise<ClassMoments> {
  return memory?.recall(set, detail) ?? (await momentsOf(set, { detail, algebra, pause }));
}
