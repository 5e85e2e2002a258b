import { z } from "zod";

const text = z.string().min(1);
const whole = z.int().positive();
const triple = z.tuple([z.number(), z.number(), z.number()]);

/** A positive number, or the fraction people write: "1/255". */
const scale = z
  .union([
    z.number(),
    z.string().regex(/^\d+(\.\d+)?\/\d+(\.\d+)?$/, 'expected a number or a fraction like "1/255"'),
  ])
  .transform((value) => (typeof value === "number" ? value : quotient(value)))
  .refine((value) => Number.isFinite(value) && value > 0, "expected a scale above 0");

function quotient(fraction: string): number {
  const [above, below] = fraction.split("/").map(Number);
  return above! / below!;
}

const preprocessing = z
  .strictObject({
    width: whole.max(4096),
    height: whole.max(4096),
    resize: z.discriminatedUnion("kind", [
      z.strictObject({ kind: z.literal("shortSide"), size: whole.max(8192) }),
      z.strictObject({ kind: z.literal("exact") }),
      z.strictObject({ kind: z.literal("none") }),
    ]),
    crop: z.enum(["centre", "none"]),
    interpolation: z.enum(["bilinear", "bicubic"]),
    colour: z.enum(["rgb", "bgr"]),
    scale,
    mean: triple,
    std: triple.refine((values) => values.every((value) => value > 0), "expected three values above 0"),
  })
  .refine(
    ({ resize, width, height }) => resize.kind !== "shortSide" || resize.size >= Math.max(width, height),
    {
      path: ["resize", "size"],
      message: "expected a short side of at least the crop's width and height",
    },
  );

const layer = z.strictObject({
  name: text,
  value: text,
  shape: z.array(whole).min(1).max(3),
  group: text.exactOptional(),
});

const share = z.number().min(0).max(1);

const pretraining = z.strictObject({
  data: text,
  photos: whole,
  classes: whole,
  unlabelled: z.int().nonnegative(),
  command: text,
  epochs: whole,
  hours: z.number().nonnegative(),
  teacher: z.strictObject({ name: text, sha256: text, top1: share.nullable() }).nullable(),
  top1: share,
  validationPhotos: whole,
  size: whole,
  seed: z.int().nonnegative(),
});

/**
 * The whole invariant of a card file. Strict: an unknown field is a spelling mistake and is named.
 * Beyond each field's own range: layer names differ, and the default layer is one of them.
 */
export const cardSchema = z
  .strictObject({
    name: text.regex(/^[\w.-]+$/, 'expected letters, digits, ".", "_" and "-"'),
    source: text,
    sha256: z.union([z.string().regex(/^[0-9a-f]{64}$/, "expected 64 hex digits, or null"), z.null()]),
    licence: text,
    paper: z.string(),
    parameters: z.int().nonnegative(),
    preprocessing,
    layers: z.array(layer).min(1),
    defaultLayer: text,
    isTrainable: z.boolean(),
    architecture: text.exactOptional(),
    pretraining: pretraining.exactOptional(),
    notes: text.exactOptional(),
  })
  .superRefine(({ layers, defaultLayer }, context) => {
    const names = layers.map(({ name }) => name);
    names.forEach((name, i) => {
      if (names.indexOf(name) !== i)
        context.addIssue({
          code: "custom",
          path: ["layers", i, "name"],
          message: `"${name}" is named twice`,
        });
    });
    if (!names.includes(defaultLayer))
      context.addIssue({
        code: "custom",
        path: ["defaultLayer"],
        message: `expected one of the layers (${names.join(", ")}), got "${defaultLayer}"`,
      });
  });
