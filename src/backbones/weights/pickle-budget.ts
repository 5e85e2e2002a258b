import { pickleFault } from "./pickle-value.ts";

/**
 * The most that one pickle may cost. A tensor takes about thirty instructions and ten objects, so this is enough for
 * 25,000 tensors; a pickle of 17 KB that inflates to 16 MiB of empty dictionaries stops early.
 */
const growing = {
  instructions: 2 ** 22,
  /** Containers, tensors and references, counted each time one is put on the stack. */
  objects: 2 ** 18,
  /** Members of dictionaries and lists, and what constructors are handed: a shared list may be handed over again. */
  members: 2 ** 20,
};
const held = {
  "values at once": 2 ** 20,
  /** Begun and not yet ended. */
  "open containers": 1000,
  "memo entries": 2 ** 19,
};

/** What a pickle has cost so far. */
export interface PickleBudget {
  /** Adds to a cost that only grows. Throws E_PICKLE when it passes its limit. */
  spend(cost: keyof typeof growing, count?: number): void;
  /** Holds a size that comes and goes against its limit. Throws E_PICKLE. */
  hold(cost: keyof typeof held, size: number): void;
}

/** A budget of which nothing is spent. */
export function createPickleBudget(): PickleBudget {
  const left = { ...growing };
  return {
    spend: (cost, count = 1) => {
      left[cost] -= count;
      if (left[cost] < 0) throw tooMuch(cost, growing[cost]);
    },
    hold: (cost, size) => {
      if (size > held[cost]) throw tooMuch(cost, held[cost]);
    },
  };
}

function tooMuch(what: string, limit: number): Error {
  return pickleFault(`expected at most ${limit} ${what}, got more`);
}
