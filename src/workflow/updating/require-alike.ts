import { RootstockError } from "../../base/errors.ts";
import type { BundleBackbone } from "../../bundle/bundle-record.ts";
import { trunkOf } from "../../bundle/model-parts.ts";
import type { PipelineRecord } from "../../classifiers/pipeline.ts";
import { hashBytes } from "../../files/hash-file.ts";
import { encodeModel } from "../../graph/onnx/encode-model.ts";
import type { OpenedModel } from "./opened-model.ts";

/**
 * Throws E_BUNDLE unless two models look at photos alike, so that a photo has the same features in both, and make of them the
 * same kind of classifier: everything that differs is named with what each has.
 */
export function requireAlike(a: OpenedModel, b: OpenedModel): void {
  const differences = [
    ...backboneDifferences(a.record.backbones, b.record.backbones),
    ...pipelineDifferences(pipelineOf(a), pipelineOf(b)),
  ];
  if (differences.length === 0 && trunkDigest(a) !== trunkDigest(b))
    differences.push(
      a.isTrained || b.isTrained
        ? "network: expected the same trained weights, got others"
        : "preprocessing: expected the same graph in front of the classifier, got another",
    );
  if (differences.length === 0) return;
  throw new RootstockError("E_BUNDLE", `merge: ${differences.join("; ")}.`, {
    hint: "Only models that look at photos alike can become one. Train one of them again as the other was.",
  });
}

/** How a model makes logits of features; null where nothing was kept of it. */
function pipelineOf({ memory, statistics }: OpenedModel): PipelineRecord | null {
  return memory?.pipeline ?? statistics?.pipeline ?? null;
}

function backboneDifferences(a: readonly BundleBackbone[], b: readonly BundleBackbone[]): string[] {
  const told = {
    backbone: ({ name, sha256 }: BundleBackbone) => `${name} (${sha256.slice(0, 12)})`,
    layer: ({ layer }: BundleBackbone) => layer,
    pooling: ({ pooling }: BundleBackbone) => pooling,
  };
  const same = (of: (one: BundleBackbone) => string): [string, string] => [
    a.map(of).join(" + "),
    b.map(of).join(" + "),
  ];
  const weights = same(({ sha256 }) => sha256);
  return Object.entries(told).flatMap(([what, of]) => {
    const [left, right] = same(of);
    const isSame = what === "backbone" ? weights[0] === weights[1] : left === right;
    return isSame ? [] : [`${what}: expected one, got ${left} and ${right}`];
  });
}

function pipelineDifferences(a: PipelineRecord | null, b: PipelineRecord | null): string[] {
  if (a === null || b === null)
    return ["memory: expected both models to tell how they were made, got one that does not"];
  const tell = (what: string, left: unknown, right: unknown): string[] => {
    const [one, other] = [JSON.stringify(left), JSON.stringify(right)];
    return one === other ? [] : [`${what}: expected one, got ${one} and ${other}`];
  };
  return [
    ...tell("classifier", a.classifier, b.classifier),
    ...tell("transforms", a.transforms, b.transforms),
    ...tell("columns", a.blocks, b.blocks),
  ];
}

/** Of preprocessing and networks as they stand in the graph. */
function trunkDigest({ network }: OpenedModel): string {
  return hashBytes(encodeModel({ ...trunkOf(network), metadata: new Map() }));
}
