import { shapeFault } from "./event-shape.ts";
import { type LedgerHead, type LedgerLine, type LineContent, noHash, parseLine } from "./event-line.ts";

/** A place between two recordings. */
export interface LedgerPosition {
  /** Lines before it. */
  readonly lines: number;
  /** Bytes before it. */
  readonly bytes: number;
  /** The hash of the line before it: the version there. */
  readonly version: string;
}

/** Where a ledger begins. */
export const ledgerStart: LedgerPosition = { lines: 0, bytes: 0, version: noHash };

/** One line of the chain. */
export interface LedgerEntry {
  readonly content: LineContent;
  /** Counted from 1. */
  readonly line: number;
  readonly hash: string;
  /** Whether its recording ends with it: then its hash is a version. */
  readonly isLast: boolean;
}

/** What the last recording left where it was stopped in the middle; nothing of it counts. */
export interface TornEnd {
  /** Its first line, counted from 1. */
  readonly line: number;
  /** Whole lines of it. */
  readonly found: number;
  /** Lines that it should have; null where not even the first is whole. */
  readonly wanted: number | null;
}

/** Follows a chain line by line. */
export interface Chain {
  /** What is wrong so far, each with its line. */
  readonly faults: readonly string[];
  /** The next line; null where it is at fault, and then nothing behind it counts. */
  take(text: string): LedgerEntry | null;
  /** What an end here, in the middle of a line or behind one, leaves torn. */
  tornHere(isInLine: boolean): TornEnd | null;
}

/** A chain from `from` on. */
export function openChain(from: LedgerPosition): Chain {
  const faults: string[] = [];
  let [line, first, wanted] = [from.lines, from.lines + 1, 0];
  let previous: string | null = from.version;
  const left = (): number => first + wanted - 1 - line;
  return {
    faults,
    take: (text) => {
      line += 1;
      const parsed = parseLine(text);
      const fault = "fault" in parsed ? parsed.fault : followFault(parsed, { previous, line });
      previous = parsed.hash;
      if (fault !== null) faults.push(`line ${line}: ${fault}`);
      if (fault !== null || "fault" in parsed) return null;
      if (line > first + wanted - 1) [first, wanted] = [line, parsed.content.events ?? 1];
      return { content: parsed.content, line, hash: parsed.hash, isLast: left() === 0 };
    },
    tornHere: (isInLine) => {
      if (left() > 0) return { line: first, found: line - first + 1, wanted };
      return isInLine ? { line: line + 1, found: 0, wanted: null } : null;
    },
  };
}

interface Place {
  readonly previous: string | null;
  readonly line: number;
}

/** Why a line that is whole by itself does not belong here. */
function followFault({ content, previous: said }: LedgerLine, { previous, line }: Place): string | null {
  if (previous !== null && said !== previous)
    return (
      `expected to follow ${shown(previous, line)}, got one that follows ${said.slice(0, 12)}: ` +
      "lines were cut, put in or put in another order here"
    );
  if (line === 1) return headFault(content as LedgerHead);
  return shapeFault(content as unknown as Readonly<Record<string, unknown>>);
}

function shown(hash: string, line: number): string {
  return line === 1 ? "nothing, as the first line does" : `${hash.slice(0, 12)} of line ${line - 1}`;
}

function headFault({ type, format }: LedgerHead): string | null {
  if (type !== "ledger") return `expected {"type":"ledger"}, got ${JSON.stringify(type)}`;
  return format === 1 ? null : `expected a ledger of format 1, got ${JSON.stringify(format)}`;
}
