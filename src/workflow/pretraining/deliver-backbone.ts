import { buildArchitecture } from "../../backbones/architectures/registry.ts";
import type { Card, CardPretraining } from "../../backbones/card.ts";
import { encodeTrunk } from "../../backbones/encode-trunk.ts";
import { formatCard } from "../../backbones/format-card.ts";
import { createStudent } from "../../finetune/pretraining/student.ts";
import type { PretrainingPlan } from "../../finetune/pretraining/pretraining-plan.ts";
import { writeFileAtomic } from "../../files/atomic-write.ts";
import { createModel } from "../../graph/create-model.ts";
import { cutFrom } from "../../graph/edit/cut-from.ts";
import { replaceInitializers } from "../../graph/edit/replace-initializers.ts";
import { firstFilters } from "../../graph/first-filters.ts";
import { decodeModel } from "../../graph/onnx/decode-model.ts";
import { encodeModel } from "../../graph/onnx/encode-model.ts";
import { widenWeights } from "../../graph/edit/half-weights.ts";
import type { Tensor } from "../../graph/tensor.ts";
import { drawFilters } from "../../image/draw-filters.ts";
import { encodePng } from "../../image/encode-png.ts";
import type { PretrainingFiles } from "./pretraining-files.ts";

/** A trained network that is to become a backbone. */
export interface DeliverBackboneOptions {
  readonly plan: PretrainingPlan;
  readonly weights: ReadonlyMap<string, Tensor>;
  readonly classes: readonly string[];
  /** Width and height of the pictures on the card. */
  readonly input: number;
  readonly source: string;
  readonly licence: string;
}

/**
 * Writes the trunk as a backbone's file, the head beside it, and the picture of the first filters; returns the card, which
 * is still to be completed and written.
 */
export async function writeTrunkAndHead(
  files: PretrainingFiles,
  { plan, weights, classes, input, source, licence }: DeliverBackboneOptions,
): Promise<Card> {
  const { width } = plan;
  const architecture = buildArchitecture(plan.architecture, { width, classes: classes.length, size: input });
  const { bytes, card } = encodeTrunk(architecture, weights);
  await writeFileAtomic(files.backbone, bytes);
  await writeFileAtomic(files.head, encodeHead({ plan, weights, classes }));
  const model = decodeModel(bytes);
  const filters = firstFilters({ ...model, graph: widenWeights(model.graph) });
  await writeFileAtomic(files.filters, await encodePng(drawFilters(filters)));
  const preprocessing = { ...card.preprocessing, resize: { kind: "shortSide", size: input } } as const;
  const { architecture: name, ...own } = card;
  return {
    ...own,
    name: files.name,
    source,
    licence,
    preprocessing,
    // one of another width is not what the name builds
    ...(width === 1 && name !== undefined && { architecture: name }),
  };
}

/** The card with where the network comes from, beside its file. */
export async function writeCard(
  { card: path }: PretrainingFiles,
  card: Card,
  pretraining: CardPretraining,
): Promise<void> {
  const { layers, defaultLayer, isTrainable, architecture, ...about } = card;
  const rest = { ...(architecture !== undefined && { architecture }), pretraining, layers };
  await writeFileAtomic(path, await formatCard({ ...about, defaultLayer, isTrainable, ...rest }));
}

/** From the trunk's maps to one score a class; the classes stand in its metadata. */
function encodeHead({
  plan,
  weights,
  classes,
}: Pick<DeliverBackboneOptions, "plan" | "weights" | "classes">): Uint8Array {
  const student = { classes: classes.length, side: plan.size, seed: 0, hintWidth: null };
  const { architecture, inference } = createStudent({ ...plan, ...student });
  const { card } = architecture;
  const { value, shape } = card.layers.find(({ name }) => name === card.defaultLayer)!;
  const head = cutFrom(replaceInitializers(inference, weights), value, {
    dims: ["N", shape[0]!, "height", "width"],
  });
  return encodeModel(createModel(head, [["classes", JSON.stringify(classes)]]));
}
