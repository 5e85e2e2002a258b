import { join, relative, resolve, sep } from "node:path";
import type { Engine } from "../engine/engine.ts";
import type { WorkOptions } from "../base/events.ts";
import { type Matrix, selectRows, viewRows } from "../base/matrix.ts";
import { composeModel, keepColumns } from "../bundle/compose-model.ts";
import type { BundleBackbone, BundleMetrics, BundleRecord, GoldenKind } from "../bundle/bundle-record.ts";
import { type MemorySource, drawMemory, selectColumns } from "../bundle/draw-memory.ts";
import type { Memory } from "../bundle/memory.ts";
import type { Statistics } from "../bundle/statistics.ts";
import { takeStatistics } from "../bundle/take-statistics.ts";
import { type BundleContent, writeBundle } from "../bundle/write-bundle.ts";
import { type UnknownRule, unknownRule } from "../evaluate/familiarity.ts";
import type { KeptState } from "../evaluate/method.ts";
import type { Training } from "../evaluate/training.ts";
import { classCounts } from "../classifiers/class-statistics.ts";
import { chosenValues } from "../runs/chosen-values.ts";
import type { Model } from "../graph/graph.ts";
import type { LabelSource } from "../data/manifest.ts";
import { planMethod } from "./plan-method.ts";
import type { FittedRecipe } from "../recipes/method-of.ts";
import type { FeatureUse, Plan } from "./plan.ts";
import type { Study } from "./study.ts";
import { beginning, tell } from "../words/fact.ts";

export { type GoldenKind, goldenKinds } from "../bundle/bundle-record.ts";

/** What goes into the model folder beside the model. */
export interface DeliverOptions extends WorkOptions {
  readonly engine: Engine;
  readonly seed: number;
  /** Estimates to write into the folder; null where none were made. */
  readonly metrics: BundleMetrics | null;
  /** Where a training keeps its state. */
  readonly keep?: KeptState | undefined;
  /** Default "synthetic". */
  readonly golden?: GoldenKind | undefined;
  /** Whether the folder remembers the photos' features and scores; default true. */
  readonly memory?: boolean | undefined;
  /** Of every row by the fold that held it out; asked for where there is a memory. Default: the inner folds of the fit. Shape: N x K. */
  readonly outOfFold?: (() => Promise<Matrix>) | undefined;
}

/** What has been fitted on all training rows, ready to be composed. */
export interface Deliverable extends Pick<
  FittedRecipe,
  "chosen" | "training" | "isInterrupted" | "pipeline" | "replay"
> {
  /** The whole model; with some of the classes alone where `learnt` names them. */
  compose(learnt: readonly number[] | null, labels: readonly string[]): Model;
}

/** What was delivered, and how its network was trained; undefined for a classifier on frozen features. */
export interface DeliveredModel {
  readonly record: BundleRecord;
  readonly training: Training | undefined;
}

/** Fits a plan on all training rows and writes the model folder: preprocessing, networks, classifier in one graph. */
export async function deliverModel(
  folder: string,
  { plan, study }: { plan: Plan; study: Study },
  options: DeliverOptions & {
    /** Default: the plan's own fit. */
    fit?: (options: WorkOptions) => Promise<Deliverable>;
  },
): Promise<DeliveredModel> {
  const { engine, signal, report } = options;
  const { training } = study;
  report?.(beginning("model", { recipe: plan.name, images: training.length }));
  const { fit = async () => await fitPlan({ plan, study }, options) } = options;
  const fitted = await fit({ signal, report });
  const memory = await memoryOf(study, plan, { pipeline: fitted.pipeline, ...options });
  const replay = await replayOf(study, { ...fitted, ...options });
  const statistics = await statisticsOf(study, plan, { pipeline: fitted.pipeline, ...options });
  const plain = contentOf({ plan, study, folder }, fitted, options);
  const unknown = await unknownOf(study, memory, options);
  const content = { ...plain, facts: { ...plain.facts, unknown }, memory, replay, statistics };
  if (!fitted.isInterrupted)
    return {
      record: await writeBundle(folder, content, { engine, signal, report }),
      training: fitted.training,
    };
  report?.({
    type: "warning",
    code: "W_INTERRUPTED",
    ...tell("stoppedEarly", { recipe: plan.name }),
  });
  const record = await writeBundle(folder, content, { engine, report }); // the signal has fired already
  return { record, training: fitted.training };
}

/** From the scores of photos that were held out: the comparison's, else those that the memory has. */
async function unknownOf(
  { training }: Study,
  memory: Memory | null,
  { outOfFold }: Pick<DeliverOptions, "outOfFold">,
): Promise<UnknownRule | null> {
  if (outOfFold !== undefined) return unknownRule(selectRows(await outOfFold(), training));
  return memory === null ? null : unknownRule(memory.logits);
}

async function fitPlan(
  { plan, study }: { plan: Plan; study: Study },
  { engine, seed, keep, signal, report }: DeliverOptions,
): Promise<Deliverable> {
  const method = planMethod(plan, study, { engine });
  const fitted = await method.fit(study.training, { seed, keep, signal, report });
  return {
    ...fitted,
    compose: (learnt, labels) => {
      const classifier = learnt === null ? fitted.classifier() : keepColumns(fitted.classifier(), learnt);
      return composeModel(fitted.branches, classifier, labels);
    },
  };
}

/** All that goes into the model folder. */
function contentOf(
  { plan, study, folder }: { plan: Plan; study: Study; folder: string },
  fitted: Deliverable,
  { golden, report, ...options }: DeliverOptions,
): BundleContent {
  const { training, manifest } = study;
  const { learnt, ...classes } = classesOf(study);
  if (classes.unlearnt !== undefined)
    report?.({ type: "notice", ...tell("leavesOut", { classes: classes.unlearnt }) });
  const isWhole = learnt.length === manifest.classes.length;
  return {
    model: fitted.compose(isWhole ? null : learnt, classes.labels),
    trainingHashes: Array.from(training, (row) => manifest.rows[row]!.sha256),
    golden,
    goldenCandidates: goldenRows(study).map((row) => join(manifest.root, manifest.rows[row]!.path)),
    facts: {
      recipe: { name: plan.name, summary: plan.recipe.summary, resolved: plan.recipe },
      chosen: chosenValues(fitted.chosen, fitted.training),
      backbones: plan.uses.map(bundleBackbone),
      labels: classes.labels,
      data: {
        images: training.length,
        digest: study.digest,
        classCounts: classes.classCounts,
        ...(classes.unlearnt === undefined ? {} : { unlearnt: classes.unlearnt }),
        ...(manifest.ledger === undefined ? {} : { ledger: seenFrom(folder, manifest.ledger) }),
      },
      seed: options.seed,
      metrics: options.metrics,
    },
  };
}

/** A model folder travels, and with it no path of this machine. */
function seenFrom(folder: string, { path, version }: LabelSource): LabelSource {
  return { path: relative(resolve(folder), path).split(sep).join("/"), version };
}

function bundleBackbone({ backbone, layer, pooling }: FeatureUse): BundleBackbone {
  const { name, sha256, card } = backbone;
  return { name, sha256, layer, pooling, licence: card.licence, source: card.source };
}

/** What the model folder remembers of the training rows; null where it shall not, or where the features are no longer the backbone's. */
async function memoryOf(
  study: Study,
  plan: Plan,
  options: Pick<DeliverOptions, "memory" | "outOfFold" | "seed" | "report"> & Pick<FittedRecipe, "pipeline">,
): Promise<Memory | null> {
  const { pipeline, memory = true, outOfFold, seed, report } = options;
  if (!memory || pipeline === null) return null;
  const { training } = study;
  const { learnt, ...rows } = trainingRows(study);
  const logits = outOfFold === undefined ? pipeline.heldOut : selectRows(await outOfFold(), training);
  const source: MemorySource = {
    ...rows,
    features: viewRows(study.featuresOf(plan).matrix, training),
    logits: selectColumns(logits, learnt),
    pipeline: pipeline.record,
    scores: outOfFold === undefined ? "inner folds" : "outer folds",
  };
  const drawn = drawMemory(source, { seed });
  const [kept, all] = [drawn.hashes.length, training.length];
  if (kept < all) report?.({ type: "notice", ...tell("memoryDrawn", { kept, all }) });
  return drawn;
}

/** C of a head that is trained again, for rows of norm 1: the middle of what tuning chooses from. */
const replayCost = 10;

/** What a trained network keeps to train its head again: what its body makes of the training photos, and no scores but held-out ones. */
async function replayOf(
  study: Study,
  options: Pick<DeliverOptions, "memory" | "outOfFold" | "seed" | "signal"> &
    Pick<FittedRecipe, "replay" | "isInterrupted">,
): Promise<Memory | null> {
  const { replay, memory = true, outOfFold, seed, signal, isInterrupted } = options;
  if (!memory || !replay || isInterrupted) return null;
  const { training } = study;
  const { learnt, ...rows } = trainingRows(study);
  const features = await replay.features(training, { signal });
  const { transforms } = replay;
  const isUnit = transforms.at(-1) === "l2";
  const square = isUnit ? 1 : features.data.reduce((sum, value) => sum + value * value, 0) / features.rows;
  const source: MemorySource = {
    ...rows,
    features,
    logits: outOfFold === undefined ? null : selectColumns(selectRows(await outOfFold(), training), learnt),
    pipeline: {
      transforms,
      classifier: "softmax",
      parameters: { C: Number((replayCost / (square || 1)).toPrecision(3)) },
      temperature: 1,
      blocks: [features.columns],
    },
    scores: "outer folds",
  };
  return drawMemory(source, { seed });
}

/** What the model can be updated exactly from; null where its classifier is no sum over rows, or of the user's own. */
async function statisticsOf(
  study: Study,
  plan: Plan,
  { pipeline, engine }: Pick<DeliverOptions, "engine"> & Pick<FittedRecipe, "pipeline">,
): Promise<Statistics | null> {
  if (pipeline === null || (plan.recipe.kind === "classifier" && plan.recipe.own !== undefined)) return null;
  const { labels, classCount } = trainingRows(study);
  const features = viewRows(study.featuresOf(plan).matrix, study.training);
  const source = { pipeline, features, labels, classCount };
  return await takeStatistics(source, engine);
}

interface StudyClasses {
  /** Indices of the classes that have a training image; the model has these alone, in this order. */
  readonly learnt: readonly number[];
  readonly labels: readonly string[];
  readonly classCounts: readonly number[];
  readonly unlearnt?: readonly string[];
}

/** A class that lies in the holdout alone was never learnt: a model that offered it could only be wrong about it. */
function classesOf({ training, labels, manifest: { classes } }: Study): StudyClasses {
  const counts = classCounts(
    training.map((row) => labels[row]!),
    classes.length,
  );
  const learnt = [...counts.keys()].filter((label) => counts[label]! > 0);
  const unlearnt = classes.filter((_, label) => counts[label] === 0);
  return {
    learnt,
    labels: learnt.map((label) => classes[label]!),
    classCounts: learnt.map((label) => counts[label]!),
    ...(unlearnt.length === 0 ? {} : { unlearnt }),
  };
}

/** The training rows by the classes that the model has. */
function trainingRows(study: Study): {
  readonly learnt: readonly number[];
  readonly hashes: string[];
  readonly labels: Int32Array;
  readonly classCount: number;
} {
  const { training, manifest, labels } = study;
  const { learnt } = classesOf(study);
  const places = new Map(learnt.map((label, place) => [label, place]));
  return {
    learnt,
    hashes: Array.from(training, (row) => manifest.rows[row]!.sha256),
    labels: training.map((row) => places.get(labels[row]!)!),
    classCount: learnt.length,
  };
}

/** Training rows with the classes taking turns, so that the first few show every class. */
function goldenRows({ training, labels, manifest }: Study): number[] {
  const byClass = manifest.classes.map((): number[] => []);
  for (const row of training) byClass[labels[row]!]!.push(row);
  const longest = Math.max(...byClass.map((rows) => rows.length));
  return Array.from({ length: longest }, (_, i) => byClass.map((rows) => rows[i]))
    .flat()
    .filter((row) => row !== undefined);
}
