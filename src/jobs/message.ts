import { z } from "zod";
import type { JobData } from "./job.ts";

const whole = z.int().min(0);
const features = z.object({ kind: z.literal("features"), use: whole, chunk: whole });
const fit = z.object({
  kind: z.literal("fit"),
  recipe: z.string(),
  fold: z.union([whole, z.literal("holdout")]),
});

/** A job as it lies in the queue: little, since everything else is in the run's folder. */
export const jobMessage = z.object({
  format: z.literal(1),
  /** The run's folder as an absolute path on the machine that asks. */
  folder: z.string(),
  id: z.string().regex(/^[0-9a-f]{64}$/),
  data: z.discriminatedUnion("kind", [features, fit]),
});

/** A job of some run. */
export interface JobMessage {
  readonly folder: string;
  readonly id: string;
  readonly data: JobData;
}
