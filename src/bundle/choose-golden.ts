import { readFile } from "node:fs/promises";
import type { WorkOptions } from "../base/events.ts";
import { argmax } from "../base/matrix.ts";
import { decodeImage } from "../image/decode.ts";
import { drawGoldenPicture } from "../image/draw-golden-picture.ts";
import { encodePng } from "../image/encode-png.ts";
import type { GoldenImage, GoldenKind } from "./bundle-record.ts";
import { type LoadedModel } from "./load-model.ts";

/** A golden image: its entry in the record, and the PNG that goes beside it. */
export interface GoldenPicture extends GoldenImage {
  readonly png: Uint8Array;
}

/** Where golden images may come from: paths of training photos, a few of each class first; read for `photos` alone. */
export interface GoldenSource {
  readonly kind: GoldenKind;
  readonly photos: readonly string[];
}

const goldenLimit = 6;
/** Pictures looked at: enough to find six that lead on hard data too, few enough to cost a large network seconds. */
const lookedAt = 48;
const longestSidePx = 256;
/** Who leads by this share of the range of its logits is taken at once. */
const clearLead = 0.1;
/**
 * Who leads by less is never taken. Runtimes differ by their order of adding, in proportion to the logits: the range of
 * those of a model that learnt little may be a ten-thousandth, and its differences are as small.
 */
const leastLead = 1e-3;
/** The same against the largest logit, whose own last digits a small lead would drown in. */
const leastDigits = 1e-5;

/**
 * Up to six golden images: PNGs, so that every runtime decodes the same pixels, with what this very model says of them.
 * The first six that lead clearly; where there are fewer, those that lead by most of the first 48. None where no
 * picture leads by enough to be told from its runner-up.
 */
export async function chooseGolden(
  model: LoadedModel,
  source: GoldenSource,
  options: WorkOptions = {},
): Promise<GoldenPicture[]> {
  const seen: { lead: number; picture: Omit<GoldenPicture, "file"> }[] = [];
  for await (const png of pngsOf(source)) {
    const logits = [...(await model.logits(await decodeImage(png), options))];
    const lead = leadOf(logits);
    if (lead >= leastLead)
      seen.push({ lead, picture: { png, label: model.labels[argmax(logits)]!, logits } });
    if (seen.filter((one) => one.lead >= clearLead).length === goldenLimit) break;
  }
  return seen
    .toSorted((a, b) => Math.min(b.lead, clearLead) - Math.min(a.lead, clearLead))
    .slice(0, goldenLimit)
    .map(({ picture }, i) => ({ file: `golden/${i + 1}.png`, ...picture }));
}

async function* pngsOf({ kind, photos }: GoldenSource): AsyncGenerator<Uint8Array> {
  if (kind === "synthetic") for (let i = 0; i < lookedAt; i += 1) yield await encodePng(drawGoldenPicture(i));
  if (kind === "photos")
    for (const path of photos.slice(0, lookedAt))
      yield await encodePng(await decodeImage(await readFile(path)), { maxSidePx: longestSidePx });
}

/** (best - second) / (best - least); 0 where that is too little to be told apart, or a logit is no number. */
function leadOf(logits: readonly number[]): number {
  const sorted = [...logits].sort((a, b) => b - a);
  const [best, second, least] = [sorted[0]!, sorted[1]!, sorted.at(-1)!];
  const share = (best - second) / (best - least);
  const isEnough =
    share >= leastLead && best - second >= leastDigits * Math.max(Math.abs(best), Math.abs(least));
  return isEnough ? share : 0;
}
