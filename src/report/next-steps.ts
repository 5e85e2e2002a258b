import { join } from "node:path";
import { betterBackbone, embeddedBackbones } from "../backbones/embedded.ts";
import { quoteWord } from "../base/quote-word.ts";
import { type Words, english } from "../words/en/en.ts";
import type { RunRecord } from "../runs/run-record.ts";

/** What a person may do after a run, as a line to type. */
export interface NextStep {
  /** One word. */
  readonly what: "look" | "predict" | "ship" | "improve";
  readonly why: string;
  readonly commands: readonly string[];
}

/** What of a run decides the next steps. */
export type FinishedRun = Pick<RunRecord, "winner"> & {
  readonly recipes: readonly Pick<RunRecord["recipes"][number], "backbones">[];
  readonly dataset: Pick<RunRecord["dataset"], "path">;
};

/**
 * The lines to type after a run: to look at its report, use its model, ship it, and do better where it had no
 * networks but those of the package. `folder` is the run folder as seen from where the lines are typed.
 */
export function nextSteps(
  { winner, recipes, dataset }: FinishedRun,
  { folder, opener, words = english }: { folder: string; opener: string; words?: Words },
): NextStep[] {
  const { steps: reasons, photo } = words.comparison;
  const model = quoteWord(join(folder, "model"));
  const hasModel = winner !== null;
  const isEmbedded = recipes.every(({ backbones }) => backbones.every(isOfPackage));
  const retried = `rootstock compare ${quoteWord(dataset.path)} --backbone ${betterBackbone.name}`;
  const steps: readonly (readonly [what: NextStep["what"], isOpen: boolean, commands: readonly string[]])[] =
    [
      ["look", true, [`${opener} ${quoteWord(join(folder, "report.html"))}`]],
      ["predict", hasModel, [`rootstock predict ${model} ${photo}`]],
      ["ship", hasModel, [`rootstock verify ${model}`]],
      ["improve", hasModel && isEmbedded, [`rootstock backbones pull ${betterBackbone.name}`, retried]],
    ];
  return steps
    .filter(([, isOpen]) => isOpen)
    .map(([what, , commands]) => ({ what, why: whyOf(what, reasons), commands }));
}

function isOfPackage(backbone: string): boolean {
  return embeddedBackbones.includes(backbone);
}

function whyOf(what: NextStep["what"], reasons: Words["comparison"]["steps"]): string {
  return what === "improve" ? reasons.improve(betterBackbone) : reasons[what];
}
