import type { ZodType } from "zod";
import { RootstockError } from "../base/errors.ts";
import { type BundleRecord, goldenKinds } from "./bundle-record.ts";

/** `rootstock.json` from its text; throws E_BUNDLE naming every key that does not fit. */
export async function parseBundleRecord(text: string, path: string): Promise<BundleRecord> {
  const { z } = await import("zod");
  const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
  const fraction = z.number().min(0).max(1);
  /** Paths stay inside the folder: no "..", no root, no drive. */
  const innerPath = z.string().regex(/^(?!.*(^|\/)\.\.(\/|$))[^/\\:][^\\:]*$/);
  const schema: ZodType<BundleRecord> = z.object({
    format: z.literal(1),
    rootstock: z.string(),
    createdAt: z.string(),
    recipe: z.object({ name: z.string(), summary: z.string(), resolved: z.unknown() }),
    chosen: z.record(z.string(), z.union([z.number(), z.string(), z.boolean()])),
    backbones: z.array(
      z.object({
        name: z.string(),
        sha256,
        layer: z.string(),
        pooling: z.string(),
        licence: z.string(),
        source: z.string(),
      }),
    ),
    labels: z.array(z.string()).min(2),
    data: z.object({
      images: z.number().int(),
      digest: z.string(),
      classCounts: z.array(z.number().int()),
      unlearnt: z.array(z.string()).optional(),
    }),
    seed: z.number().int(),
    metrics: z
      .object({
        accuracy: z.object({ mean: fraction, low: fraction, high: fraction }),
        macroF1: fraction,
        holdout: fraction.nullable(),
      })
      .nullable(),
    golden: z.array(z.object({ file: innerPath, label: z.string(), logits: z.array(z.number()) })),
    goldenKind: z.enum(goldenKinds).optional(),
    files: z.record(innerPath, sha256),
  });
  const checked = schema.safeParse(parseJson(text, path));
  if (checked.success) return checked.data;
  const faults = checked.error.issues.slice(0, 5).map((issue) => `${issue.path.join(".")}: ${issue.message}`);
  throw new RootstockError("E_BUNDLE", `${path}: ${faults.join("; ")}.`, {
    hint: "The folder was made by another version, or was edited; train the model again.",
  });
}

function parseJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new RootstockError("E_BUNDLE", `${path}: not JSON.`, {
      hint: "The file is damaged; copy the model folder again.",
      cause,
    });
  }
}
