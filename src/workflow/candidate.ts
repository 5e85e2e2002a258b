import { join } from "node:path";
import type { WorkOptions } from "../base/events.ts";
import type { Branch } from "../bundle/compose-model.ts";
import type { Engine } from "../engine/engine.ts";
import type { FittedMethod, Method, MethodFitOptions } from "../evaluate/method.ts";
import { featureModel } from "../features/feature-model.ts";
import { resolveLayer } from "../features/resolve-layer.ts";
import { fineTuneMethod } from "../finetune/fine-tune-method.ts";
import type { NetworkData, NetworkMethod } from "../finetune/network-data.ts";
import { rehearseTraining } from "../finetune/rehearse-training.ts";
import { scratchMethod } from "../finetune/scratch-method.ts";
import { tunableNetwork } from "../finetune/tunable-network.ts";
import type { Graph } from "../graph/graph.ts";
import { type ClassifierData, classifierMethod } from "../recipes/classifier-method.ts";
import type { ClassifierRecipe } from "../recipes/recipe.ts";
import type { Plan } from "./plan.ts";
import { type Study, groupsOf } from "./study.ts";

/** A plan at work on a study: a method whose fitted value can be delivered as a model. */
export interface Candidate extends Method {
  /** Work that all folds share, beside the study's features; nothing for a classifier. */
  prepare(options: WorkOptions): Promise<void>;
  fit(rows: Int32Array, options: MethodFitOptions): Promise<FittedCandidate>;
}

export interface FittedCandidate extends FittedMethod {
  /** The networks up to their features, with their preprocessing. */
  readonly branches: readonly Branch[];
  /** Joined `features` -> calibrated `logits`. */
  classifier(): Graph;
  /** True when the user stopped the training and this is the best until then. */
  readonly isInterrupted: boolean;
}

export interface CandidateOptions {
  readonly engine: Engine;
}

/** A plan's recipe on the study's data, whatever its kind. */
export function candidateOf(plan: Plan, study: Study, options: CandidateOptions): Candidate {
  const { recipe, name } = plan;
  if (recipe.kind === "classifier") return classifierCandidate(plan, recipe, { study, options });
  const data = networkData(plan, study, options);
  if (recipe.kind === "fine-tune") return networkCandidate(fineTuneMethod(name, recipe, data));
  return networkCandidate(scratchMethod(name, recipe, data));
}

/** Throws what stands against training a plan's network: an unknown group, operators without a gradient, a fixed batch. */
export function requireTrainable({ recipe, uses }: Plan): void {
  if (recipe.kind !== "fine-tune") return;
  for (const { backbone, layer, pooling } of uses)
    rehearseTraining(tunableNetwork(backbone, { layer, pooling, upTo: recipe.freezeTo }), backbone.name);
}

function classifierCandidate(
  plan: Plan,
  recipe: ClassifierRecipe,
  { study, options }: { study: Study; options: CandidateOptions },
): Candidate {
  const { matrix, blocks } = study.featuresOf(plan);
  const data: ClassifierData = {
    features: matrix,
    blocks,
    labels: study.labels,
    groups: groupsOf(study.manifest),
    classCount: study.manifest.classes.length,
    engine: options.engine,
  };
  const method = classifierMethod({ ...recipe, name: plan.name }, data);
  return {
    name: plan.name,
    prepare: async () => undefined,
    fit: async (rows, fitting) => {
      const fitted = await method.fit(rows, fitting);
      return {
        ...fitted,
        isInterrupted: false,
        branches: plan.uses.map(({ backbone, layer, pooling }) => ({
          preprocessing: backbone.card.preprocessing,
          features: featureModel(backbone, resolveLayer(backbone, layer), pooling),
        })),
        classifier: () => fitted.pipeline.toGraph(),
      };
    },
  };
}

function networkCandidate(method: NetworkMethod): Candidate {
  return {
    ...method,
    fit: async (rows, options) => {
      const { features, preprocessing, head, ...fitted } = await method.fit(rows, options);
      return { ...fitted, branches: [{ features, preprocessing }], classifier: () => head };
    },
  };
}

/** A plan that trains a network has exactly one backbone: its recipe says `each`. */
function networkData(plan: Plan, { manifest, labels, cache }: Study, options: CandidateOptions): NetworkData {
  return {
    ...options,
    ...plan.uses[0]!,
    pictures: manifest.rows.map((row) => ({ ...row, path: join(manifest.root, row.path) })),
    labels,
    groups: groupsOf(manifest),
    classCount: manifest.classes.length,
    cache,
  };
}
