import type { LineCounter, ParsedNode } from "yaml";
import type { z } from "zod";
import { nearestWord } from "../base/nearest-word.ts";

/** A recipe's text as it was parsed, to find where a fault stands. */
export interface RecipeText {
  readonly contents: ParsedNode | null;
  readonly lines: LineCounter;
  /** The same as plain data. */
  readonly value: unknown;
}

type Issue = z.core.$ZodIssue;
type Path = readonly PropertyKey[];

/**
 * Every fault of a recipe as `line 4, transforms.0: expected one of standardise, l2, got "whiten".`, in the order of the lines, with the
 * nearest word where one is near. `keysAt` tells which keys may stand at a place.
 */
export function recipeFaults(
  issues: readonly Issue[],
  text: RecipeText,
  keysAt: (path: Path) => readonly string[],
): string[] {
  const faults = issues.flatMap((issue) => faultsOf(issue, text.value, keysAt));
  return faults
    .map(({ path, said, word, known = [] }) => {
      const line = lineOf(path, text);
      const nearest = word === undefined ? undefined : nearestWord(word, known);
      const hint = nearest === undefined ? "" : `, did you mean ${JSON.stringify(nearest)}?`;
      return { line, message: `line ${line}, ${path.join(".") || "file"}: ${said}${hint}` };
    })
    .sort((a, b) => a.line - b.line)
    .map(({ message }) => message);
}

interface Fault {
  readonly path: Path;
  readonly said: string;
  /** What stands there, where it may be a slip for one of `known`. */
  readonly word?: string | undefined;
  readonly known?: readonly string[];
}

function faultsOf(issue: Issue, value: unknown, keysAt: (path: Path) => readonly string[]): Fault[] {
  const { path, code } = issue;
  const got = valueAt(value, path);
  if (code === "unrecognized_keys") {
    const known = keysAt(path);
    const expected = known.length === 0 ? "" : `, expected one of ${known.join(", ")}`;
    return issue.keys.map((key) => ({
      path: [...path, key],
      said: `unknown key${expected}`,
      word: key,
      known,
    }));
  }
  const isKind = code === "invalid_union" && path.at(-1) === "kind";
  const known = isKind ? keysAt(path) : wordsOf(issue);
  const expected = isKind ? `expected one of ${known.join(", ")}` : expectedBy(issue);
  const word = typeof got === "string" ? got : undefined;
  return [{ path, said: `${expected}, got ${shown(got)}`, word, known }];
}

/** Words that would do in the place of a value. */
function wordsOf(issue: Issue): string[] {
  if (issue.code === "invalid_value") return issue.values.map(String);
  const [, listed] = /expected one of ([\w ,-]+?)(?:, or |$)/.exec(issue.message) ?? [];
  return listed?.split(", ") ?? [];
}

const kinds: Readonly<Record<string, string>> = {
  string: "text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  array: "a list",
  object: "keys and values",
  record: "keys and values",
};

/** What was expected, in the same words whatever the check. */
function expectedBy(issue: Issue): string {
  switch (issue.code) {
    case "invalid_value":
      return `expected ${issue.values.length === 1 ? "" : "one of "}${issue.values.map(String).join(", ")}`;
    case "invalid_type":
      return `expected ${kinds[issue.expected] ?? issue.expected}`;
    case "too_small":
      return `expected ${limit(issue.origin)}${issue.inclusive === false ? "above" : "at least"} ${issue.minimum}`;
    case "too_big":
      return `expected ${limit(issue.origin)}${issue.inclusive === false ? "below" : "at most"} ${issue.maximum}`;
    default:
      return issue.message === "Invalid input"
        ? "expected a value of another kind"
        : issue.message.replace(/, got .*$/, "");
  }
}

function limit(origin: string): string {
  if (origin === "array") return "a list whose length is ";
  return origin === "string" ? "text whose length is " : "";
}

function shown(value: unknown): string {
  return value === undefined ? "nothing" : JSON.stringify(value);
}

function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (inner, key) => (inner as Record<PropertyKey, unknown> | null | undefined)?.[key],
    value,
  );
}

/** The line of a key, of an item of a list, or of the nearest thing around what is not there. */
function lineOf(path: Path, { contents, lines }: RecipeText): number {
  let place = contents?.range[0] ?? 0;
  let node: unknown = contents;
  for (const key of path) {
    const found = stepInto(node, key);
    if (found === null) break;
    place = found.start ?? place;
    node = found.node;
  }
  return Math.max(1, lines.linePos(place).line);
}

function stepInto(node: unknown, key: PropertyKey): { start: number | undefined; node: unknown } | null {
  const { items } = (node ?? {}) as { items?: readonly unknown[] };
  if (items === undefined) return null;
  const pairs = items as readonly { key?: { value?: unknown; range?: readonly number[] }; value?: unknown }[];
  const pair = pairs.find((item) => item?.key !== undefined && String(item.key?.value) === String(key));
  if (pair !== undefined) return { start: pair.key?.range?.[0], node: pair.value };
  const item =
    typeof key === "number" ? (items[key] as { range?: readonly number[] } | undefined) : undefined;
  return item === undefined || "key" in item ? null : { start: item.range?.[0], node: item };
}
