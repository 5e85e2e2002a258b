import { access } from "node:fs/promises";
import { hostname } from "node:os";
import { basename, dirname } from "node:path";
import { RootstockError } from "../base/errors.ts";
import { type Report, type Run, type WorkOptions, startRun } from "../base/events.ts";
import { openEngine } from "../engine/open-engine.ts";
import { requireTrainable } from "./plan-method.ts";
import type { JobMessage } from "../jobs/message.ts";
import { openQueueConnection } from "../jobs/queue-connection.ts";
import { Refusal, serveQueue } from "../jobs/serve-queue.ts";
import { dataDigest } from "../runs/data-digest.ts";
import { readRun } from "../runs/read-run.ts";
import { machineOf } from "../runs/task.ts";
import { beginning, work as stageOf, tell } from "../words/fact.ts";
import { layersOf, openBackbones } from "./plan.ts";
import { type SharedQuestion, plansOn, readQuestion, requireAlike, sharedKey } from "./shared-question.ts";
import { type SharedSession, openSession } from "./shared-session.ts";
import { splitRole } from "./split-role.ts";
import { scanData } from "./study.ts";

/** A folder of the machine that asks, and where this one sees it. */
export interface PathMap {
  readonly from: string;
  readonly to: string;
}

/** How a worker works. */
export interface WorkerOptions extends WorkOptions {
  /** `redis://[user:password@]host[:port][/database]` */
  readonly queue: string;
  /** Where this machine sees folders that lie elsewhere on the one that asks; default: at the same paths. */
  readonly maps?: readonly PathMap[] | undefined;
  /** Without a sign of life for so long, this worker's task goes to another; default 30. */
  readonly leaseSeconds?: number | undefined;
  /** Ends after so long without a task; default: never. */
  readonly idleSeconds?: number | undefined;
}

/** `worker --json`. */
export interface WorkerResult {
  readonly tasks: number;
}

/**
 * Takes tasks of any run off a queue and does them, one at a time. The run's folder, its data and its cache must be seen
 * from here; the data must be the same, by digest. Ends when the signal fires, after `idleSeconds`, or with the error that says
 * why this machine cannot do what a run asks; the task is another worker's then.
 * Throws E_QUEUE, E_OPTION, E_RUN, E_DATA, and what opening backbones throws.
 */
export function startWorker(options: WorkerOptions): Run<WorkerResult> {
  return startRun(async (report) => {
    const { queue, maps = [], leaseSeconds = 30, idleSeconds = null, signal } = options;
    await using connection = await openQueueConnection(queue, { report, signal });
    await using sessions = keepLatest(async (folder) => await openShared(folder, { maps, report, signal }));
    report({
      type: "notice",
      ...tell("takesTasks", { queue: connection.shown, name: `${hostname()}:${process.pid}` }),
    });
    const tasks = await serveQueue(connection, {
      leaseSeconds,
      idleSeconds,
      report,
      signal,
      perform: async (message, work) => {
        if (await isOver(mapped(message.folder, maps))) return; // asked for by one who has gone since
        const session = await sessions.of(message.folder);
        const named = { task: taskName(message), run: basename(dirname(message.folder)) };
        work.report(beginning("task", named));
        await session.perform(message, work);
        work.report({ type: "progress", ...stageOf("task", named), done: 1, total: 1, unit: "tasks" });
      },
    });
    return { tasks };
  });
}

function taskName({ data }: JobMessage): string {
  return data.kind === "fit"
    ? `${data.recipe} fold ${data.fold}`
    : `features ${data.use + 1}.${data.chunk + 1}`;
}

/** Whether a run is complete, or removed: then its folder is missing although the one around it is seen. */
async function isOver(parts: string): Promise<boolean> {
  const path = dirname(parts);
  const run = await readRun(path).catch(() => null);
  if (run !== null) return run.status === "complete";
  const isSeen = async (folder: string): Promise<boolean> =>
    await access(folder).then(
      () => true,
      () => false,
    );
  return !(await isSeen(path)) && (await isSeen(dirname(path)));
}

interface OpenSession extends AsyncDisposable {
  readonly session: SharedSession;
}

interface Sessions extends AsyncDisposable {
  /** Throws Refusal where this machine cannot take part. */
  of(folder: string): Promise<SharedSession>;
}

/** The run worked on last stays open: its data are read and its features loaded once. */
function keepLatest(open: (folder: string) => Promise<OpenSession>): Sessions {
  let latest: (OpenSession & { readonly folder: string }) | null = null;
  const close = async (): Promise<void> => {
    await latest?.[Symbol.asyncDispose]();
    latest = null;
  };
  return {
    of: async (folder) => {
      if (latest?.folder !== folder) {
        await close();
        latest = { ...(await open(folder)), folder };
      }
      return latest.session;
    },
    [Symbol.asyncDispose]: close,
  };
}

interface Opening extends WorkOptions {
  readonly maps: readonly PathMap[];
  readonly report: Report;
}

async function openShared(folder: string, opening: Opening): Promise<OpenSession> {
  try {
    return await openHere(folder, opening);
  } catch (error) {
    opening.signal?.throwIfAborted();
    if (error instanceof RootstockError) throw new Refusal(error);
    throw error;
  }
}

async function openHere(folder: string, { maps, report, signal }: Opening): Promise<OpenSession> {
  const parts = mapped(folder, maps);
  const question = await readQuestion(parts);
  const { folds } = question;
  const [data, cache] = [mapped(question.data, maps), mapped(question.cache, maps)];
  await requireSeen(data, "data");
  await requireSeen(cache, "cache");
  const words = question.backbones.map((word) => mappedWord(word, maps));
  const recipes = question.plans.map(({ recipe }) => recipe);
  const layers = layersOf(recipes, question);
  const plans = plansOn(question.plans, await openBackbones(words, { layers, signal, report }), parts);
  plans.forEach(requireTrainable);
  const manifest = await scanData(data, {
    ...question.layout,
    lockTest: question.lockTest,
    folds,
    cache,
    report,
    signal,
  });
  requireSameData(data, dataDigest(manifest), question);
  const { key } = await readRun(dirname(parts));
  if (key !== sharedKey(plans, question)) throw otherBackbones(folder);
  const engine = await openEngine({ threads: question.machine.threads });
  try {
    requireAlike(machineOf(engine), question.machine, folder);
  } catch (error) {
    await engine.close();
    throw error;
  }
  const session = openSession({
    ...question.layout,
    data,
    plans,
    manifest,
    question: { ...question, cache },
    cache,
    engine,
    report,
    signal,
    parts,
  });
  return { session, [Symbol.asyncDispose]: async () => await engine.close() };
}

/** The path here of one that lies in a mapped folder there; the last map that fits counts. */
function mapped(path: string, maps: readonly PathMap[]): string {
  const map = maps.findLast(
    ({ from }) => path === from || path.startsWith(from.endsWith("/") ? from : `${from}/`),
  );
  return map === undefined
    ? path
    : map.to.replace(/\/$/, "") + path.slice(map.from.replace(/\/$/, "").length);
}

function mappedWord(word: string, maps: readonly PathMap[]): string {
  const { role, rest } = splitRole(word);
  return role === undefined ? mapped(rest, maps) : `${role}=${mapped(rest, maps)}`;
}

async function requireSeen(path: string, what: "data" | "cache"): Promise<void> {
  await access(path).catch((cause: unknown) => {
    throw new RootstockError(
      "E_RUN",
      `shared run: expected its ${what} in ${JSON.stringify(path)}, found nothing there.`,
      {
        hint: "Mount it at the same path as on the machine that asks, or say where it is with --map FROM=TO.",
        cause,
      },
    );
  });
}

function requireSameData(data: string, digest: string, { scanned }: SharedQuestion): void {
  if (digest === scanned) return;
  throw new RootstockError(
    "E_DATA",
    `data set ${JSON.stringify(data)}: expected the digest ${scanned.slice(0, 16)} of the run, got ${digest.slice(0, 16)}: pictures, labels, splits or groups differ here.`,
    {
      hint: "Every machine must see the same data. Copy them anew, or correct --map; a run on changed data is a new run.",
    },
  );
}

function otherBackbones(folder: string): RootstockError {
  return new RootstockError(
    "E_RUN",
    `shared run ${JSON.stringify(folder)}: expected its backbones and recipes, got others under the same names.`,
    {
      hint: "Backbones need the same files and cards on every machine: pull them again, or name files in a shared folder.",
    },
  );
}
