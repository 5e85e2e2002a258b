import type { BundleRecord } from "./bundle-record.ts";

/** The folder's README.md: what the model is, what was measured, and where its limits lie. */
export function modelCard(record: BundleRecord): string {
  return [
    `# ${escapeMarkdown(record.labels.slice(0, 6).join(", "))}${record.labels.length > 6 ? ", ..." : ""}`,
    "",
    `An image classifier for ${record.labels.length} classes, made by rootstock ${record.rootstock} on ${record.createdAt.slice(0, 10)}.`,
    "",
    "## How it works",
    "",
    `Recipe \`${record.recipe.name}\`: ${record.recipe.summary}`,
    "",
    "| backbone | layer | pooling | licence of the weights | source |",
    "|---|---|---|---|---|",
    ...record.backbones.map(
      (b) => `| ${[b.name, b.layer, b.pooling, b.licence, b.source].map(escapeMarkdown).join(" | ")} |`,
    ),
    "",
    "## What was measured",
    "",
    ...measured(record),
    "",
    "## Training data",
    "",
    "| class | images |",
    "|---|--:|",
    ...record.labels.map((label, i) => `| ${escapeMarkdown(label)} | ${record.data.classCounts[i]} |`),
    "",
    "## Limits",
    "",
    "- It knows only the classes above and gives every picture one of them, also a picture of something else.",
    "- The figures hold for photos like those it was trained on; measure again on yours: `rootstock evaluate <this folder> <your photos>`.",
    "- `golden/` holds a few of the training pictures, reduced, so that `rootstock verify` can prove this copy. Remove them, and their entries, before publishing if the pictures are private.",
    "",
    "## Use",
    "",
    "`onnx/model.onnx` takes `pixel_values` [N, 3, H, W]: RGB from 0 to 255 as float32, any size. It resizes, crops and normalises by itself",
    "and gives `logits` [N, K]; their softmax is the probability. Classes are listed in `config.json`.",
    "",
    "```sh",
    "rootstock predict <this folder> photo.jpg",
    "rootstock verify <this folder>",
    "```",
    "",
  ].join("\n");
}

function measured(record: BundleRecord): string[] {
  const { metrics } = record;
  if (metrics === null)
    return ["Nothing: it was trained without cross-validation. `rootstock compare` measures."];
  const { mean, low, high } = metrics.accuracy;
  const lines = [
    `Accuracy ${percent(mean)} (95 % interval ${percent(low)} to ${percent(high)}), macro F1 ${metrics.macroF1.toFixed(3)},`,
    `by cross-validation on ${record.data.images} images; the model itself was then fitted on all of them.`,
  ];
  if (metrics.holdout !== null)
    lines.push(`Accuracy on the holdout, which it never saw: ${percent(metrics.holdout)}.`);
  return lines;
}

function percent(fraction: number): string {
  return `${(100 * fraction).toFixed(1)} %`;
}

function escapeMarkdown(text: string): string {
  return text.replaceAll(/[\\`*_[\]<>|#]/g, String.raw`\$&`).replaceAll(/\s+/g, " ");
}
