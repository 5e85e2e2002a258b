import { z } from "zod";
import { type ErrorCode, errorCodes } from "../base/errors.ts";

/** An object of a run file. Keys that a later version added are passed over. */
export const object = <Shape extends z.ZodRawShape>(shape: Shape): z.ZodReadonly<z.ZodObject<Shape>> =>
  z.object(shape).readonly();
/** A list that cannot be changed. */
export const list = <Item extends z.ZodType>(item: Item): z.ZodReadonly<z.ZodArray<Item>> =>
  z.array(item).readonly();

/** A whole number from 0 on. */
export const count = z.int().min(0);
/** A share from 0 to 1. */
export const fraction = z.number().min(0).max(1);
/** JSON has no word for NaN and the infinities: a loss that went there is written as null. */
const figure = z.union([z.number(), z.null().transform(() => Number.NaN)]);

const factValue = z.union([
  z.string(),
  z.number(),
  z.boolean(),
  z.null(),
  list(z.string()),
  list(z.number()),
]);

/** Schema of an error as plain data. */
export const errorRecord = object({
  code: z.enum(Object.keys(errorCodes) as [ErrorCode, ...ErrorCode[]]),
  message: z.string(),
  hint: z.string(),
  fact: object({ name: z.string(), values: z.record(z.string(), factValue).readonly() })
    .exactOptional()
    .describe("what the message says, as data; absent where nobody has put it so"),
});

const estimate = object({ mean: fraction, low: fraction, high: fraction }).describe(
  "accuracy with its 95 % interval",
);

const epochPoint = object({
  epoch: count.describe("0 is the start, which has validation figures alone"),
  validationLoss: figure,
  validationAccuracy: fraction,
  loss: figure.exactOptional(),
  accuracy: fraction.exactOptional(),
  rate: z.number().exactOptional(),
});

const ratePoint = object({ rate: z.number(), loss: figure });

const trainingOutcome = object({
  epochs: count.describe("epochs made"),
  bestEpoch: count.describe("the epoch that was kept; 0: the weights that training began with"),
  imagesSeen: count,
  stoppedBy: z.enum(["epochs", "patience", "interruption"]),
  isRefitted: z.boolean(),
  network: z.string().describe("where its weights came from: pretrained, or how the untrained one was built"),
  frozenTo: z.string().nullable().describe("the last parameter group kept frozen; null for random weights"),
  size: count.nullable().describe("of the pictures, in pixels; null for the backbone's own"),
});

const course = {
  epochs: list(epochPoint).describe("ascending"),
  rateTest: list(ratePoint).describe("the range test that chose the rate; empty where there was none"),
};

/** What the training of one network did. */
export const training = object({ ...course, outcome: trainingOutcome });

const foldTraining = object({
  ...course,
  outcome: trainingOutcome.exactOptional().describe("absent in runs of version 0.1.0"),
});

/** What tuning chose, and what became of a training, by name. */
export const choice = z.record(z.string(), z.union([z.number(), z.string(), z.boolean()])).readonly();

const classMetrics = object({
  precision: fraction,
  recall: fraction,
  f1: fraction,
  support: count.describe("images that are this class"),
});

const calibration = object({
  expectedError: fraction,
  bins: list(object({ low: z.number(), high: z.number(), count, confidence: fraction, accuracy: fraction })),
});

const prediction = object({ label: count, probability: fraction });

const head = {
  name: z.string().describe("unique in the run"),
  summary: z.string(),
  backbones: list(z.string()),
  layer: z.string(),
  dimensions: count.describe("features"),
  pretrained: z
    .boolean()
    .exactOptional()
    .describe(
      "false where its backbones are hand-made and hold nothing that was learnt; absent in older runs",
    ),
  complexity: list(z.number())
    .exactOptional()
    .describe("compared place by place, less is simpler and comes first of equals; absent in older runs"),
  resolved: z.unknown().describe("the recipe as it was resolved"),
};

/** Schema of what every row says. */
export const recipeHead = object(head);

/** Schema of a row that failed. */
export const failedRecipe = object({ ...head, error: errorRecord });

/** Schema of a row that was measured. */
export const measuredRecipe = object({
  ...head,
  accuracy: estimate,
  macroF1: fraction,
  foldAccuracies: list(fraction).describe("of every fold; with repeats one round after the other"),
  repeats: count
    .exactOptional()
    .describe("rounds of the cross-validation; the accuracy is their mean. Absent in older runs: 1"),
  holdout: fraction.nullable().describe("accuracy on the holdout; null where the data has none"),
  seconds: object({
    features: z.number(),
    fit: z.number(),
    predict: z.number(),
    total: z.number(),
    onePhoto: z
      .number()
      .exactOptional()
      .describe("from a decoded photo to its class, one at a time; absent in older runs"),
  }),
  megabytes: z
    .number()
    .exactOptional()
    .describe("of the model's numbers, as it would be delivered; absent in older runs"),
  chosen: list(choice).describe("by fold: what inner tuning chose, and what became of a training"),
  training: list(foldTraining)
    .exactOptional()
    .describe("by fold: how its network was trained; absent where none was"),
  blend: object({
    members: list(object({ recipe: z.string(), weight: fraction })).describe(
      "of weight above 0, in the order of the rows",
    ),
    temperature: z.number(),
  })
    .exactOptional()
    .describe("of a blend: what its delivered model averages; absent for other recipes"),
  perClass: list(classMetrics),
  confusion: list(list(count)).describe("rows are the truth, columns the prediction"),
  logLoss: figure,
  brier: figure,
  calibration,
  predictions: list(prediction.nullable()).describe(
    "by image: class and probability while it was held out, in the first round; null where no fold held it out",
  ),
});

/** A row of the comparison. A recipe that failed keeps its row, with `error` and nothing measured. */
export const runRecipe = z.union([failedRecipe, measuredRecipe]);
