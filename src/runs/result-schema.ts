import { z } from "zod";
import { choice, count, object, training } from "./recipe-row-schema.ts";

/** A result as it lies in the folder of a run that is not complete. */
export const storedResult = object({
  key: z.string(),
  logits: object({ rows: count, columns: count, data: z.array(z.number()) }),
  chosen: choice,
  training: training.exactOptional(),
  seconds: object({ fit: z.number(), predict: z.number() }),
});
