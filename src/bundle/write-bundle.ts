import { createHash } from "node:crypto";
import { mkdir, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { RootstockError, explained } from "../base/errors.ts";
import type { WorkEvent, WorkOptions } from "../base/events.ts";
import { isSystemError } from "../base/system-error.ts";
import type { Engine } from "../engine/engine.ts";
import { makeFolder } from "../files/make-folder.ts";
import { packageVersion } from "../files/package-version.ts";
import { encodeModel } from "../graph/onnx/encode-model.ts";
import type { Model } from "../graph/graph.ts";
import type { BundleRecord, GoldenImage, GoldenKind } from "./bundle-record.ts";
import { pythonScript } from "./card-usage.ts";
import { type GoldenSource, chooseGolden } from "./choose-golden.ts";
import { loadModel } from "./load-model.ts";
import { type Memory, encodeMemory, memoryFile, replayFile } from "./memory.ts";
import { modelCard } from "./model-card.ts";
import { clearPartials, partialOf, replaceFolder } from "./replace-folder.ts";
import { type Statistics, encodeStatistics, statisticsFile } from "./statistics.ts";
import { formatTrainingHashes, trainingHashFile } from "./training-hashes.ts";
import { transformersConfig } from "./transformers-config.ts";
import { tell } from "../words/fact.ts";

/** What the caller knows of the model; the rest of the record is made while writing. */
export type BundleFacts = Omit<
  BundleRecord,
  "format" | "rootstock" | "createdAt" | "golden" | "goldenKind" | "files"
>;

/** What a model folder is written from. */
export interface BundleContent {
  readonly facts: BundleFacts;
  /** `pixel_values` [N, 3, H, W] 0 to 255 -> `logits` [N, K], preprocessing inside. */
  readonly model: Model;
  /** sha256 of every photo that it was trained on; without them `evaluate` cannot tell them from new ones. */
  readonly trainingHashes?: readonly string[] | undefined;
  /** Where a model that is replaced is kept; by default it is gone. What lies there is removed. */
  readonly previous?: string | undefined;
  /** What it learnt, kept for those that work on with it; without it a model folder has none. */
  readonly memory?: Memory | null | undefined;
  /** Of a trained network, in the place of a memory. */
  readonly replay?: Memory | null | undefined;
  /** What it can be updated exactly from. */
  readonly statistics?: Statistics | null | undefined;
  /** Default "synthetic". */
  readonly golden?: GoldenKind | undefined;
  /** Paths of training images that may become golden ones where `golden` is "photos", a few of each class first. */
  readonly goldenCandidates?: readonly string[] | undefined;
}

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
  const partial = partialOf(folder);
  try {
    await clearPartials(folder);
    await rm(partial, { recursive: true, force: true });
    await makeFolder(partial, { subject: JSON.stringify(folder) });
    const record = await fill(partial, content, options);
    await replaceFolder(partial, folder, { previous: content.previous });
    return record;
  } catch (cause) {
    throw explained(
      cause,
      isInside(partial, cause) ? { subject: JSON.stringify(folder), doing: "write" } : {},
    );
  } finally {
    await rm(partial, { recursive: true, force: true }).catch(() => undefined); // the first fault is the one to tell
  }
}

/** Whether a refusal is of the folder under way, whose name nobody knows, and not of a file that was to be read. */
function isInside(partial: string, cause: unknown): boolean {
  return isSystemError(cause) && (cause.path === undefined || cause.path.startsWith(partial));
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
  content: BundleContent,
  options: WorkOptions & { engine: Engine },
): Promise<BundleRecord> {
  const { facts, model, trainingHashes, memory = null, replay = null, statistics = null } = content;
  const { golden: kind = "synthetic", goldenCandidates: photos = [] } = content;
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
    goldenKind: kind,
    files,
  };
  await put("onnx/model.onnx", encodeModel(model));
  for (const [name, value] of Object.entries(transformersConfig(facts.labels))) await put(name, value);
  await put("predict.py", await pythonScript());
  if (trainingHashes !== undefined) await put(trainingHashFile, formatTrainingHashes(trainingHashes));
  if (memory !== null) await put(memoryFile, encodeMemory(memory));
  if (replay !== null) await put(replayFile, encodeMemory(replay));
  if (statistics !== null) await put(statisticsFile, encodeStatistics(statistics));
  await put("README.md", await modelCard(draft));
  await writeFile(join(folder, "rootstock.json"), json(draft));
  const golden = await writeGolden(folder, { kind, photos }, { ...options, put });
  const record = { ...draft, golden };
  await writeFile(join(folder, "rootstock.json"), json(record));
  return record;
}

/** The golden images, put beside the model; a warning where there can be none. */
async function writeGolden(
  folder: string,
  source: GoldenSource,
  options: WorkOptions & { engine: Engine; put: (path: string, data: Uint8Array) => Promise<void> },
): Promise<GoldenImage[]> {
  await using model = await loadModel(folder, options);
  const chosen = await chooseGolden(model, source, options);
  for (const { file, png } of chosen) await options.put(file, png);
  if (chosen.length === 0) options.report?.(unproven(source.kind));
  return chosen.map(({ file, label, logits }) => ({ file, label, logits }));
}

function unproven(kind: GoldenKind): WorkEvent {
  if (kind === "none") return { type: "notice", ...tell("goldenNone") };
  return { type: "warning", code: "W_UNPROVEN", ...tell("unproven") };
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
