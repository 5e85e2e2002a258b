import { z } from "zod";
import { choice, count, errorRecord, object, training } from "./recipe-row-schema.ts";

const key = z.string();

const storedFit = object({
  key,
  /** `data`: float32, little-endian, in base64. As decimals they would be four times as many bytes, and ten times in the making. */
  logits: object({ rows: count, columns: count, data: z.string() }),
  chosen: choice,
  training: training.exactOptional(),
  modelBytes: z.number().exactOptional(),
  seconds: object({ fit: z.number(), predict: z.number() }),
});

/** What several processes keep of a fit that failed, so that none of them tries it again. */
const storedFailure = object({ key, error: errorRecord });

/** A result as it lies in the folder of a run that is not complete. */
export const storedResult = z.union([storedFit, storedFailure]);
