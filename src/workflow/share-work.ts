import { join, resolve } from "node:path";
import { RootstockError } from "../base/errors.ts";
import type { Report, WorkOptions } from "../base/events.ts";
import type { Engine } from "../engine/engine.ts";
import type { Distribute } from "../jobs/job.ts";
import { type RunFolder, joinRunFolder, sharedId } from "../runs/run-folder.ts";
import { readRun } from "../runs/read-run.ts";
import type { RunRecord } from "../runs/run-record.ts";
import { dataDigest } from "../runs/data-digest.ts";
import { machineOf } from "../runs/task.ts";
import { tell } from "../words/fact.ts";
import type { CompareOptions } from "./compare-options.ts";
import type { Plan } from "./plan.ts";
import { absoluteWords, agreeOn, readQuestion, sharedKey, sharedPlans } from "./shared-question.ts";
import { type SharedSession, openSession, stageOf } from "./shared-session.ts";
import { type Study, cacheOf, scanData } from "./study.ts";

/** A comparison that several processes work on, as one of them asks for it. */
export interface SharedWork extends WorkOptions {
  readonly data: string;
  readonly plans: readonly Plan[];
  readonly folds: number;
  readonly seed: number;
  readonly out: string;
  readonly engine: Engine;
  readonly options: CompareOptions;
  readonly report: Report;
}

/** Who does the jobs of a run; `parts` is where their outcomes lie. */
export interface Distributors {
  readonly features: Distribute;
  readonly fits: Distribute;
}

/** A shared run after this process has had its part done. */
export interface Shared {
  readonly folder: RunFolder;
  /** The whole run, where some process has completed it before. */
  readonly record: RunRecord | null;
  /** Null where the run is complete already. */
  readonly study: Study | null;
  /** Fits whose outcome is not there yet, because they are others' to do. */
  readonly missing: number;
  /** Fits in all. */
  readonly total: number;
}

/**
 * Joins the shared run that asks this, or begins it, and has its features and then its fits done by whoever
 * `distributorsOf` names. Throws E_OPTION without a cache, E_RUN where this process would compute other digits.
 */
export async function shareWork(
  work: SharedWork,
  distributorsOf: (session: SharedSession, folder: RunFolder) => Distributors,
): Promise<Shared> {
  const { data, plans, engine, options, report, signal, out } = work;
  const cache = requireCache(options);
  const manifest = await scanData(data, { ...options, folds: work.folds, report, signal });
  const asked = { scanned: dataDigest(manifest), folds: work.folds, seed: work.seed };
  const folder = await joinRunFolder(resolve(out), sharedKey(plans, asked));
  const complete = await completeRecord(folder.path);
  if (complete !== null) {
    report({ type: "notice", ...tell("isComplete", { path: folder.path }) });
    return { folder, record: complete, study: null, missing: 0, total: 0 };
  }
  const { splitFolders, unlabelled, lockTest, layer } = options;
  await agreeOn(folder.parts, {
    format: 1,
    data: manifest.ledger?.path ?? resolve(data),
    layout: { splitFolders, unlabelled, labels: manifest.ledger?.version },
    lockTest,
    backbones: await absoluteWords(options.backbones ?? embeddedNames(plans)),
    plans: sharedPlans(plans),
    layer,
    ...asked,
    cache,
    machine: machineOf(engine),
  });
  const session = openSession({
    ...options,
    ...work,
    manifest,
    question: { ...asked, cache },
    cache,
    parts: folder.parts,
  });
  const { features, fits } = distributorsOf(session, folder);
  const told = { report, signal };
  await features(session.featureJobs(), stageOf(session, { kind: "features", ...told }));
  const jobs = await session.fitJobs();
  const missing = await fits(jobs, stageOf(session, { kind: "fit", ...told }));
  return { folder, record: null, study: await session.study(), missing, total: jobs.length };
}

/** The record of a run that is complete; null of one that is not. */
export async function completeRecord(path: string): Promise<RunRecord | null> {
  const run = await readRun(path);
  return run.status === "complete" ? run : null;
}

function requireCache(options: CompareOptions): string {
  const cache = cacheOf(options);
  if (cache !== null) return resolve(cache);
  throw new RootstockError(
    "E_OPTION",
    "shared run: expected a cache folder, by which the machines hand features to each other, got none.",
    { hint: "Give every machine the same --cache FOLDER, on the disk that they share." },
  );
}

/**
 * The folder of a shared run that asks this and is not complete, for a process alone to finish; null where there is none.
 * One that was begun with another number of threads is another run; that is told.
 */
export async function unfinishedShared(
  {
    plans,
    folds,
    seed,
    out,
    engine,
    report,
  }: Pick<SharedWork, "plans" | "folds" | "seed" | "out" | "engine" | "report">,
  { scannedDigest }: Study,
): Promise<RunFolder | null> {
  const key = sharedKey(plans, { scanned: scannedDigest, folds, seed });
  const path = join(resolve(out), sharedId(key));
  const run = await readRun(path).catch(() => null);
  const question =
    run === null || run.status === "complete"
      ? null
      : await readQuestion(join(path, "parts")).catch(() => null);
  if (question === null) return null;
  const own = machineOf(engine);
  if (JSON.stringify(own) === JSON.stringify(question.machine)) return await joinRunFolder(resolve(out), key);
  const { threads } = question.machine;
  if (threads !== own.threads)
    report({ type: "notice", ...tell("sharedElsewhere", { path, threads, own: own.threads }) });
  return null;
}

/** Where none is named, plans stand on backbones that every process has by name. */
function embeddedNames(plans: readonly Plan[]): string[] {
  return [...new Set(plans.flatMap(({ uses }) => uses.map(({ backbone }) => backbone.name)))];
}
