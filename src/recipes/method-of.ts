import type { Backbone } from "../backbones/backbone.ts";
import { RootstockError } from "../base/errors.ts";
import type { WorkOptions } from "../base/events.ts";
import type { Matrix } from "../base/matrix.ts";
import type { TunedPipeline } from "../classifiers/pipeline.ts";
import type { Engine } from "../engine/engine.ts";
import type { FittedMethod, Method, MethodFitOptions } from "../evaluate/method.ts";
import type { Branch } from "../features/branch.ts";
import { type Pooling, featureModel } from "../features/feature-model.ts";
import type { ImageSource } from "../features/features.ts";
import { resolveLayer } from "../features/resolve-layer.ts";
import type { Views } from "../features/views.ts";
import { fineTuneMethod } from "../finetune/fine-tune-method.ts";
import type { NetworkData, NetworkMethod, Replay } from "../finetune/network-data.ts";
import { scratchMethod } from "../finetune/scratch-method.ts";
import { bytesOfGraph } from "../graph/graph-bytes.ts";
import type { Graph } from "../graph/graph.ts";
import { classifierMethod } from "./classifier-method.ts";
import type { ClassifierRecipe, Recipe } from "./recipe.ts";

/** A recipe at work on a data set: a method whose fitted value can be delivered as a model. */
export interface RecipeMethod extends Method {
  /** Work that all folds share, beside the features; nothing for a classifier. */
  prepare(options: WorkOptions): Promise<void>;
  fit(rows: Int32Array, options: MethodFitOptions): Promise<FittedRecipe>;
}

/** What a recipe has learnt, with the parts that a delivered model is made of. */
export interface FittedRecipe extends FittedMethod {
  /** The networks up to their features, with their preprocessing. */
  readonly branches: readonly Branch[];
  /** Joined `features` -> calibrated `logits`. */
  classifier(): Graph;
  /** The classifier on frozen features with what its tuning found; null where a network was trained. */
  readonly pipeline: TunedPipeline | null;
  /** What a trained network's head can be trained again from; absent where none was trained. */
  readonly replay?: Replay | undefined;
  /** True when the user stopped the training and this is the best until then. */
  readonly isInterrupted: boolean;
}

/** A backbone, and where its features are taken. */
export interface BackboneUse {
  readonly backbone: Backbone;
  readonly layer: string;
  readonly pooling: Pooling;
  /** Features are means over so many views; default 1. */
  readonly views?: Views;
}

/** A data set and backbones as a recipe of any kind sees them. */
export interface RecipeData extends Omit<NetworkData, "groups" | keyof BackboneUse> {
  /** As many as the recipe joins; one that trains a network has exactly one. */
  readonly uses: readonly BackboneUse[];
  readonly pictures: readonly ImageSource[];
  /** Rows of one group never part. Shape: N. */
  readonly groups: readonly string[];
  readonly engine: Engine;
  /** Of all uses, their blocks side by side, for a recipe on frozen features. Shape: N x D. */
  features(): { readonly matrix: Matrix; readonly blocks: readonly number[] };
}

/** A recipe, whatever its kind, on one data set. `name` is its own in events and results. */
export function methodOf(name: string, recipe: Recipe, data: RecipeData): RecipeMethod {
  if (recipe.kind === "blend") return asBlend(name);
  if (recipe.kind === "classifier") return onFeatures(name, recipe, data);
  const network: NetworkData = { ...data, ...data.uses[0]! };
  if (recipe.kind === "fine-tune") return asRecipe(fineTuneMethod(name, recipe, network));
  return asRecipe(scratchMethod(name, recipe, network));
}

function onFeatures(name: string, recipe: ClassifierRecipe, data: RecipeData): RecipeMethod {
  const { matrix, blocks } = data.features();
  const method = classifierMethod({ ...recipe, name }, { ...data, features: matrix, blocks });
  const branches = (): Branch[] =>
    data.uses.map(({ backbone, layer, pooling, views }) => ({
      preprocessing: backbone.card.preprocessing,
      features: featureModel(backbone, resolveLayer(backbone, layer), pooling, views),
    }));
  return {
    name,
    prepare: async () => undefined,
    fit: async (rows, options) => {
      const { pipeline, ...fitted } = await method.fit(rows, options);
      return deliverable({
        ...fitted,
        pipeline,
        isInterrupted: false,
        branches: branches(),
        classifier: () => pipeline.toGraph(),
      });
    },
  };
}

/** What it answers with is its members' answers, which an executor has: see `blendExecutor`. */
function asBlend(name: string): RecipeMethod {
  const fit = async (): Promise<never> => {
    throw new RootstockError("E_INTERNAL", `${name}: a blend has nothing to fit.`);
  };
  return { name, prepare: async () => undefined, fit };
}

function asRecipe(method: NetworkMethod): RecipeMethod {
  return {
    ...method,
    fit: async (rows, options) => {
      const { features, preprocessing, head, ...fitted } = await method.fit(rows, options);
      return deliverable({
        ...fitted,
        pipeline: null,
        branches: [{ features, preprocessing }],
        classifier: () => head,
      });
    },
  };
}

/** What can be delivered tells how large it would be: the numbers of its networks and of its classifier. */
function deliverable(fitted: FittedRecipe): FittedRecipe {
  const graphs = (): Graph[] => [
    ...fitted.branches.map(({ features }) => features.graph),
    fitted.classifier(),
  ];
  return { ...fitted, modelBytes: () => graphs().reduce((sum, graph) => sum + bytesOfGraph(graph), 0) };
}
