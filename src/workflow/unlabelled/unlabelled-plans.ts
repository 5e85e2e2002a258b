import type { WorkOptions } from "../../base/events.ts";
import type { Matrix } from "../../base/matrix.ts";
import { createRandom } from "../../base/random.ts";
import { selectRows } from "../../base/matrix.ts";
import {
  type SemiSupervisedName,
  semiSupervised,
  semiSupervisedNames,
} from "../../adapt/propagate/semi-supervised.ts";
import { unitRows } from "../../adapt/unit-rows.ts";
import { listImages } from "../../data/list-images.ts";
import type { Picture } from "../../data/manifest.ts";
import { scanPictures } from "../../data/scan-pictures.ts";
import type { Engine } from "../../engine/engine.ts";
import { extractFeatures } from "../../features/extract-features.ts";
import type { ClassifierRecipe } from "../../recipes/recipe.ts";
import { digestOf } from "../../runs/task.ts";
import { type FeatureUse, type Plan, useKey } from "../plan.ts";

/** Photos without labels that are learned from at most: more cost much and teach little. */
const mostPhotos = 2000;

/**
 * Self-training and propagation on every backbone that a classifier is tried on, learning from the photos of folders
 * without labels. None where no folder is named. Files that cannot be used are left out. Throws E_DATA_NOT_FOUND.
 */
export async function unlabelledPlans(
  plans: readonly Plan[],
  folders: readonly string[],
  options: { engine: Engine; cache: string | null } & WorkOptions,
): Promise<Plan[]> {
  if (folders.length === 0) return [];
  const listed = await listImages(folders);
  const paths = listed.flatMap((image) => ("error" in image ? [] : [image.path]));
  const { pictures } = await scanPictures(paths, options);
  const chosen = choose(pictures);
  const uses = singleUses(plans);
  const found: Plan[] = [];
  for (const use of uses) {
    const { backbone, ...place } = use;
    const { matrix, failed } = await extractFeatures(chosen, backbone, { ...options, ...place });
    const lost = new Set(failed.map(({ index }) => index));
    const rows = Int32Array.from(chosen.keys()).filter((row) => !lost.has(row));
    const unlabelled = unitRows(selectRows(matrix, rows));
    const digest = digestOf(Array.from(rows, (row) => chosen[row]!.sha256));
    for (const name of semiSupervisedNames)
      found.push({
        name: uses.length === 1 ? name : `${name}@${backbone.name}`,
        recipe: recipeOf(name, { unlabelled, digest }),
        uses: [use],
      });
  }
  return found;
}

/** The uses of recipes that put a classifier on one backbone, each once. */
function singleUses(plans: readonly Plan[]): FeatureUse[] {
  const uses = plans.flatMap(({ recipe, uses: [use, ...more] }) =>
    recipe.kind === "classifier" && use !== undefined && more.length === 0 ? [use] : [],
  );
  return [...new Map(uses.map((use) => [useKey(use), use])).values()];
}

/** Each picture once, and of very many a seeded draw. */
function choose(pictures: readonly Picture[]): Picture[] {
  const once = [...new Map(pictures.map((picture) => [picture.sha256, picture])).values()];
  if (once.length <= mostPhotos) return once;
  return createRandom(42).fork("unlabelled").shuffle(once).slice(0, mostPhotos);
}

const summaries: Readonly<Record<SemiSupervisedName, string>> = {
  "self-training":
    "Ridge regression that takes in the photos without labels it and their neighbours are surest of, if inner folds agree",
  propagation:
    "Ridge regression on labels spread to photos without labels by their neighbours, if inner folds agree",
};

function recipeOf(
  name: SemiSupervisedName,
  { unlabelled, digest }: { unlabelled: Matrix; digest: string },
): ClassifierRecipe {
  const files = { "photos without labels": digest };
  return {
    version: 1,
    kind: "classifier",
    name,
    summary: summaries[name],
    backbones: "each",
    role: null,
    layer: null,
    pooling: "avg",
    transforms: ["l2"],
    classifier: name,
    own: { classifier: semiSupervised(name, unlabelled), files, toJSON: () => ({ name, files }) },
    views: 1,
    stages: 1,
    alternatives: [],
    grid: null,
  };
}
