import { join } from "node:path";
import type { WorkOptions } from "../base/events.ts";
import { argmax, createMatrix, softmaxRows } from "../base/matrix.ts";
import type { Engine } from "../engine/engine.ts";
import { decodeImage } from "../image/decode.ts";
import type { BundleRecord, GoldenImage } from "./bundle-record.ts";
import { checkFiles } from "./check-files.ts";
import { type LoadedModel, loadModel, readBundleRecord } from "./load-model.ts";

/** Largest difference allowed: of any probability, and of centred logits relative to max(1, their range). */
export const verifyTolerance = 1e-4;

/** What verification found. `isMet` is the verdict; `faults` say in words what is wrong, `notes` what is only odd. */
export interface Verification {
  readonly isMet: boolean;
  readonly files: number;
  readonly golden: readonly GoldenOutcome[];
  readonly faults: readonly string[];
  readonly notes: readonly string[];
}

/** One golden image on one runtime. */
export interface GoldenOutcome {
  readonly file: string;
  readonly engine: string;
  readonly isSameLabel: boolean;
  readonly probabilityDifference: number;
  /** max |difference of centred logits| / max(1, range of the expected ones) */
  readonly logitDifference: number;
}

/**
 * Proves a model folder: every file has its recorded hash, nothing is missing or added, and each golden image gives
 * the recorded label, probabilities and logits on every engine given.
 */
export async function verifyBundle(
  folder: string,
  engines: readonly Engine[],
  options: WorkOptions = {},
): Promise<Verification> {
  const record = await readBundleRecord(folder);
  const found = await checkFiles(folder, record);
  for (const note of found.notes) options.report?.({ type: "notice", ...note });
  const faults = [...found.faults];
  const golden: GoldenOutcome[] = [];
  if (faults.length === 0)
    for (const engine of engines) {
      await using model = await loadModel(folder, { engine });
      for (const expected of record.golden)
        golden.push(await compareGolden(model, expected, { ...options, engine }));
    }
  if (record.golden.length === 0) faults.push(unproven(record));
  faults.push(...golden.filter((outcome) => !isWithin(outcome)).map(describe));
  const files = Object.keys(record.files).length;
  return {
    isMet: faults.length === 0,
    files,
    golden,
    faults,
    notes: found.notes.map(({ message }) => message),
  };
}

async function compareGolden(
  model: LoadedModel,
  expected: GoldenImage,
  { engine, ...options }: WorkOptions & { engine: Engine },
): Promise<GoldenOutcome> {
  const logits = await model.logits(await decodeImage(join(model.folder, expected.file), options), options);
  const want = Float32Array.from(expected.logits);
  return {
    file: expected.file,
    engine: engine.name,
    isSameLabel: model.labels[argmax(logits)] === expected.label,
    probabilityDifference: largestDifference(probabilities(logits), probabilities(want)),
    logitDifference: largestDifference(centred(logits), centred(want)) / Math.max(1, rangeOf(want)),
  };
}

function unproven({ goldenKind }: BundleRecord): string {
  const why = goldenKind === "none" ? "the model was written with --golden none" : "the record has none";
  return `no golden images (${why}): the predictions cannot be proven`;
}

function isWithin(outcome: GoldenOutcome): boolean {
  return (
    outcome.isSameLabel &&
    outcome.probabilityDifference <= verifyTolerance &&
    outcome.logitDifference <= verifyTolerance
  );
}

function describe(outcome: GoldenOutcome): string {
  const { file, engine, isSameLabel, probabilityDifference, logitDifference } = outcome;
  const label = isSameLabel ? "same label" : "another label";
  return `${file} on ${engine}: ${label}, probability off by ${probabilityDifference.toExponential(1)}, logits by ${logitDifference.toExponential(1)} (allowed ${verifyTolerance})`;
}

function probabilities(logits: Float32Array): Float32Array {
  return softmaxRows(createMatrix(1, logits.length, logits)).data;
}

/** logits - max(logits): softmax ignores a common shift, so the comparison does too. */
function centred(logits: Float32Array): Float32Array {
  const max = Math.max(...logits);
  return logits.map((value) => value - max);
}

function rangeOf(values: Float32Array): number {
  return Math.max(...values) - Math.min(...values);
}

function largestDifference(a: Float32Array, b: Float32Array): number {
  if (a.length !== b.length) return Infinity;
  return a.reduce((largest, value, i) => Math.max(largest, Math.abs(value - b[i]!)), 0);
}
