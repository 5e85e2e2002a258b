import { join, resolve } from "node:path";
import { type LabelDoubt, doubtLabels } from "../../adapt/suspicious.ts";
import { RootstockError } from "../../base/errors.ts";
import { type Report, type Run, startRun } from "../../base/events.ts";
import { type Matrix, createMatrix, rowOf, softmaxRows } from "../../base/matrix.ts";
import { type Memory, readMemory } from "../../bundle/memory.ts";
import { openModelView } from "../../bundle/model-view.ts";
import type { ManifestRow, SkippedImage } from "../../data/manifest.ts";
import { stratifiedFolds } from "../../data/folds.ts";
import { inTurn } from "../../evaluate/executor.ts";
import { writeFileAtomic } from "../../files/atomic-write.ts";
import { lineOf } from "../../files/table/text-forms.ts";
import { requirePlace } from "../../files/require-place.ts";
import { defaultFolds, defaultSeed } from "../defaults.ts";
import type { Language } from "../../words/language.ts";
import type { CheckedLabel } from "./checked-label.ts";
import { doubtsPage } from "./doubts-page.ts";
import { validatePlan } from "../measure-plan.ts";
import { openPlans } from "../open-plans.ts";
import { readLabelled } from "../read-labelled.ts";
import { type StudyOptions, groupsOf, openStudy } from "../study.ts";
import { useEngine } from "../use-engine.ts";
import { viewPhotos } from "../view-photos.ts";

export type { CheckedLabel } from "./checked-label.ts";

/** `labels check --json`. The names are a contract; keys may be added. */
export interface LabelsCheckResult {
  readonly data: string;
  /** Labels that were judged. */
  readonly checked: number;
  /** Where the predictions come from. */
  readonly source:
    | { readonly kind: "memory"; readonly model: string }
    | { readonly kind: "recipe"; readonly recipe: string; readonly backbones: readonly string[] };
  /** Suspicious ones, the most doubtful first. */
  readonly suspicious: readonly CheckedLabel[];
  /** About how many labels are wrong. */
  readonly expectedWrong: number;
  /** Every label, the most doubtful first. */
  readonly ranked: readonly CheckedLabel[];
  readonly skipped: readonly SkippedImage[];
  /** The table of decisions that was written; null where none was asked for. */
  readonly out: string | null;
  /** The page that was written; null where none was asked for. */
  readonly page: string | null;
}

/** How labels are checked. */
export interface LabelsCheckOptions extends StudyOptions {
  /** A model folder with a memory, or the folder of a run that has one: its held-out scores judge. */
  readonly model?: string | undefined;
  /** What predicts where no model is named; default `fusion` of the package's networks, on named backbones `lda`. */
  readonly recipe?: string | undefined;
  /** The CSV of decisions to write. */
  readonly out?: string | undefined;
  /** The page to decide on suspicious ones to write, one .html file. */
  readonly page?: string | undefined;
  /** The page's language; default "en". */
  readonly lang?: Language | undefined;
}

/** Labels as they are held against predictions that never saw them. */
interface Judged {
  readonly source: LabelsCheckResult["source"];
  /** What the rows' paths are relative to. */
  readonly root: string;
  readonly rows: readonly ManifestRow[];
  readonly classes: readonly string[];
  readonly probabilities: Matrix;
  readonly labels: Int32Array;
  readonly skipped: readonly SkippedImage[];
}

/**
 * Ranks the labels of a data set by confident learning on predictions of fits that did not see the photo: those that a
 * model remembers, or a quick cross-validation. Throws E_BUNDLE for a model without a memory, and as reading data does.
 */
export function checkLabels(data: string, options: LabelsCheckOptions = {}): Run<LabelsCheckResult> {
  return startRun(async (report) => {
    const { out, page, model } = options;
    for (const file of [out, page]) if (file !== undefined) await requirePlace(file, "file");
    const judged =
      model === undefined
        ? await judgeByRecipe(data, { ...options, report })
        : await judgeByMemory(data, model, { ...options, report });
    const { doubts, expectedWrong } = doubtLabels(judged.probabilities, judged.labels);
    const ranked = doubts.map((doubt) => checkedLabel(doubt, judged));
    const suspicious = ranked.filter(({ isSuspicious }) => isSuspicious);
    if (out !== undefined) await writeFileAtomic(out, decisionsTable(suspicious));
    if (page !== undefined) await writeFileAtomic(page, await doubtsPage(suspicious, judged, options));
    return {
      data,
      checked: ranked.length,
      source: judged.source,
      suspicious,
      expectedWrong: Math.round(expectedWrong),
      ranked,
      skipped: judged.skipped,
      out: out === undefined ? null : resolve(out),
      page: page === undefined ? null : resolve(page),
    };
  });
}

async function judgeByRecipe(
  data: string,
  options: LabelsCheckOptions & { report: Report },
): Promise<Judged> {
  const { seed = defaultSeed, signal, report } = options;
  const recipe = options.recipe ?? ((options.backbones ?? []).length === 1 ? "lda" : "fusion");
  const [plan] = await openPlans([recipe], options, report);
  await using inUse = await useEngine(options);
  const { engine } = inUse;
  const study = await openStudy(data, [plan!], { ...options, engine, folds: defaultFolds });
  const { labels, training, manifest } = study;
  const folds = stratifiedFolds(labels, groupsOf(manifest), { folds: defaultFolds, seed, rows: training });
  const measuring = { engine, rounds: [folds], seed, executor: inTurn, signal, report };
  const { outOfFoldLogits } = await validatePlan(plan!, study, measuring);
  return {
    source: {
      kind: "recipe",
      recipe: plan!.name,
      backbones: plan!.uses.map(({ backbone }) => backbone.name),
    },
    root: manifest.root,
    rows: manifest.rows,
    classes: manifest.classes,
    probabilities: softmaxRows(outOfFoldLogits),
    labels,
    skipped: manifest.skipped,
  };
}

async function judgeByMemory(
  data: string,
  named: string,
  options: LabelsCheckOptions & { report: Report },
): Promise<Judged> {
  const { model, memory } = await memoryOf(named);
  const manifest = await readLabelled(data, options);
  await using inUse = await useEngine(options);
  await using view = await openModelView(model, inUse.engine);
  const classes = view.record.labels;
  const places = new Map(memory.hashes.map((hash, place) => [hash, place]));
  const learnt = new Set([...memory.hashes, ...memory.others.hashes]);
  const fresh = manifest.rows.filter(({ sha256 }) => !learnt.has(sha256));
  const viewed = await viewPhotos(view, { root: manifest.root, rows: fresh }, options);
  const known = manifest.rows.filter(({ sha256 }) => places.has(sha256));
  const rows = [...known, ...viewed.rows];
  const probabilities = createMatrix(rows.length, classes.length);
  const held = softmaxRows(memory.logits);
  known.forEach(({ sha256 }, i) =>
    probabilities.data.set(rowOf(held, places.get(sha256)!), i * classes.length),
  );
  probabilities.data.set(viewed.probabilities.data, known.length * classes.length);
  return {
    source: { kind: "memory", model },
    root: manifest.root,
    rows,
    classes,
    probabilities,
    labels: Int32Array.from(rows, ({ label }) => classes.indexOf(label ?? "")),
    skipped: [...manifest.skipped, ...viewed.skipped],
  };
}

/** The memory of a model folder, or of the model in a run's folder. */
async function memoryOf(named: string): Promise<{ model: string; memory: Memory }> {
  const inside = join(named, "model");
  const isRun = (await readMemory(named).catch(() => undefined)) === undefined;
  const model = isRun && (await readMemory(inside).catch(() => undefined)) !== undefined ? inside : named;
  const memory = await readMemory(model);
  if (memory !== null && memory.scores !== "none") return { model, memory };
  throw new RootstockError(
    "E_BUNDLE",
    `model ${JSON.stringify(model)}: expected a memory with held-out scores, got none.`,
    { hint: "Leave --model out: the labels are then checked by a cross-validation of their own." },
  );
}

function checkedLabel(
  { row, label, rather, isSuspicious }: LabelDoubt,
  { rows, classes, probabilities }: Judged,
): CheckedLabel {
  const { path, sha256 } = rows[row]!;
  const values = rowOf(probabilities, row);
  return {
    path,
    sha256,
    label: classes[label]!,
    rather: classes[rather]!,
    probability: values[label]!,
    ratherProbability: values[rather]!,
    isSuspicious,
  };
}

/** `sha256,path,label,reason` with the labels as they are: recorded unread, it changes nothing. */
function decisionsTable(suspicious: readonly CheckedLabel[]): string {
  const lines = suspicious.map(({ sha256, path, label, rather, ratherProbability, probability }) => [
    sha256,
    path,
    label,
    `rather ${rather}: ${ratherProbability.toFixed(2)} against ${probability.toFixed(2)}`,
  ]);
  return [["sha256", "path", "label", "reason"], ...lines].map(lineOf).join("");
}
