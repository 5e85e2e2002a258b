// A collection that grows and changes, from first photos to last: nothing that was learnt is thrown away.
// node examples/growing-collection/story.mjs [photos] [folder]
//
// It deals out photos that lie in class folders (some to begin with, some that arrive later without labels, some to judge
// by), then types the commands that a person would.
import { execFileSync } from "node:child_process";
import { cp, mkdir, readFile, readdir, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import sharp from "sharp";

const photos = process.argv[2] ?? "samples/flowers";
const folder = process.argv[3] ?? "growing-collection";
const program = fileURLToPath(new URL("cli/main.js", import.meta.resolve("rootstock")));

/** Types a command, and hands back what it prints. */
function type(...words) {
  console.log(`$ rootstock ${words.join(" ")}`);
  return execFileSync(process.execPath, [program, ...words, "--quiet"], {
    cwd: folder,
    encoding: "utf8",
    maxBuffer: 2 ** 28,
  });
}

/** The same, as data. */
const rootstock = (...words) => JSON.parse(type(...words, "--json"));

/** Tulips are one class at first, then two: by the photo's mean colour. */
async function kindOfTulip(path) {
  const [red, green] = (await sharp(path).stats()).channels.map(({ mean }) => mean);
  return red > 1.05 * green ? "red tulip" : "other tulip";
}

const percent = (share) => `${Math.round(100 * share)} %`;
const tableOf = (columns, rows) => `${[columns, ...rows].map((row) => row.join(",")).join("\n")}\n`;

// Half of each class to begin with (60 at most), a third that comes later (40), the rest to judge by.
const truth = new Map();
for (const label of (await readdir(photos)).sort()) {
  const names = (await readdir(join(photos, label))).sort();
  const [first, later] = [
    Math.min(60, Math.floor(names.length / 2)),
    Math.min(40, Math.floor(names.length / 3)),
  ];
  for (const [i, name] of names.entries()) {
    const from = join(photos, label, name);
    const isLate = i >= first && i < first + later;
    if (isLate) truth.set(name, label);
    const isTulip = label === "tulip" && i >= first + later;
    const latest = isTulip ? await kindOfTulip(from) : label.replace("daisy", "marguerite");
    const place = i < first ? `photos/${label}` : isLate ? "photos/arrived" : `test/${latest}`;
    await mkdir(join(folder, place), { recursive: true });
    await cp(from, join(folder, place, name));
  }
}

console.log("A ledger of labels, and a model whose updates are exact.");
rootstock("labels", "init", "photos", "--author", "Ada");
rootstock("labels", "sync", "photos", "--unlabelled", "arrived", "--author", "Ada", "--yes");
rootstock("train", "photos/labels.jsonl", "--recipe", "lda", "--backbone", "alexnet-mini", "--out", "model");

console.log(
  "\nPhotos arrive without labels: some are taken as they are, the others wait, those first that teach most.",
);
const inbox = rootstock("inbox", "model", "photos/arrived", "--promise", "10%");
const accepted = inbox.photos.filter(({ pile }) => pile === "accepted");
const looked = inbox.photos.filter(({ pile }) => pile !== "accepted").slice(0, 30);
const right = accepted.filter(({ path, label }) => truth.get(basename(path)) === label);
console.log(`${accepted.length} accepted, ${right.length} of them right; ${looked.length} looked at.`);

console.log("\nWhat was accepted and what a person said goes into the ledger, and the model learns it.");
const decisions = [
  ...accepted.map(({ sha256, path, label }) => [sha256, `arrived/${basename(path)}`, label, "accepted"]),
  ...looked.map(({ sha256, path }) => {
    const name = basename(path);
    return [sha256, `arrived/${name}`, truth.get(name), "looked at"];
  }),
];
await writeFile(join(folder, "decisions.csv"), tableOf(["sha256", "path", "label", "reason"], decisions));
rootstock("labels", "record", "photos", "decisions.csv", "--author", "Ada");
rootstock("update", "model", "photos/labels.jsonl", "--out", "model-2");

console.log("\nLabels change their meaning: tulips are parted by their colour, daisies get another name.");
rootstock("labels", "export", "photos", "--out", "photos/now.csv");
const lines = (await readFile(join(folder, "photos/now.csv"), "utf8")).trim().split("\n");
const tulips = lines.map((line) => line.split(",")).filter(([, label]) => label === "tulip");
const parted = [];
for (const [path] of tulips) parted.push([path, await kindOfTulip(join(folder, "photos", path))]);
await writeFile(join(folder, "tulips.csv"), tableOf(["path", "label"], parted));
rootstock("labels", "split", "photos", "tulip", "tulips.csv", "--author", "Ada");
rootstock("labels", "rename", "photos", "daisy", "marguerite", "--author", "Ada");
rootstock("update", "model-2", "photos/labels.jsonl", "--out", "model-3");

console.log("\nA new camera that is out of focus.");
await mkdir(join(folder, "blurred"), { recursive: true });
for (const [i, name] of [...truth.keys()].entries())
  await sharp(join(folder, "photos/arrived", name))
    .blur(4)
    .jpeg()
    .toFile(join(folder, "blurred", `${i}.jpg`));
console.log(type("drift", "model-3", "blurred").split("Mix of classes")[0].trim());

console.log("\nThe model that grew, beside one that is trained on everything at once.");
rootstock(
  "train",
  "photos/labels.jsonl",
  "--recipe",
  "lda",
  "--backbone",
  "alexnet-mini",
  "--out",
  "at-once",
);
for (const model of ["model-3", "at-once"]) {
  const { accuracy, images } = rootstock("evaluate", model, "test");
  console.log(`${model}: ${percent(accuracy.mean)} of ${images} photos that neither has seen.`);
}
