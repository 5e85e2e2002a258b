import { RootstockError, quoteList } from "../base/errors.ts";
import type { ClassMix } from "../adapt/label-shift.ts";

/** By how much shares that a person types may miss 1. */
const rounding = 0.005;

/**
 * A class mix as it is typed, `a=0.2,b=0.8`: a share for each of the model's classes, in any order. Names may have commas and
 * equals signs in them. Shape: K, made to sum to 1. Throws E_OPTION with everything that is wrong.
 */
export function readPrior(text: string, labels: readonly string[]): ClassMix {
  const { shares, faults } = readShares(text, labels);
  const missing = labels.filter((label) => !shares.has(label));
  if (missing.length > 0 && faults.length === 0) faults.push(`no share for ${quoteList(missing)}`);
  const total = [...shares.values()].reduce((a, b) => a + b, 0);
  if (faults.length === 0 && Math.abs(total - 1) > rounding)
    faults.push(`shares that sum to ${Number(total.toFixed(4))}`);
  if (faults.length > 0)
    throw new RootstockError(
      "E_OPTION",
      `--prior: expected "estimated" or a share for each class that sum to 1, got ${faults.join("; ")}, in ${JSON.stringify(text)}.`,
      { hint: `The classes are ${quoteList(labels)}: ${exampleOf(labels)}` },
    );
  return Float64Array.from(labels, (label) => shares.get(label)! / total);
}

interface Shares {
  readonly shares: Map<string, number>;
  readonly faults: string[];
}

function readShares(text: string, labels: readonly string[]): Shares {
  const read: Shares = { shares: new Map(), faults: [] };
  const longestFirst = labels.toSorted((a, b) => b.length - a.length);
  for (let rest = text.normalize("NFC").trim(); rest !== "";) {
    const label = longestFirst.find((name) => rest.startsWith(`${name}=`) || rest.startsWith(`${name} =`));
    const end = rest.indexOf(",", label?.length ?? 0);
    const entry = end === -1 ? rest : rest.slice(0, end);
    rest = end === -1 ? "" : rest.slice(end + 1).trim();
    takeShare(read, entry, label);
  }
  return read;
}

function takeShare({ shares, faults }: Shares, entry: string, label: string | undefined): void {
  if (label === undefined) {
    const name = entry.slice(0, entry.lastIndexOf("=")).trim();
    faults.push(name === "" ? `${JSON.stringify(entry)}` : `no class ${JSON.stringify(name)} of the model's`);
    return;
  }
  const text = entry.slice(entry.indexOf("=", label.length) + 1).trim();
  const share = Number(text);
  if (text === "" || !(share >= 0 && share <= 1))
    faults.push(`${JSON.stringify(text)} for ${JSON.stringify(label)}`);
  else if (shares.has(label)) faults.push(`${JSON.stringify(label)} twice`);
  else shares.set(label, share);
}

function exampleOf(labels: readonly string[]): string {
  const share = Number((1 / labels.length).toFixed(2));
  return `--prior '${labels.slice(0, 3).map((label) => `${label}=${share}`)}${labels.length > 3 ? ",..." : ""}'`;
}
