import { RootstockError } from "../base/errors.ts";
import type { WorkOptions } from "../base/events.ts";
import type { LoadedModel } from "../bundle/load-model.ts";
import { type Prediction, toPrediction } from "../bundle/run-model.ts";
import { familiarityFor, familiarityOf } from "../evaluate/familiarity.ts";
import { decodeImage } from "../image/decode.ts";

/** What is said beside a prediction where photos of none of the classes are looked for. */
export interface UnknownAnswer {
  /** Whether it is taken for a photo of none of the classes; `label` is then "unknown". */
  readonly isUnknown: boolean;
  /** The class that it is most like all the same. */
  readonly nearest: string;
}

/** What stands in the place of a class. */
export const unknownLabel = "unknown";

/**
 * The least familiarity at which a photo gets a class, so that at least `keep` of the classes' own photos do; null where every photo
 * gets one. Throws E_OPTION where the model has no rule, or comes from too few photos for this one.
 */
export function leastFamiliarity(
  { record, folder }: Pick<LoadedModel, "record" | "folder">,
  keep: number | undefined,
): number | null {
  if (keep === undefined) return null;
  const rule = record.unknown ?? null;
  const least = rule === null ? null : familiarityFor(rule, keep);
  if (least !== null) return least;
  const had =
    rule === null
      ? "none: no photo was held out when it was made"
      : `those of ${rule.photos} photos, enough for ${rule.levels.at(-1)?.keep ?? 0}`;
  throw new RootstockError(
    "E_OPTION",
    `model ${JSON.stringify(folder)}: expected scores of held-out photos that promise to keep ${keep} of the answers, got ${had}.`,
    {
      hint: "A model of `compare` has them, and one of `train` on features; a lower --unknown-keep asks for fewer photos.",
    },
  );
}

/** The prediction for a file, with what is said of its belonging to any class. */
export async function predictOrUnknown(
  model: LoadedModel,
  path: string,
  { least, ...options }: WorkOptions & { least: number },
): Promise<Prediction & UnknownAnswer> {
  const logits = await model.logits(await decodeImage(path, options), options);
  const { label: nearest, ...prediction } = toPrediction(model.labels, logits);
  const isUnknown = familiarityOf(logits) < least;
  return { label: isUnknown ? unknownLabel : nearest, ...prediction, isUnknown, nearest };
}
