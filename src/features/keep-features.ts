import { toErrorRecord } from "../base/errors.ts";
import type { Report } from "../base/events.ts";
import { type Matrix, selectRows } from "../base/matrix.ts";
import type { FeatureCache } from "./feature-cache.ts";
import { tell } from "../words/fact.ts";

/** Pictures in a segment. With those under way, a kill costs at most 64. */
export const segmentSize = 32;

/** Keeps computed rows of a matrix in a cache, in segments. */
export interface FeatureKeeper {
  add(row: number): Promise<void>;
  /** Keeps what is left. */
  flush(): Promise<void>;
}

/**
 * A keeper for the rows of `matrix`. A cache is a convenience: when it cannot be written (disk full, no permission),
 * that is told once as a warning and the run goes on without keeping.
 */
export function createFeatureKeeper(
  cache: FeatureCache,
  { matrix, sha256s, report }: { matrix: Matrix; sha256s: readonly string[]; report?: Report | undefined },
): FeatureKeeper {
  let pending: number[] = [];
  let hasFailed = false;
  const flush = async (): Promise<void> => {
    const rows = pending;
    pending = [];
    if (rows.length === 0 || hasFailed) return;
    const names = rows.map((row) => sha256s[row]!);
    await cache.append(names, selectRows(matrix, rows)).catch((error: unknown) => {
      hasFailed = true;
      const { code, message } = toErrorRecord(error);
      report?.({ type: "warning", code, ...tell("featuresNotKept", { code, message }) });
    });
  };
  return {
    flush,
    add: async (row) => {
      pending.push(row);
      if (pending.length >= segmentSize) await flush();
    },
  };
}
