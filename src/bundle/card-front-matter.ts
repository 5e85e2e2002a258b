import type { BundleRecord } from "./bundle-record.ts";

/** Licences under the names that the Hugging Face Hub gives them; by far the most of those that weights come under. */
const hubLicences: ReadonlyMap<string, string> = new Map([
  ["mit", "mit"],
  ["apache-2.0", "apache-2.0"],
  ["bsd-2-clause", "bsd-2-clause"],
  ["bsd-3-clause", "bsd-3-clause"],
  ["cc0-1.0", "cc0-1.0"],
  ["cc-by-4.0", "cc-by-4.0"],
  ["cc-by-sa-4.0", "cc-by-sa-4.0"],
  ["cc-by-nc-4.0", "cc-by-nc-4.0"],
  ["cc-by-nc-sa-4.0", "cc-by-nc-sa-4.0"],
]);

/**
 * The block of YAML that the Hugging Face Hub reads at the head of a README: what the model is for, what loads it, its
 * licence ("other" where the weights' is not one of the Hub's, or there are several), and the accuracy measured.
 */
export function frontMatter(record: BundleRecord): string[] {
  return [
    "---",
    "library_name: transformers.js",
    "pipeline_tag: image-classification",
    `license: ${licenceOf(record)}`,
    "tags:",
    ...["image-classification", "transfer-learning", "onnx", "rootstock"].map((tag) => `  - ${tag}`),
    ...accuracyLines(record),
    "---",
  ];
}

function licenceOf({ backbones }: BundleRecord): string {
  const [licence, ...others] = new Set(backbones.map((one) => hubLicences.get(one.licence.toLowerCase())));
  return others.length === 0 ? (licence ?? "other") : "other";
}

/** The figure of photos held out, in the Hub's `model-index`; nothing where none was measured. */
function accuracyLines({ recipe, metrics }: BundleRecord): string[] {
  if (metrics === null) return [];
  return [
    "model-index:",
    `  - name: ${JSON.stringify(recipe.name)}`,
    "    results:",
    "      - task:",
    "          type: image-classification",
    "        dataset:",
    "          name: photos of the user, cross-validated",
    "          type: imagefolder",
    "        metrics:",
    "          - type: accuracy",
    `            value: ${metrics.accuracy.mean.toFixed(4)}`,
  ];
}
