import { toErrorRecord } from "../base/errors.ts";
import type { Report } from "../base/events.ts";
import { createMatrix } from "../base/matrix.ts";
import type { FeatureCache } from "./feature-cache.ts";
import { tell } from "../words/fact.ts";

/** Pictures in a segment. With those under way, a kill costs at most 64. */
export const segmentSize = 32;

/** Keeps computed features in a cache, in segments. */
export interface FeatureKeeper {
  /** `features` must stay as they are until the keeper is flushed. */
  add(sha256: string, features: Float32Array): Promise<void>;
  /** Keeps what is left. */
  flush(): Promise<void>;
  /** False once the cache could not be written. */
  readonly isKeeping: boolean;
}

/**
 * A keeper of features of `columns` values. A cache is a convenience: when it cannot be written (disk full, no
 * permission), that is told once as a warning and the run goes on without keeping.
 */
export function createFeatureKeeper(
  cache: Pick<FeatureCache, "append">,
  { columns, report }: { readonly columns: number; readonly report?: Report | undefined },
): FeatureKeeper {
  let pending: (readonly [string, Float32Array])[] = [];
  let hasFailed = false;
  const flush = async (): Promise<void> => {
    const rows = pending;
    pending = [];
    if (rows.length === 0 || hasFailed) return;
    const segment = createMatrix(rows.length, columns);
    rows.forEach(([, features], i) => segment.data.set(features, i * columns));
    const names = rows.map(([sha256]) => sha256);
    await cache.append(names, segment).catch((error: unknown) => {
      hasFailed = true;
      const { code, message } = toErrorRecord(error);
      report?.({ type: "warning", code, ...tell("featuresNotKept", { code, message }) });
    });
  };
  return {
    flush,
    get isKeeping() {
      return !hasFailed;
    },
    add: async (sha256, features) => {
      pending.push([sha256, features]);
      if (pending.length >= segmentSize) await flush();
    },
  };
}
