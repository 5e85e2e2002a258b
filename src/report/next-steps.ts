import { join } from "node:path";
import { quoteWord } from "../base/quote-word.ts";
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
  { folder, opener }: { folder: string; opener: string },
): NextStep[] {
  const model = quoteWord(join(folder, "model"));
  const isHandMade = winner !== null && recipes.every(({ pretrained }) => pretrained === false);
  return [
    {
      what: "look",
      why: "open the report",
      commands: [`${opener} ${quoteWord(join(folder, "report.html"))}`],
    },
    ...(winner === null
      ? []
      : ([
          {
            what: "predict",
            why: "name the class of new photos",
            commands: [`rootstock predict ${model} PHOTO`],
          },
          {
            what: "ship",
            why: "ship the model: its folder is all that is needed, and this proves a copy of it",
            commands: [`rootstock verify ${model}`],
          },
        ] as const)),
    ...(isHandMade
      ? ([
          {
            what: "improve",
            why: "do better: these features are hand-made; a network that was pretrained on photos knows more",
            commands: [
              `rootstock backbones pull ${suggestedBackbone}`,
              `rootstock compare ${quoteWord(dataset.path)} --backbone ${suggestedBackbone}`,
            ],
          },
        ] as const)
      : []),
  ];
}
