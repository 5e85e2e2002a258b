import { RootstockError, quoteList } from "../base/errors.ts";
import type { Recording } from "./recordings.ts";

/** Letters of a version in messages: enough to tell a million apart. */
export const shortLength = 12;

/** A version as people read and type it. */
export function shortVersion(version: string): string {
  return version.slice(0, shortLength);
}

/**
 * The version that a word means: a version or the beginning of one (four letters at least), `latest`, or a date
 * (`2026-11-25`, `2026-11-25T14:30`), in the machine's time zone where it names none: the last version of that day, or at
 * that moment. `recordings` are in their order, one at least.
 *
 * Throws E_VERSION for what means none or several.
 */
export function findVersion(word: string, recordings: readonly Recording[]): Recording {
  const text = word.trim().toLowerCase();
  if (isLatest(word)) return recordings.at(-1)!;
  const moment = momentOf(word.trim());
  if (moment !== null) return lastBefore(moment, { word, recordings });
  const found = /^[0-9a-f]{4,64}$/.test(text)
    ? recordings.filter(({ version }) => version.startsWith(text))
    : [];
  if (found.length === 1) return found[0]!;
  if (found.length > 1) throw several(word, found);
  throw none(word, recordings);
}

/** Whether a word means the last version, whichever that is. */
export function isLatest(word: string): boolean {
  return /^(latest|head)$/i.test(word.trim());
}

/** The last moment that a date covers, in milliseconds; null for what is no date. */
function momentOf(word: string): number | null {
  const match = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d)(:\d\d(?:\.\d+)?)?(Z|[+-]\d\d:?\d\d)?)?$/i.exec(word);
  if (match === null) return null;
  const [, day, minute, second, zone = ""] = match;
  const start = new Date(`${day}T${minute ?? "00:00"}${second ?? ":00"}${zone}`).getTime();
  if (Number.isNaN(start)) return null;
  if (minute === undefined) return new Date(`${day}T23:59:59.999`).getTime();
  return start + (second === undefined ? 59_999 : second.includes(".") ? 0 : 999);
}

function lastBefore(
  moment: number,
  { word, recordings }: { word: string; recordings: readonly Recording[] },
): Recording {
  const found = recordings.findLast(({ time }) => Date.parse(time) <= moment);
  if (found !== undefined) return found;
  throw new RootstockError(
    "E_VERSION",
    `version ${JSON.stringify(word)}: expected a day on which the ledger was there, it begins at ${recordings[0]!.time}.`,
    { hint: "`rootstock labels log` shows every version with its time." },
  );
}

function several(word: string, found: readonly Recording[]): RootstockError {
  const names = found.map(({ version }) => version.slice(0, Math.max(shortLength, word.length + 4)));
  return new RootstockError(
    "E_VERSION",
    `version ${JSON.stringify(word)}: expected one version, ${found.length} begin so: ${quoteList(names)}.`,
    { hint: "Write more of it." },
  );
}

function none(word: string, recordings: readonly Recording[]): RootstockError {
  const names = recordings.slice(-3).map(({ version }) => shortVersion(version));
  return new RootstockError(
    "E_VERSION",
    `version ${JSON.stringify(word)}: expected a version, the beginning of one (four letters or more), "latest" or a ` +
      `date such as 2026-11-25, got none of the ${recordings.length}; the last are ${quoteList(names)}.`,
    { hint: "`rootstock labels log` shows every version with its time." },
  );
}
