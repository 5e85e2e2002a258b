import { formatCount, formatList, formatPercent, formatQuantity } from "../../base/format-number.ts";

/** What `backbones list`, `pull` and `add` print, and `features`. */
export const backbones = {
  columns: {
    name: "name",
    have: "have it?",
    parameters: "parameters",
    download: "download",
    speed: "speed",
    imagenet: "ImageNet",
    layer: "default layer",
    features: "features",
    licence: "licence",
  },
  availability: { here: "yes", pull: "pull it", bring: "bring the file" },
  inPackageIndex: "pull it (package index)",
  speed: { fast: "fast", medium: "medium", slow: "slow" } as Readonly<Record<string, string>>,
  pulled: (
    name: string,
    status: "downloaded" | "present",
    { path, sha256 }: { path: string; sha256: string },
  ): string => `${name}: ${status}, ${path} (sha256 ${sha256})`,
  next: (command: string): string => `next: ${command}`,
  added: {
    labels: {
      card: "card",
      input: "input",
      layer: "layer",
      training: "training",
      tried: "tried on",
      skipped: "skipped",
      output: "output",
      next: "next",
    },
    layer: (layer: string, features: number, layers: number): string =>
      `${layer}, ${formatQuantity(features, "feature")}; ${formatQuantity(layers, "layer")} to choose from`,
    parameters: (parameters: number, groups: number): string =>
      `${formatQuantity(parameters, "parameter")} in ${formatQuantity(groups, "group")}`,
    untrainable: (reason: string): string => `not possible: ${reason}`,
    tried: ({
      photos,
      drawn,
      difference,
      silent,
    }: Readonly<Record<"photos" | "drawn" | "difference" | "silent", number>>): string => {
      const what = formatList([
        ...(photos > 0 ? [formatQuantity(photos, "photo")] : []),
        ...(drawn > 0 ? [formatQuantity(drawn, "drawn picture")] : []),
      ]);
      const quiet = silent === 0 ? "" : `; ${formatPercent(silent)} of the features are 0 for all of them`;
      return `${what}: every feature is finite; the two most alike differ by ${formatPercent(difference)} of their length${quiet}`;
    },
    noVector: "no vector at the end: a feature extractor",
    unknownVector: (values: number): string =>
      `${formatCount(values)} numbers; the file does not say what they are`,
    imagenetVector: (values: number, confidence: number): string =>
      `${formatCount(values)} numbers, as networks have that name ImageNet's classes. The names are not in the file, so ` +
      `whether its first guess is right cannot be said here; it gives it ${formatPercent(confidence)} on average`,
  },
  predictions: (out: string, images: number, failed: number): string =>
    `${out}: ${formatQuantity(images, "image")}${failed === 0 ? "" : `, ${failed} of them could not be used`}`,
  features: (out: string, images: number, dimensions: number): string => `${out}: ${images} x ${dimensions}`,
  from: (backbone: string, layer: string, pooling: string): string => ` (${backbone}, ${layer}, ${pooling})`,
};
