import { arch, platform } from "node:os";
import { packageVersion } from "../files/package-version.ts";
import { hashBytes } from "../files/hash-file.ts";

/** Which part of a comparison: a fold of the cross-validation, the fit that scores the holdout, the one delivered. */
export type TaskFold = { readonly fold: number; readonly of: number } | "holdout" | "model";

/** What computes, as far as it decides the last digits of what is computed. */
export interface Machine {
  readonly rootstock: string;
  readonly engine: string;
  readonly threads: number;
  readonly platform: string;
}

/**
 * A piece of work as data: everything that decides its numbers, and nothing else. Equal tasks give equal results, so what
 * was kept of one may be taken for the other.
 */
export interface Task {
  /** See `dataDigest`: pictures, labels, splits, groups. */
  readonly data: string;
  /** As it was resolved, settings included. */
  readonly recipe: unknown;
  /** Backbones by the bytes of their files and by their cards, each with its layer and pooling. */
  readonly uses: readonly unknown[];
  readonly fold: TaskFold;
  readonly seed: number;
  /** What of the work: one fit has several trainings. */
  readonly stage: string;
  readonly machine: Machine;
}

/** A digest of each member: enough to tell whether and in what two tasks differ. */
export type TaskFacts = Readonly<Record<keyof Task, string>>;

/** What a person calls the members that he can change. */
const words: Readonly<Record<keyof Task, string>> = {
  data: "pictures, labels, splits or groups",
  recipe: "recipe or settings",
  uses: "backbone, layer or pooling",
  fold: "fold",
  seed: "seed",
  stage: "stage",
  machine: "version or number of threads",
};

/** The one list: a member that is missing here decides nothing that is kept. */
const members = Object.keys(words) as (keyof Task)[];

/** sha256 of everything that decides a task's numbers. */
export function taskKey(task: Task): string {
  return digestOf(taskFacts(task));
}

/** The task member by member, as digests. */
export function taskFacts(task: Task): TaskFacts {
  return Object.fromEntries(members.map((name) => [name, digestOf(task[name])])) as TaskFacts;
}

/** In what two tasks differ, in words; empty where they ask the same question. */
export function differencesOf(task: TaskFacts, other: Partial<TaskFacts>): string[] {
  return members.filter((name) => task[name] !== other[name]).map((name) => words[name]);
}

/** sha256 of a value's JSON. */
export function digestOf(value: unknown): string {
  return hashBytes(new TextEncoder().encode(JSON.stringify(value)));
}

/** This process, computing with an engine. */
export function machineOf(engine: { readonly version: string; readonly threads: number }): Machine {
  return {
    rootstock: packageVersion,
    engine: engine.version,
    threads: engine.threads,
    platform: `${platform()} ${arch()}`,
  };
}
