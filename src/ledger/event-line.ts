import { hashText } from "../files/hash-file.ts";
import type { LedgerEvent, RecordingFacts } from "./ledger-event.ts";

/** The first line: what the file is. */
export interface LedgerHead extends RecordingFacts {
  readonly type: "ledger";
  readonly format: number;
  /** Drawn, so that no two ledgers have a version in common. */
  readonly id: string;
}

/** What the first line of several recorded together says besides. */
export interface RecordingMarks {
  /** So many lines, this one among them, were recorded together: all of them count, or none. Absent of a single one. */
  readonly events?: number;
  /** The version whose labels this recording brings back. */
  readonly undoes?: string;
}

/** What a line says. */
export type LineContent = (LedgerEvent | LedgerHead) & RecordingFacts & RecordingMarks;

/** A line as it was written. */
export interface LedgerLine {
  readonly content: LineContent;
  readonly previous: string;
  readonly hash: string;
}

/** What the first line follows. */
export const noHash = "0".repeat(64);

const beforePrevious = ',"previous":"';
const beforeHash = '","hash":"';
const hashLength = noHash.length;
const tailLength = beforePrevious.length + hashLength + beforeHash.length + hashLength + '"}'.length;

/**
 * One line of the ledger, without its line end: `{…,"previous":"…","hash":"…"}`, where
 * hash = sha256(previous + `{…}`), both as text in UTF-8: whoever has `sha256sum` can follow the chain.
 */
export function formatLine(content: LineContent, previous: string): { text: string; hash: string } {
  const json = JSON.stringify(content);
  const hash = hashText(previous + json);
  return { text: `${json.slice(0, -1)},"previous":"${previous}","hash":"${hash}"}`, hash };
}

/** What is wrong with a line by itself: it is none of ours, or its text was changed after it was written. */
export type LineFault = { readonly fault: string; readonly hash: string | null };

/** Reads a line of the ledger and makes sure that it says what was written. */
export function parseLine(text: string): LedgerLine | LineFault {
  const at = text.length - tailLength;
  const hashAt = text.length - hashLength - 2;
  if (!text.startsWith(beforePrevious, at) || !text.startsWith(beforeHash, hashAt - beforeHash.length))
    return { fault: "expected an event that ends with its hash", hash: null };
  const previous = text.slice(at + beforePrevious.length, at + beforePrevious.length + hashLength);
  const hash = text.slice(hashAt, -2);
  const json = `${text.slice(0, at)}}`;
  const actual = hashText(previous + json);
  if (actual !== hash || !text.endsWith('"}'))
    return {
      fault: `expected the hash ${hash.slice(0, 12)}, got ${actual.slice(0, 12)}: the line was edited`,
      hash,
    };
  try {
    return { content: JSON.parse(json) as LineContent, previous, hash };
  } catch {
    return { fault: "expected JSON", hash };
  }
}

/** Whether a file that begins so is meant as a ledger. */
export function isLedgerText(text: string): boolean {
  return text.replace(/^\uFEFF/, "").startsWith('{"type":"ledger"');
}
