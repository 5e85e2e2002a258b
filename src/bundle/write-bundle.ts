import { createHash } from "node:crypto";
import { mkdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { RootstockError, explained } from "../base/errors.ts";
import type { WorkOptions } from "../base/events.ts";
import { argmax } from "../base/matrix.ts";
import type { Engine } from "../engine/engine.ts";
import { packageVersion } from "../files/package-version.ts";
import { encodeModel } from "../graph/encode-model.ts";
import type { Model } from "../graph/graph.ts";
import { decodeImage } from "../image/decode.ts";
import { encodePng } from "../image/encode-png.ts";
import type { BundleRecord, GoldenImage } from "./bundle-record.ts";
import { type LoadedModel, loadModel } from "./load-model.ts";
import { modelCard } from "./model-card.ts";
import { transformersConfig } from "./transformers-config.ts";

/** What the caller knows of the model; the rest of the record is made while writing. */
export type BundleFacts = Omit<BundleRecord, "format" | "rootstock" | "createdAt" | "golden" | "files">;

export interface BundleContent {
  readonly facts: BundleFacts;
  /** `pixel_values` [N, 3, H, W] 0 to 255 -> `logits` [N, K], preprocessing inside. */
  readonly model: Model;
  /** Paths of training images that may become golden ones, a few of each class first. */
  readonly goldenCandidates: readonly string[];
}

const goldenLimit = 6;
const goldenSidePx = 256;
/** A golden image's best logit leads by so much, so that a tolerated difference can never turn its label. */
export const goldenMargin = 0.1;

/**
 * Writes a model folder (DESIGN: the bundle) atomically: all of it appears under `folder`, or nothing does.
 * A model folder that is already there is replaced; any other folder is refused with E_BUNDLE.
 */
export async function writeBundle(
  folder: string,
  content: BundleContent,
  options: WorkOptions & { engine: Engine },
): Promise<BundleRecord> {
  await requireReplaceable(folder);
  const partial = join(dirname(folder), `.${basename(folder)}.partial-${process.pid}`);
  try {
    await rm(partial, { recursive: true, force: true });
    const record = await fill(partial, content, options);
    await rm(folder, { recursive: true, force: true });
    await rename(partial, folder);
    return record;
  } catch (cause) {
    throw explained(cause, { subject: JSON.stringify(folder), doing: "write" });
  } finally {
    await rm(partial, { recursive: true, force: true }).catch(() => undefined); // the first fault is the one to tell
  }
}

/** Throws E_BUNDLE when `folder` exists and is no model folder: better early than after an hour of training. */
export async function requireReplaceable(folder: string): Promise<void> {
  const isThere = await stat(folder).catch(() => null);
  if (isThere === null) return;
  const isBundle = await stat(join(folder, "rootstock.json")).catch(() => null);
  if (isBundle === null)
    throw new RootstockError("E_BUNDLE", `${JSON.stringify(folder)} exists and is no model folder.`, {
      hint: "Choose a new folder with --out; nothing was overwritten.",
    });
}

async function fill(
  folder: string,
  { facts, model, goldenCandidates }: BundleContent,
  options: WorkOptions & { engine: Engine },
): Promise<BundleRecord> {
  const files: Record<string, string> = {};
  const put = async (path: string, data: string | Uint8Array): Promise<void> => {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), data);
    files[path] = createHash("sha256").update(data).digest("hex");
  };
  const draft: BundleRecord = {
    format: 1,
    rootstock: packageVersion,
    createdAt: new Date().toISOString(),
    ...facts,
    golden: [],
    files: {},
  };
  await put("onnx/model.onnx", encodeModel(model));
  for (const [name, value] of Object.entries(transformersConfig(facts.labels))) await put(name, json(value));
  await put("README.md", modelCard(draft));
  await writeFile(join(folder, "rootstock.json"), json(draft));
  const golden = await chooseGolden(folder, goldenCandidates, { ...options, put });
  const record = { ...draft, golden, files };
  await writeFile(join(folder, "rootstock.json"), json(record));
  return record;
}

/** Reduced PNGs, so that every runtime decodes the same pixels, with what this very model says of them. */
async function chooseGolden(
  folder: string,
  candidates: readonly string[],
  options: WorkOptions & { engine: Engine; put: (path: string, data: Uint8Array) => Promise<void> },
): Promise<GoldenImage[]> {
  await using model = await loadModel(folder, options);
  const golden: GoldenImage[] = [];
  for (const path of candidates) {
    if (golden.length === goldenLimit) break;
    const png = await encodePng(await decodeImage(await readFile(path)), { maxSidePx: goldenSidePx });
    const logits = [...(await model.logits(await decodeImage(png), options))];
    if (marginOf(logits) < goldenMargin) continue;
    const file = `golden/${String(golden.length + 1)}.png`;
    await options.put(file, png);
    golden.push({ file, label: labelOf(model, logits), logits });
  }
  return golden;
}

function labelOf(model: LoadedModel, logits: readonly number[]): string {
  return model.labels[argmax(logits)]!;
}

function marginOf(logits: readonly number[]): number {
  const [first, second] = [...logits].sort((a, b) => b - a);
  return first! - second!;
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
