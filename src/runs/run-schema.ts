import { z } from "zod";
import { count, errorRecord, fraction, list, object, runRecipe } from "./recipe-row-schema.ts";

const skippedImage = errorRecord.unwrap().extend({ path: z.string() }).readonly();

const dataset = object({
  path: z.string(),
  images: count.describe("images used"),
  classes: list(z.string()),
  skipped: list(skippedImage),
  ignored: object({ count, examples: list(z.string()) }),
  warnings: list(errorRecord),
  digest: z.string().describe("sha256 of everything in the data that decides a number"),
  ledger: object({ path: z.string(), version: z.string() })
    .exactOptional()
    .describe("the ledger of labels and its version, where the labels come from one"),
  counts: list(object({ training: count, holdout: count })).describe("by class, in the order of classes"),
});

const image = object({
  path: z.string(),
  label: z.int().describe("class index"),
  fold: z.int().min(-1).describe("the fold that held it out; -1 where none did: the holdout and its copies"),
  split: z.enum(["train", "validation", "test"]).nullable(),
  group: z.string().nullable(),
});

const interval = object({ mean: z.number(), low: z.number(), high: z.number() });
const pair = object({
  a: z.string().describe("the one with the higher accuracy"),
  b: z.string(),
  difference: z.number().describe("mean accuracy of a minus that of b"),
  low: z.number(),
  high: z.number(),
  pValue: z.number().describe("of the corrected resampled t-test, two-sided"),
  adjustedP: z.number().describe("the same with Holm's correction over all pairs"),
  isClear: z.boolean().describe("adjustedP under 0.05 and the interval above 0"),
  repeats: count.describe("rounds that both were judged in"),
  mcNemar: object({ onlyA: count, onlyB: count, pValue: z.number() }).describe(
    "of the first round's predictions, beside the test that decides",
  ),
});
const spread = (what: string): typeof interval => interval.describe(`${what}, with its 95 % interval`);
const labelCurve = object({
  recipe: z.string().describe("whose features were used, by a ridge regression"),
  photos: count.describe("that took part: all that train, or a sample of many"),
  classes: count.describe("that took part"),
  judged: count.describe("photos of one draw that accuracy was measured on"),
  draws: count.describe("of judged photos and of labels to begin with"),
  points: list(
    object({
      labels: count.describe("spent"),
      queue: spread("accuracy in the queue's order"),
      random: spread("accuracy in random order"),
      gain: spread("accuracy of the queue minus that of random order, draw by draw"),
    }),
  ),
});
const machine = object({ cpu: z.string(), cores: count, memoryGiB: z.number(), platform: z.string() });

const begun = {
  format: z.literal(1),
  id: z.string(),
  startedAt: z.string(),
};

const record = z.object({
  ...begun,
  status: z.literal("complete"),
  finishedAt: z.string(),
  dataset,
  seed: z.int(),
  folds: count,
  images: list(image).describe("in path order"),
  recipes: list(runRecipe),
  pairs: list(pair)
    .exactOptional()
    .describe("every two recipes that were measured, best first; absent in older runs"),
  leak: object({
    recipe: z.string().describe("that was measured both ways"),
    images: count.describe("pictures in groups of copies or near-duplicates, of those that train"),
    groups: count,
    kept: z
      .number()
      .describe("accuracy with each group on one side of every fold: the recipe's own, of the first round"),
    parted: z.number().describe("accuracy where they may part"),
  })
    .nullable()
    .exactOptional()
    .describe("what copies would have feigned; null where there are none, absent in older runs"),
  lockedTest: object({
    share: fraction.describe("that was asked for"),
    images: count,
    looks: count.describe("complete runs in this folder that scored it, this one among them"),
  })
    .nullable()
    .exactOptional()
    .describe("photos put aside by content; null where none were, absent in older runs"),
  labelCurve: z
    .union([labelCurve, object({ skipped: z.enum(["few photos", "no features", "time"]) })])
    .nullable()
    .exactOptional()
    .describe(
      "what labels are worth by the order they are given in; null without a winner, absent in older runs",
    ),
  winner: z.string().nullable().describe("name of the best recipe; null where every one failed"),
  verdict: z.string().describe("a few sentences for people"),
  command: z.string().describe("the command line that repeats the run"),
  versions: object({ rootstock: z.string(), node: z.string(), engine: z.string() }),
  machine,
  model: z.string().nullable().describe("the delivered model, relative to the run folder"),
});

/** A complete run: every number of the report, and what is needed to repeat it. */
export const runRecord = record.readonly();

const key = z.string().describe("sha256 of everything that decides the numbers");

/** A run under way or stopped. `running` with a dead process means that it was killed. */
export const runMarker = object({
  ...begun,
  status: z.enum(["running", "interrupted", "failed"]),
  key,
  pid: z.int(),
  host: z.string(),
  shared: z.literal(true).exactOptional().describe("by several processes, of which this was the first"),
});

/** `run.json`, format 1. */
export const runFile = z
  .discriminatedUnion("status", [runMarker.unwrap(), record.extend({ key })])
  .readonly()
  .describe("run.json of a Rootstock run");
