import type { BundleRecord, BundleUpdate, GoldenKind } from "./bundle-record.ts";
import { frontMatter } from "./card-front-matter.ts";
import { pixelContract, usage } from "./card-usage.ts";
import { memoryFile, replayFile } from "./memory.ts";
import { trainingHashFile } from "./training-hashes.ts";

/** The folder's README.md, from a record whose `files` name what was written before it: what the model is, what was measured, and where its limits lie. */
export async function modelCard(record: BundleRecord): Promise<string> {
  return [
    ...frontMatter(record),
    ...opening(record),
    ...section("How it works", howItWorks(record)),
    ...section("What was measured", measured(record)),
    ...section("Training data", trainingData(record)),
    ...history(record),
    ...section("Limits", limits(record)),
    ...section("What travels with it", companions(record)),
    ...section("Pixels", pixelContract),
    ...section("Use", await usage()),
  ].join("\n");
}

function section(title: string, lines: readonly string[]): string[] {
  return ["", `## ${title}`, "", ...lines];
}

function opening({ labels, rootstock, createdAt }: BundleRecord): string[] {
  const title = escapeMarkdown(labels.slice(0, 6).join(", "));
  return [
    "",
    `# ${title}${labels.length > 6 ? ", ..." : ""}`,
    "",
    `An image classifier for ${labels.length} classes, made by rootstock ${rootstock} on ${createdAt.slice(0, 10)}.`,
  ];
}

function howItWorks({ recipe, backbones }: BundleRecord): string[] {
  return [
    `Recipe \`${recipe.name}\`: ${recipe.summary}`,
    "",
    "| backbone | layer | pooling | licence of the weights | source |",
    "|---|---|---|---|---|",
    ...backbones.map(
      (b) => `| ${[b.name, b.layer, b.pooling, b.licence, b.source].map(escapeMarkdown).join(" | ")} |`,
    ),
  ];
}

function trainingData(record: BundleRecord): string[] {
  const { labels, data } = record;
  return [
    "| class | images |",
    "|---|--:|",
    ...labels.map((label, i) => `| ${escapeMarkdown(label)} | ${data.classCounts[i]} |`),
    ...unlearnt(record),
  ];
}

function history({ updates = [] }: BundleRecord): string[] {
  if (updates.length === 0) return [];
  return section("History", [
    "| version | made by | kind | photos added | removed | relabelled | photos |",
    "|--:|---|---|--:|--:|--:|--:|",
    `| 1 | train or compare | | | | | ${updates[0]!.images[0]} |`,
    ...updates.map(
      ({ by, kind, added, removed, relabelled, images }, i) =>
        `| ${i + 2} | ${by} | ${kind} | ${added} | ${removed} | ${relabelled} | ${images[1]} |`,
    ),
    "",
    "`exact`: equal to a fit of the same photos anew, transforms and hyper-parameters held; `retrained`: fitted anew; `head`: of a trained network the head alone fitted anew, its body held.",
  ]);
}

function limits({ metrics }: BundleRecord): string[] {
  return [
    "- It knows only the classes above and gives every picture one of them, also a picture of something else.",
    metrics === null
      ? "- How often it is right is not known: measure it on photos that it was not trained on: `rootstock evaluate <this folder> <your photos>`."
      : "- The figures hold for photos like those it was trained on; measure again on yours: `rootstock evaluate <this folder> <your photos>`.",
  ];
}

function companions(record: BundleRecord): string[] {
  return [
    `- ${goldenLines[record.goldenKind ?? "photos"]}`,
    ...hashLines(record),
    ...memoryLines(record),
    "- The classes are listed in `config.json` and, as `labels`, in the metadata of `onnx/model.onnx`.",
    "- `rootstock verify` forgives what systems add (hidden files, `Thumbs.db`, `desktop.ini`) and line ends that git changed.",
  ];
}

const goldenLines: Readonly<Record<GoldenKind, string>> = {
  synthetic:
    "`golden/` holds drawn pictures and what the model says of them, so that `rootstock verify` can prove this copy; no photo is in it.",
  photos:
    "`golden/` holds a few of the **training photos**, reduced, so that `rootstock verify` can prove this copy. Are they private? Train again with `--golden synthetic` before publishing.",
  none: "There are no golden pictures: `rootstock verify` proves the files, and cannot prove what the model says.",
};

function hashLines({ files }: BundleRecord): string[] {
  if (!(trainingHashFile in files)) return [];
  return [
    `- \`${trainingHashFile}\` tells by sha256 which photos it was trained on, so that \`rootstock evaluate\` never counts them as new.`,
    "  It holds no name and no pixel; who has a photo can tell whether it is among them.",
  ];
}

function memoryLines({ files }: BundleRecord): string[] {
  if (replayFile in files)
    return [
      `- \`${replayFile}\` holds what its head can be trained again from: of each training photo the sha256, the class and what the trained`,
      "  network makes of it. Features are no picture, but they tell much of what was on it. Are the photos private? Train again with",
      "  `--no-memory` before publishing.",
    ];
  if (!(memoryFile in files)) return [];
  return [
    `- \`${memoryFile}\` holds what it learnt from: of each training photo the sha256, the class, the backbone's features and the`,
    "  scores of a fit that had not seen it. `rootstock update` and other commands work on from there. Features are no picture, but they tell",
    "  much of what was on it. Are the photos private? Train again with `--no-memory` before publishing.",
  ];
}

function unlearnt({ data }: BundleRecord): string[] {
  if (data.unlearnt === undefined) return [];
  const names = data.unlearnt.map(escapeMarkdown).join(", ");
  return ["", `Not learnt, for want of a training photo, and therefore not among its classes: ${names}.`];
}

function measured(record: BundleRecord): string[] {
  const { metrics } = record;
  const last = record.updates?.at(-1);
  if (metrics === null && last !== undefined) return measuredBefore(last);
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

function measuredBefore({ metrics, images }: BundleUpdate): string[] {
  const nothing =
    "Nothing since its last update. `rootstock evaluate` measures it on photos that it has not seen.";
  if (metrics === null) return [nothing];
  const { mean, low, high } = metrics.accuracy;
  return [
    nothing,
    `The model before that update, which had learnt from ${images[0]} images, had an accuracy of ${percent(mean)}`,
    `(95 % interval ${percent(low)} to ${percent(high)}) by cross-validation: a figure of that model, and not of this one.`,
  ];
}

function percent(fraction: number): string {
  return `${(100 * fraction).toFixed(1)} %`;
}

function escapeMarkdown(text: string): string {
  return text.replaceAll(/[\\`*_[\]<>|#]/g, String.raw`\$&`).replaceAll(/\s+/g, " ");
}
