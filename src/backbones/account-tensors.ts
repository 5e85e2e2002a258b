import type { Architecture } from "./architectures/architecture.ts";

/**
 * Which of a file's tensors a network can do without, by rule; what no rule knows makes it another network.
 */
export interface Accounting {
  /** Heads of the user's own, which take no part in the trunk: left out, and said. */
  readonly heads: readonly string[];
  /** What no rule accounts for. */
  readonly unknown: readonly string[];
}

/**
 * Accounts for every tensor that is no parameter: counters of batch normalisation and of profilers, classifiers that
 * exist for training alone, averaged copies, losses and metrics are passed over; other heads are named. `own` lie under
 * the network's `prefix`, in its own spelling; `outside` under their names in the file.
 */
export function accountFor(
  architecture: Architecture,
  { own, outside, prefix }: { own: Iterable<string>; outside: Iterable<string>; prefix: string },
  rules: { trunk: ReadonlySet<string>; isCopy: (name: string) => boolean },
): Accounting {
  const heads: string[] = [];
  const unknown: string[] = [];
  const parameters = new Set(architecture.parameters.map(({ name }) => name));
  // a trunk that is the first of a row, "model.0.", has its head behind it, "model.1.": fastai builds them so
  const behind = /(^|\.)0\.$/.test(prefix) ? prefix.replace(/0\.$/, "1.") : null;
  const headModules = modulesOfHead(architecture, rules.trunk);
  for (const name of own) {
    if (parameters.has(name) || isCounter(name, parameters) || isAuxiliary(name, architecture)) continue;
    (headModules.has(firstOf(name)) || isHead(name) ? heads : unknown).push(name);
  }
  for (const name of outside) {
    if (strayName.test(name) || profilerName.test(name) || rules.isCopy(name)) continue;
    const isOnTop = behind !== null && name.startsWith(behind);
    (isOnTop || headWord.test(firstOf(name.replace(wrappers, ""))) ? heads : unknown).push(name);
  }
  return { heads, unknown };
}

/** Counts of a batch normalisation that the network has. */
function isCounter(name: string, parameters: ReadonlySet<string>): boolean {
  const norm = /^(.*\.)?num_batches_tracked$/.exec(name);
  return norm ? parameters.has(`${norm[1] ?? ""}running_mean`) : profilerName.test(name);
}

/** Left by profilers (operations, parameters) and by averaging (how many were averaged). */
const profilerName = /(^|\.)(total_ops|total_params|n_averaged)$/;

/** Beside a network in a module that trains it: losses, metrics, queues, counters of steps. */
const strayName =
  /(^|\.)(criterion|\w*loss(es|_fn)?|\w*metrics?|(train|val|valid|test)_\w+|\w*acc(uracy)?\d*|queue\w*|global_step|best_\w+)(\.|$)/i;

/** Modules that hold a network and what was put on it. */
const wrappers = /^((module|model|net|network|_orig_mod|_forward_module)\.)+/;

/** Names that people give to what they put on top of a trunk. */
const headWord =
  /^(\w*head\w*|\w*classifier\w*|fc\d*|last_linear|linear\d*|logits|proj\w*|predict(or|ion)\w*)$/i;

function isHead(name: string): boolean {
  return headWord.test(firstOf(name));
}

function isAuxiliary(name: string, { auxiliary }: Architecture): boolean {
  return auxiliary.some((module) => name.startsWith(`${module}.`));
}

function firstOf(name: string): string {
  return name.slice(0, Math.max(0, name.indexOf(".")));
}

/** The modules at the top of the name tree that the trunk has no parameter of: "fc", "classifier". */
function modulesOfHead({ parameters }: Architecture, trunk: ReadonlySet<string>): Set<string> {
  const inTrunk = new Set([...trunk].map(firstOf));
  return new Set(parameters.map(({ name }) => firstOf(name)).filter((module) => !inTrunk.has(module)));
}
