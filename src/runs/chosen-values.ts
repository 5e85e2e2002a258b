import type { Choice } from "../evaluate/method.ts";
import type { Training } from "../evaluate/training.ts";

/** What tuning chose and what became of a training as the one flat list that results show under `chosen`. */
export function chosenValues(chosen: Choice, training?: Training): Choice {
  if (training === undefined) return chosen;
  const { network, frozenTo, size, isRefitted, ...course } = training.outcome;
  return {
    ...(frozenTo === null ? { network, size: size ?? "own" } : { frozenTo }),
    ...chosen,
    ...course,
    ...(isRefitted && { refit: true }),
  };
}
