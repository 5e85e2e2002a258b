import { z } from "zod";
import { classifierTable } from "../classifiers/classifier-table.ts";
import { transformNames } from "../classifiers/transform-table.ts";
import { poolings } from "../features/feature-model.ts";
import type { Recipe } from "./recipe.ts";

const hyperParameters = z.record(z.string(), z.union([z.number(), z.string(), z.boolean()]));

/** The recipe file, strict: an unknown key is an error, because a misspelt one would silently do nothing. */
export const recipeSchema: z.ZodType<Recipe> = z.strictObject({
  version: z.literal(1),
  name: z.string().regex(/^[a-z0-9][a-z0-9_-]{0,63}$/, "expected lower-case letters, digits, - and _"),
  summary: z.string().min(1).max(300),
  backbones: z.enum(["each", "all"]).default("each"),
  layer: z.string().nullable().default(null),
  pooling: z.enum(poolings).default("avg"),
  transforms: z.array(z.enum(transformNames)).default([]),
  classifier: z.enum(Object.keys(classifierTable) as [string, ...string[]]),
  grid: z.array(hyperParameters).min(1).nullable().default(null),
});
