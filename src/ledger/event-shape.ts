import { type LedgerEvent, eventTypes } from "./ledger-event.ts";

type Check = (value: unknown) => boolean;

const isText: Check = (value) => typeof value === "string" && value !== "";
const isTextOrNull: Check = (value) => value === null || isText(value);
const isTextOrAbsent: Check = (value) => value === undefined || isText(value);
const isSha256: Check = (value) => typeof value === "string" && /^[0-9a-f]{64}$/.test(value);
const isSplit: Check = (value) => value === undefined || splits.has(value);
const splits: ReadonlySet<unknown> = new Set(["train", "validation", "test"]);
const isPlace: Check = (value) => isRecord(value) && fieldsFit(value, place);
const isTexts: Check = (value) => Array.isArray(value) && value.every(isText);
const isNewLabels: Check = (value) =>
  isRecord(value) && Object.entries(value).every(([sha256, label]) => isSha256(sha256) && isText(label));

const place: Readonly<Record<string, Check>> = { path: isText, split: isSplit, group: isTextOrAbsent };

/** What each type of event must say. */
const fields: Readonly<Record<LedgerEvent["type"], Readonly<Record<string, Check>>>> = {
  "photo-added": { sha256: isSha256, label: isTextOrNull, ...place },
  "photo-removed": { sha256: isSha256 },
  "photo-moved": { sha256: isSha256, from: isPlace, to: isPlace },
  labelled: { sha256: isSha256, label: isText },
  relabelled: { sha256: isSha256, from: isText, to: isTextOrNull },
  "class-added": { label: isText },
  "class-removed": { label: isText },
  "class-renamed": { from: isText, to: isText },
  "class-merged": { from: isTexts, into: isText },
  "class-split": { from: isText, into: isNewLabels },
};

/** Why a value is no event, `expected …, got …`; null where it is one. A chain that is whole may still be of another's making. */
export function shapeFault(value: Readonly<Record<string, unknown>>): string | null {
  const type = value["type"] as LedgerEvent["type"];
  if (!eventTypes.includes(type)) return `expected a type of event, got ${JSON.stringify(value["type"])}`;
  const wrong = Object.entries(fields[type]).find(([name, check]) => !check(value[name]));
  if (wrong === undefined) return null;
  const [name] = wrong;
  return `expected ${type} with a sound ${name}, got ${(JSON.stringify(value[name]) ?? "none").slice(0, 60)}`;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function fieldsFit(
  value: Readonly<Record<string, unknown>>,
  checks: Readonly<Record<string, Check>>,
): boolean {
  return Object.entries(checks).every(([name, check]) => check(value[name]));
}
