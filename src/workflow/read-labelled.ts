import { type ErrorCode, RootstockError } from "../base/errors.ts";
import type { Report, WorkOptions } from "../base/events.ts";
import { withoutLabel } from "../data/found-images.ts";
import type { Manifest } from "../data/manifest.ts";
import { type DataOptions, readData } from "./read-data.ts";

/** Findings that only matter to who trains: nothing is learnt here, so one class will do, and no split leaks. */
const trainingFindings: ReadonlySet<string> = new Set<ErrorCode>([
  "E_LEAK",
  "E_IMBALANCE",
  "E_CLASS_TOO_SMALL",
  "E_HOLDOUT_ONLY",
]);

/**
 * A data set to measure on: its labelled pictures, of however few classes; one without a label cannot be judged, and is
 * named among the skipped. Throws E_DATA where none is left, and what reading throws.
 */
export async function readLabelled(
  data: string,
  { report, by = "evaluate", ...options }: WorkOptions & DataOptions & { report: Report; by?: string },
): Promise<Manifest> {
  const manifest = await readData(data, {
    ...options,
    purpose: "use",
    report: (event) => {
      if (event.type !== "warning" || !trainingFindings.has(event.code)) report(event);
    },
  });
  const rows = manifest.rows.filter(({ label }) => label !== null);
  const nameless = manifest.rows.filter(({ label }) => label === null).map(({ path }) => path);
  const skipped = [...manifest.skipped, ...nameless.map((path) => withoutLabel(path, labelHint))];
  if (rows.length === 0) throw nothingUsable(by, { ...manifest, skipped });
  return { ...manifest, rows, skipped };
}

const labelHint =
  "Put it into a folder with the name of its class, and name the folder around that one; `predict` needs no labels.";

function nothingUsable(by: string, { skipped }: Manifest): RootstockError {
  const [first] = skipped;
  return new RootstockError(
    "E_DATA",
    `${by}: expected a picture with a label, got none of ${skipped.length}. ${first?.message ?? ""}`.trimEnd(),
    { hint: first?.hint ?? labelHint },
  );
}
