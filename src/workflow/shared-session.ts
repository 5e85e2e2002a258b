import { rm } from "node:fs/promises";
import { join } from "node:path";
import { type ErrorRecord, RootstockError, isAbort, toErrorRecord } from "../base/errors.ts";
import { type Report, type WorkOptions, reportWithin } from "../base/events.ts";
import { repeatedFolds } from "../data/folds.ts";
import type { Manifest } from "../data/manifest.ts";
import type { Engine } from "../engine/engine.ts";
import { fitAndScore, foldTasks } from "../evaluate/cross-validate.ts";
import type { FitTask } from "../evaluate/executor.ts";
import { missingFeatures } from "../features/extract-features.ts";
import type { Job, JobData, Stage } from "../jobs/job.ts";
import type { RecipeMethod } from "../recipes/method-of.ts";
import { keptState } from "../runs/kept-results.ts";
import { keptAmong, saveDone, saveFailure, saveResult } from "../runs/result-files.ts";
import { digestOf, taskKey } from "../runs/task.ts";
import { tell } from "../words/fact.ts";
import { holdoutTask } from "./measure-plan.ts";
import { type FeatureUse, type Plan, takesFeatures, useKey } from "./plan.ts";
import { planMethod } from "./plan-method.ts";
import { pieceTask, planTask } from "./plan-task.ts";
import type { SharedQuestion } from "./shared-question.ts";
import { type Study, type StudyOptions, extractUse, groupsOf, openStudy } from "./study.ts";

/** A shared run opened on one of its machines. */
export interface SharedSession {
  /** Some pictures at one place of one backbone each; none for a run on pictures alone. */
  featureJobs(): Job[];
  /** Every fold of every recipe, and its holdout; the features must be there. */
  fitJobs(): Promise<Job[]>;
  /** The data with its features, read once. */
  study(): Promise<Study>;
  /** Which of the jobs have their outcome in the run's folder, or in the cache since before. */
  done(jobs: readonly Job[]): Promise<ReadonlySet<string>>;
  /** See `Stage.perform`; throws also what may come of this machine and not of the job. */
  perform(job: Pick<Job, "id" | "data">, options: WorkOptions): Promise<void>;
  /** Commits that a job failed everywhere. */
  giveUp(job: Job, error: ErrorRecord): Promise<void>;
}

/** What a session is opened with. */
export interface SessionOptions extends StudyOptions {
  readonly data: string;
  readonly plans: readonly Plan[];
  readonly manifest: Manifest;
  readonly question: Pick<SharedQuestion, "scanned" | "folds" | "seed" | "cache">;
  readonly engine: Engine;
  readonly report: Report;
  /** Of the run's folder: where outcomes lie. */
  readonly parts: string;
}

/** Opens a shared run; nothing is computed yet. */
export function openSession(options: SessionOptions): SharedSession {
  const { question, parts } = options;
  const features = featureWork(options);
  const fits = fitWork(options);
  const perform = async ({ id, data }: Pick<Job, "id" | "data">, work: WorkOptions): Promise<void> => {
    if ((await keptAmong(parts, [id])).size > 0) return;
    if (data.kind === "fit") await fits.perform(id, data, work);
    else {
      await features.perform(data, work);
      await saveDone(parts, id);
    }
  };
  return {
    featureJobs: () => features.jobs,
    fitJobs: fits.jobs,
    study: fits.study,
    done: async (jobs) => {
      const kept = await keptAmong(
        parts,
        jobs.map(({ id }) => id),
      );
      for (const job of jobs) if (await features.wasThere(job)) kept.add(job.id);
      return kept;
    },
    perform,
    giveUp: async ({ id, data }, error) => {
      if (data.kind === "fit") return await saveFailure(parts, id, named(error, data, question.folds));
      options.report({ type: "warning", code: error.code, ...tell("featuresGivenUp", error) });
      await saveDone(parts, id); // whoever needs them tries once more, and says what is wrong
    },
  };
}

/** The stage of a session's jobs that a distributor sees to. */
export function stageOf(
  session: SharedSession,
  { kind, report, signal }: Pick<Stage, "kind" | "report" | "signal">,
): Stage {
  return {
    kind,
    report,
    signal,
    done: session.done,
    perform: async (job, work) => {
      try {
        await session.perform(job, work);
      } catch (error) {
        if (isAbort(error) || ofTheDisk.has(toErrorRecord(error).code)) throw error;
        await session.giveUp(job, toErrorRecord(error)); // this process is all that there is for its share
      }
    },
  };
}

/** What says nothing about a job: another try, or another machine, may do better. */
const ofTheDisk: ReadonlySet<string> = new Set(["E_DISK_FULL", "E_FILE", "E_CACHE", "E_LOCK"]);
const ofTheMachine: ReadonlySet<string> = new Set([...ofTheDisk, "E_ENGINE", "E_INTERNAL"]);

type FeatureData = Extract<JobData, { kind: "features" }>;
type FitData = Extract<JobData, { kind: "fit" }>;

/** Pictures of a features job: enough of them to be worth a message, few enough to be soon done again. */
const chunkSizes = { smallest: 32, largest: 256, chunks: 64 } as const;

function featureWork({ plans, manifest, engine, question, report }: SessionOptions): {
  readonly jobs: Job[];
  wasThere(job: Job): Promise<boolean>;
  perform(data: FeatureData, work: WorkOptions): Promise<void>;
} {
  const { cache } = question;
  const { rows } = manifest;
  const uses = [
    ...new Map(
      plans.filter(takesFeatures).flatMap((plan) => plan.uses.map((use) => [useKey(use), use] as const)),
    ).values(),
  ];
  const size = Math.min(
    chunkSizes.largest,
    Math.max(chunkSizes.smallest, Math.ceil(rows.length / chunkSizes.chunks)),
  );
  const chunks = Math.ceil(rows.length / size);
  const missingChunks = async ({
    backbone,
    layer,
    pooling,
    views,
  }: FeatureUse): Promise<Map<number, number[]>> => {
    const sources = rows.map((row) => ({ ...row, path: join(manifest.root, row.path) }));
    const lacking = await missingFeatures(sources, backbone, { layer, pooling, views, cache, report });
    const byChunk = new Map<number, number[]>();
    for (const row of lacking) {
      const chunk = Math.floor(row / size);
      byChunk.set(chunk, [...(byChunk.get(chunk) ?? []), row]);
    }
    return byChunk;
  };
  const missing = uses.map((use) => once(async () => await missingChunks(use)));
  return {
    jobs: uses.flatMap((use, u) =>
      Array.from({ length: chunks }, (_, chunk) => ({
        id: digestOf(["features", question.scanned, useKey(use), size, chunk]),
        data: { kind: "features", use: u, chunk } as const,
      })),
    ),
    wasThere: async ({ data }) => data.kind === "features" && !(await missing[data.use]!()).has(data.chunk),
    perform: async ({ use, chunk }, { signal, report: tellOf }) => {
      const lacking = (await missing[use]!()).get(chunk) ?? [];
      const part = { ...manifest, rows: lacking.map((row) => rows[row]!) };
      await extractUse(part, uses[use]!, { engine, cache, signal, report: tellOf, isKnownMissing: true });
    },
  };
}

function fitWork(options: SessionOptions): {
  jobs(): Promise<Job[]>;
  study(): Promise<Study>;
  perform(id: string, data: FitData, work: WorkOptions): Promise<void>;
} {
  const { data, plans, manifest, engine, question, parts } = options;
  const { seed, folds: count } = question;
  const study = once(
    async () => await openStudy(data, plans, { ...options, folds: count, scanned: manifest }),
  );
  const pieces = perKey(async (repeats: number) => piecesOf(await study(), { repeats, count, seed }));
  let latest: { readonly plan: Plan; readonly method: RecipeMethod } | null = null;
  const methodOf = async (plan: Plan): Promise<RecipeMethod> => {
    if (latest?.plan !== plan) latest = { plan, method: planMethod(plan, await study(), { engine }) };
    return latest.method;
  };
  const keyed = async (plan: Plan): Promise<{ piece: FitTask; id: string }[]> => {
    const task = planTask(plan, await study(), { engine, seed });
    return (await pieces(plan.recipe.repeats ?? 1)).map((piece) => ({
      piece,
      id: taskKey(pieceTask(task, piece)),
    }));
  };
  return {
    study,
    jobs: async () => {
      const jobs: Job[] = [];
      for (const plan of plans.filter(({ recipe }) => recipe.kind !== "blend"))
        // it is made of the others' outcomes
        for (const { piece, id } of await keyed(plan))
          jobs.push({ id, data: { kind: "fit", recipe: plan.name, fold: piece.fold } });
      return jobs;
    },
    perform: async (id, fit, { signal, report }) => {
      const plan = plans.find(({ name }) => name === fit.recipe);
      const own = plan && (await keyed(plan)).find(({ piece }) => piece.fold === fit.fold);
      if (!plan || own?.id !== id) throw notTheSame(fit);
      const task = pieceTask(planTask(plan, await study(), { engine, seed }), own.piece);
      const keep = keptState(parts, task);
      try {
        const result = await fitAndScore(await methodOf(plan), own.piece, {
          classCount: manifest.classes.length,
          keep,
          signal,
          report: report && reportWithin(report, { recipe: plan.name }),
        });
        await saveResult(parts, id, result);
      } catch (error) {
        if (isAbort(error) || !(error instanceof RootstockError) || ofTheMachine.has(error.code)) throw error;
        await saveFailure(parts, id, named(toErrorRecord(error), fit, count));
      }
      await rm(keep.folder, { recursive: true, force: true });
    },
  };
}

/** The fits of a recipe that is measured in so many rounds. */
function piecesOf(
  study: Study,
  { repeats, count, seed }: { repeats: number; count: number; seed: number },
): FitTask[] {
  const { labels, training, holdout, manifest } = study;
  const dealt = { repeats, folds: count, seed, rows: training };
  const rounds = repeatedFolds(labels, groupsOf(manifest), dealt);
  return [
    ...rounds.flatMap((folds, index) => foldTasks(folds, seed, { index, count: repeats })),
    ...(holdout.length === 0 ? [] : [holdoutTask(study, { folds: rounds[0]!, seed })]),
  ];
}

/** The error with its recipe and fold in front, where it does not begin with them. */
function named(error: ErrorRecord, { recipe, fold }: FitData, of: number): ErrorRecord {
  const place = fold === "holdout" ? `${recipe} holdout` : `${recipe} fold ${fold} of ${of}`;
  return error.message.startsWith(place) ? error : { ...error, message: `${place}: ${error.message}` };
}

function notTheSame({ recipe, fold }: FitData): RootstockError {
  return new RootstockError(
    "E_RUN",
    `shared run: expected the task ${recipe} fold ${fold} as the run has it, got another one from the data and backbones here.`,
    {
      hint: "This machine must see the same pictures and the same cache folder; pictures may have changed since.",
    },
  );
}

function perKey<K, T>(work: (key: K) => Promise<T>): (key: K) => Promise<T> {
  const made = new Map<K, Promise<T>>();
  return (key) => {
    const known = made.get(key) ?? work(key);
    made.set(key, known);
    return known;
  };
}

function once<T>(work: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | null = null;
  return () => (made ??= work());
}
