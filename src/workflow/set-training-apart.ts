import { RootstockError } from "../base/errors.ts";
import type { Report } from "../base/events.ts";
import { formatQuantity } from "../base/format-number.ts";
import type { Manifest } from "../data/manifest.ts";
import { type Sentence, tell } from "../words/fact.ts";

/**
 * Parts what a model was trained on from what is new to it, by the photos' bytes; `seen` is null where it does not tell.
 * Says what it left out, or did not. Throws E_LEAK where nothing new is left.
 */
export function setTrainingApart(
  manifest: Manifest,
  seen: ReadonlySet<string> | null,
  { includesTraining, report }: { includesTraining: boolean; report: Report },
): { manifest: Manifest; trainingImages: number | null } {
  const warn = (sentence: Sentence): void => report({ type: "warning", code: "E_LEAK", ...sentence });
  if (seen === null) {
    warn(tell("trainingUnknown"));
    return { manifest, trainingImages: null };
  }
  const rows = manifest.rows.filter(({ sha256 }) => !seen.has(sha256));
  const [all, known] = [manifest.rows.length, manifest.rows.length - rows.length];
  if (known === 0) return { manifest, trainingImages: 0 };
  if (includesTraining) {
    warn(tell("trainedOnThese", { known, all }));
    return { manifest, trainingImages: known };
  }
  if (rows.length === 0) throw nothingNew(known);
  warn(tell("trainedLeftOut", { known, all }));
  return { manifest: { ...manifest, rows }, trainingImages: known };
}

function nothingNew(known: number): RootstockError {
  return new RootstockError(
    "E_LEAK",
    `evaluate: expected photos that the model was not trained on, got ${formatQuantity(known, "image")}, every one of them trained on.`,
    {
      hint: "Give photos that it has not seen; `compare` measures by cross-validation. --include-training shows how well it remembers.",
    },
  );
}
