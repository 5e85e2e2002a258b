import type { ErrorCode, ErrorRecord } from "../base/errors.ts";
import type { WorkEvent } from "../base/events.ts";
import type { Fact, FactValues } from "../base/fact.ts";
import { type Words, english } from "./en/en.ts";
import type { Finding } from "./en/findings.ts";

type Told = Words["told"];
type Works = Words["works"];
type Findings = Words["findings"];

/** A sentence in English with the fact that it says. */
export interface Sentence {
  readonly message: string;
  readonly fact: Fact;
}

/** A notice or a warning's message: `report({ type: "notice", ...tell("isKept", { path }) })`. */
export function tell<Name extends keyof Told>(name: Name, ...values: Parameters<Told[Name]>): Sentence {
  return { message: sentenceOf(english.told[name], values[0]), fact: { name, values: values[0] ?? {} } };
}

/** The stage of progress: `report({ type: "progress", ...work("pictures"), done, total, unit })`. */
export function work<Name extends keyof Works>(
  name: Name,
  ...values: Parameters<Works[Name]>
): { readonly stage: string; readonly fact: Fact } {
  const { stage } = sentenceOf(english.works[name], values[0]);
  return { stage, fact: { name, values: values[0] ?? {} } };
}

/** The event with which a stage of work begins. */
export function beginning<Name extends keyof Works>(
  name: Name,
  ...values: Parameters<Works[Name]>
): WorkEvent {
  const { message } = sentenceOf(english.works[name], values[0]);
  return { type: "stage", ...work(name, ...values), message };
}

/** A finding about a data set, as plain data. */
export function finding<Name extends keyof Findings>(
  code: ErrorCode,
  name: Name,
  ...values: Parameters<Findings[Name]>
): ErrorRecord {
  return { code, ...sentenceOf(english.findings[name], values[0]), fact: { name, values: values[0] } };
}

/**
 * A message in `words`. One that brings no fact, or one that this catalogue does not know, stays as it is; of a warning
 * its code is said all the same.
 */
export function inWords(
  { message, code = "", fact }: { message: string; code?: string; fact?: Fact | undefined },
  words: Words,
): string {
  if (fact !== undefined && fact.name in words.told)
    return sentenceOf(words.told[fact.name as keyof Told], fact.values);
  if (fact !== undefined && fact.name in words.findings) {
    const said = sentenceOf(words.findings[fact.name as keyof Findings], fact.values);
    return words.verdict.join([said.message, said.hint]);
  }
  if (words.lang === "en" || !(code in words.errors)) return message;
  return words.errors[code as ErrorCode].means + words.errorFrame.original(message);
}

/** A stage in `words`, or null where it brings no fact. */
export function workInWords(fact: Fact | undefined, words: Words): ReturnType<Works[keyof Works]> | null {
  if (fact === undefined || !(fact.name in words.works)) return null;
  return sentenceOf(words.works[fact.name as keyof Works], fact.values);
}

/** An error for people: what it says, what helps, and the English original where only its code has a translation. */
export interface SaidError {
  readonly text: string;
  readonly hint: string;
  readonly original: string;
}

/** An error record in `words`. */
export function errorInWords({ code, message, hint, fact }: ErrorRecord, words: Words): SaidError {
  if (fact !== undefined && fact.name in words.findings) {
    const said: Finding = sentenceOf(words.findings[fact.name as keyof Findings], fact.values);
    return { text: said.message, hint: said.hint, original: "" };
  }
  if (words.lang === "en") return { text: message, hint, original: "" };
  const { means, next } = words.errors[code];
  return { text: means, hint: next, original: words.errorFrame.original([message, hint].join(" ").trim()) };
}

/** What `tell`, `work` and `finding` have checked, and what came back from a file, fills a sentence of that name. */
function sentenceOf<T>(sentence: (values: never) => T, values: FactValues | undefined): T {
  return sentence(values as never);
}
