import { RootstockError } from "../base/errors.ts";
import type { Report } from "../base/events.ts";
import { formatCount, formatQuantity } from "../base/format-number.ts";
import type { Manifest } from "../data/manifest.ts";

/**
 * Parts what a model was trained on from what is new to it, by the photos' bytes; `seen` is null where it does not tell.
 * Says what it left out, or did not. Throws E_LEAK where nothing new is left.
 */
export function setTrainingApart(
  manifest: Manifest,
  seen: ReadonlySet<string> | null,
  { includesTraining, report }: { includesTraining: boolean; report: Report },
): { manifest: Manifest; trainingImages: number | null } {
  const warn = (message: string): void => report({ type: "warning", code: "E_LEAK", message });
  if (seen === null) {
    warn(
      "the model folder does not tell which photos it was trained on: those among these flatter the figures.",
    );
    return { manifest, trainingImages: null };
  }
  const rows = manifest.rows.filter(({ sha256 }) => !seen.has(sha256));
  const [all, known] = [manifest.rows.length, manifest.rows.length - rows.length];
  if (known === 0) return { manifest, trainingImages: 0 };
  if (includesTraining) {
    warn(
      `the model was trained on ${formatCount(known)} of these ${formatQuantity(all, "image")}: the figures flatter.`,
    );
    return { manifest, trainingImages: known };
  }
  if (rows.length === 0) throw nothingNew(known);
  warn(
    `the model was trained on ${formatCount(known)} of these ${formatQuantity(all, "image")}: ` +
      `left out, the figures are those of the other ${formatCount(rows.length)} (--include-training counts them too).`,
  );
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
