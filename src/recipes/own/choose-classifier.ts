import { RootstockError, quoteList } from "../../base/errors.ts";
import type { Classifier } from "../../classifiers/classifier.ts";

const example = "See examples/own-classifier: a classifier is what `defineClassifier({ ... })` gives.";

/** What every classifier has; that some can be fitted from moments, or hold to their first candidate, is theirs. */
type Required = Exclude<keyof Classifier, "byMoments" | "firstStands">;

/** What the contract asks of a classifier, member by member. */
const members: Readonly<Record<Required, (value: unknown) => boolean>> = {
  name: (value) => typeof value === "string" && /^[a-z0-9][a-z0-9_-]{0,63}$/.test(value),
  defaults: isParameters,
  grid: (value) => Array.isArray(value) && value.length > 0 && value.every(isParameters),
  fit: isFunction,
  restore: isFunction,
  outOfFold: isFunction,
};

const forms: Readonly<Record<Required, string>> = {
  name: "name: lower-case letters, digits, - and _",
  defaults: "defaults: numbers, texts and truth values by name",
  grid: "grid: at least one set of such values",
  fit: "fit: a function",
  restore: "restore: a function",
  outOfFold: "outOfFold: a function",
};

/**
 * The classifier among a module's exports: the one named, else the default, else the only one.
 * Throws E_CLASSIFIER naming what is missing of the contract, or the classifiers to choose from.
 */
export function chooseClassifier(
  namespace: Readonly<Record<string, unknown>>,
  exported: string | undefined,
  subject: string,
): Classifier {
  const names = Object.keys(namespace);
  if (exported !== undefined && !names.includes(exported))
    throw fault(subject, `expected an export ${JSON.stringify(exported)}, got ${listOf(names)}`);
  const chosen = exported ?? (namespace["default"] === undefined ? onlyOne(namespace, subject) : "default");
  const lacking = lackingOf(namespace[chosen]);
  if (lacking.length === 0) return namespace[chosen] as Classifier;
  const what = lacking.map((member) => forms[member]).join("; ");
  throw new RootstockError(
    "E_CLASSIFIER",
    `${subject}: expected its export ${JSON.stringify(chosen)} to be a classifier, and it lacks ${what}.`,
    {
      hint:
        lacking.join() === "outOfFold" ? `A learner becomes one by defineClassifier. ${example}` : example,
    },
  );
}

function onlyOne(namespace: Readonly<Record<string, unknown>>, subject: string): string {
  const names = Object.keys(namespace);
  const whole = names.filter((name) => lackingOf(namespace[name]).length === 0);
  if (whole.length === 1) return whole[0]!;
  if (whole.length > 1)
    throw new RootstockError(
      "E_CLASSIFIER",
      `${subject}: expected one classifier, got ${quoteList(whole)}.`,
      {
        hint: `Make one of them the default export, or name it behind #: ./module.js#${whole[0]}`,
      },
    );
  if (names.length === 1) return names[0]!; // its lacks are told
  throw fault(subject, `expected a classifier as its default or only export, got ${listOf(names)}`);
}

function listOf(names: readonly string[]): string {
  return names.length === 0 ? "no export" : `exports ${quoteList(names)}`;
}

function fault(subject: string, what: string): RootstockError {
  return new RootstockError("E_CLASSIFIER", `${subject}: ${what}.`, { hint: example });
}

function lackingOf(value: unknown): Required[] {
  const given = (value ?? {}) as Readonly<Record<string, unknown>>;
  return (Object.keys(members) as Required[]).filter((member) => !members[member](given[member]));
}

function isFunction(value: unknown): boolean {
  return typeof value === "function";
}

function isParameters(value: unknown): boolean {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  return Object.values(value).every((one) => ["number", "string", "boolean"].includes(typeof one));
}
