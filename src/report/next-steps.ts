import { join } from "node:path";
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

/** Small, fast, and better on ImageNet than others of its size. */
export const suggestedBackbone = "mobilenet_v2";

/** What of a run decides the next steps. */
export type FinishedRun = Pick<RunRecord, "winner"> & {
  readonly recipes: readonly Pick<RunRecord["recipes"][number], "pretrained">[];
  readonly dataset: Pick<RunRecord["dataset"], "path">;
};

/**
 * The lines to type after a run: to look at its report, use its model, ship it, and do better where it had no pretrained
 * network. `folder` is the run folder as seen from where the lines are typed.
 */
export function nextSteps(
  { winner, recipes, dataset }: FinishedRun,
  { folder, opener, words = english }: { folder: string; opener: string; words?: Words },
): NextStep[] {
  const { steps: reasons, photo } = words.comparison;
  const model = quoteWord(join(folder, "model"));
  const hasModel = winner !== null;
  const isHandMade = hasModel && recipes.every(({ pretrained }) => pretrained === false);
  const retried = `rootstock compare ${quoteWord(dataset.path)} --backbone ${suggestedBackbone}`;
  const steps: readonly (readonly [what: NextStep["what"], isOpen: boolean, commands: readonly string[]])[] =
    [
      ["look", true, [`${opener} ${quoteWord(join(folder, "report.html"))}`]],
      ["predict", hasModel, [`rootstock predict ${model} ${photo}`]],
      ["ship", hasModel, [`rootstock verify ${model}`]],
      ["improve", isHandMade, [`rootstock backbones pull ${suggestedBackbone}`, retried]],
    ];
  return steps
    .filter(([, isOpen]) => isOpen)
    .map(([what, , commands]) => ({ what, why: reasons[what], commands }));
}
