import { type ZodType, z } from "zod";
import { type BundleRecord, goldenKinds, updateKinds, updateStarts } from "./bundle-record.ts";

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const fraction = z.number().min(0).max(1);
/** Paths stay inside the folder: no "..", no root, no drive. */
const innerPath = z.string().regex(/^(?!.*(^|\/)\.\.(\/|$))[^/\\:][^\\:]*$/);

const backbone = z.object({
  name: z.string(),
  sha256,
  layer: z.string(),
  pooling: z.string(),
  licence: z.string(),
  source: z.string(),
});

const data = z.object({
  images: z.number().int(),
  digest: z.string(),
  classCounts: z.array(z.number().int()),
  unlearnt: z.array(z.string()).optional(),
  ledger: z.object({ path: z.string(), version: sha256 }).optional(),
});

const metrics = z.object({
  accuracy: z.object({ mean: fraction, low: fraction, high: fraction }),
  macroF1: fraction,
  holdout: fraction.nullable(),
});

const update = z.object({
  by: z.enum(["update", "merge"]),
  kind: z.enum(updateKinds),
  start: z.enum(updateStarts).optional(),
  at: z.string(),
  rootstock: z.string(),
  from: z.array(sha256),
  added: z.number().int(),
  removed: z.number().int(),
  relabelled: z.number().int(),
  images: z.tuple([z.number().int(), z.number().int()]),
  labels: z.array(z.string()),
  metrics: metrics.nullable(),
  ledger: z.string().optional(),
});

const golden = z.object({ file: innerPath, label: z.string(), logits: z.array(z.number()) });

/** Format 1 of `rootstock.json`. */
export const bundleRecord: ZodType<BundleRecord> = z.object({
  format: z.literal(1),
  rootstock: z.string(),
  createdAt: z.string(),
  recipe: z.object({ name: z.string(), summary: z.string(), resolved: z.unknown() }),
  chosen: z.record(z.string(), z.union([z.number(), z.string(), z.boolean()])),
  backbones: z.array(backbone),
  labels: z.array(z.string()).min(2),
  data,
  seed: z.number().int(),
  metrics: metrics.nullable(),
  unknown: z
    .object({
      photos: z.number().int(),
      levels: z.array(z.object({ keep: fraction, familiarity: z.number() })),
    })
    .nullable()
    .optional(),
  updates: z.array(update).optional(),
  golden: z.array(golden),
  goldenKind: z.enum(goldenKinds).optional(),
  files: z.record(innerPath, sha256),
});
