import { existsSync } from "node:fs";
import { type CardAnswers, pixelAnswers } from "../../backbones/card-questions.ts";
import { type CatalogueEntry, findCatalogueEntry } from "../../backbones/catalogue.ts";
import { type Pulled, pull } from "../../backbones/pull.ts";
import type { PullOptions } from "../../backbones/pull-options.ts";
import { cardPathOf } from "../../backbones/read-card.ts";
import { toErrorRecord } from "../../base/errors.ts";
import { type Report, type Run, startRun } from "../../base/events.ts";
import { addBackbone } from "./add-backbone.ts";
import { tell } from "../../words/fact.ts";

/** `backbones pull --json` */
export interface PulledBackbone extends Pulled {
  /** The card beside the file; null for weights whose architecture brings its own. */
  readonly card: string | null;
}

/**
 * Downloads a backbone of the catalogue, or checks the one that is there. An ONNX file gets its card too, from what
 * the catalogue knows and its graph tells; where that fails the file stays, and a warning says what to do.
 * Throws what `pull` throws.
 */
export function pullBackbone(name: string, options: PullOptions = {}): Run<PulledBackbone> {
  return startRun(async (report) => {
    const pulled = await pull(name, { ...options, report });
    const entry = findCatalogueEntry(name)!;
    const card = cardPathOf(pulled.path);
    if (entry.architecture === null && !existsSync(card))
      await writeCard(pulled.path, entry, { ...options, report });
    return { ...pulled, card: existsSync(card) ? card : null };
  });
}

async function writeCard(
  path: string,
  entry: CatalogueEntry,
  { signal, report }: PullOptions & { report: Report },
): Promise<void> {
  try {
    const run = addBackbone(path, { answers: answersOf(entry), signal });
    for await (const event of run) report(event);
    await run.result;
  } catch (error) {
    signal?.throwIfAborted();
    const { code, message } = toErrorRecord(error);
    report({
      type: "warning",
      code,
      ...tell("noCard", { path, code, message }),
    });
  }
}

/** What the catalogue knows, in the words of the flags. */
function answersOf({ name, source, licence, paper, preprocessing }: CatalogueEntry): CardAnswers {
  const about = { name, source: source.kind === "address" ? source.url : source.package, licence, paper };
  return preprocessing === null ? about : { ...about, ...pixelAnswers(preprocessing) };
}
