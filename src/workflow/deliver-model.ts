import { join } from "node:path";
import type { WorkOptions } from "../base/events.ts";
import { composeModel } from "../bundle/compose-model.ts";
import type { BundleMetrics, BundleRecord } from "../bundle/bundle-record.ts";
import { writeBundle } from "../bundle/write-bundle.ts";
import { dataDigest } from "../runs/data-digest.ts";
import { type CandidateOptions, candidateOf } from "./candidate.ts";
import type { Plan } from "./plan.ts";
import type { Study } from "./study.ts";

export interface DeliverOptions extends WorkOptions, CandidateOptions {
  readonly seed: number;
  /** Estimates to write into the folder; null where none were made. */
  readonly metrics: BundleMetrics | null;
}

/** Fits a plan on all training rows and writes the model folder: preprocessing, networks, classifier in one graph. */
export async function deliverModel(
  folder: string,
  { plan, study }: { plan: Plan; study: Study },
  options: DeliverOptions,
): Promise<BundleRecord> {
  const { engine, seed, metrics, signal, report } = options;
  const { training, manifest } = study;
  report?.({
    type: "stage",
    stage: "model",
    message: `fit ${plan.name} on all ${training.length} training images`,
  });
  const fitted = await candidateOf(plan, study, options).fit(training, { seed, signal, report });
  const content = {
    model: composeModel(fitted.branches, fitted.classifier()),
    goldenCandidates: goldenRows(study).map((row) => join(manifest.root, manifest.rows[row]!.path)),
    facts: {
      recipe: { name: plan.name, summary: plan.recipe.summary, resolved: plan.recipe },
      chosen: fitted.chosen,
      backbones: plan.uses.map(({ backbone, layer, pooling }) => ({
        name: backbone.name,
        sha256: backbone.sha256,
        layer,
        pooling,
        licence: backbone.card.licence,
        source: backbone.card.source,
      })),
      labels: manifest.classes,
      data: {
        images: training.length,
        digest: dataDigest(manifest),
        classCounts: manifest.classes.map(
          (_, label) => training.filter((row) => study.labels[row] === label).length,
        ),
      },
      seed,
      metrics,
    },
  };
  if (!fitted.isInterrupted) return await writeBundle(folder, content, { engine, signal, report });
  report?.({
    type: "warning",
    code: "W_INTERRUPTED",
    message: `${plan.name}: stopped early; the model has the best weights until then.`,
  });
  return await writeBundle(folder, content, { engine, report }); // the signal has fired already
}

/** Training rows with the classes taking turns, so that the first few show every class. */
function goldenRows({ training, labels, manifest }: Study): number[] {
  const byClass = manifest.classes.map((_, label) => [...training].filter((row) => labels[row] === label));
  const longest = Math.max(...byClass.map((rows) => rows.length));
  return Array.from({ length: longest }, (_, i) => byClass.map((rows) => rows[i]))
    .flat()
    .filter((row) => row !== undefined);
}
