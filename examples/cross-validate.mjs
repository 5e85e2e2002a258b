// A method of your own on the same footing as ours: same folds, same measures. This one knows colours and nothing else.
// node examples/cross-validate.mjs [photos]
import { join } from "node:path";
import * as rootstock from "rootstock";

const manifest = await rootstock.readManifest(process.argv[2] ?? "samples/flowers");
const labels = rootstock.classIndices(manifest);
const classCount = manifest.classes.length;

const colours = []; // mean red, green and blue of each photo
for (const { path } of manifest.rows) {
  const { data } = await rootstock.decodeImage(join(manifest.root, path));
  const mean = [0, 0, 0];
  data.forEach((value, i) => (mean[i % 3] += (3 * value) / data.length / 255));
  colours.push(mean);
}
const colourMatrix = rootstock.matrixFrom(colours);

const byColour = {
  name: "by-colour",
  fit: async (rows) => {
    const own = Int32Array.from(rows, (row) => labels[row]);
    const fitted = await rootstock.fitLda(rootstock.selectRows(colourMatrix, rows), own, { classCount });
    return { chosen: {}, logits: async (held) => fitted.logits(rootstock.selectRows(colourMatrix, held)) };
  },
};

const groups = manifest.rows.map(({ group }) => group); // copies of a photo never part
const folds = rootstock.stratifiedFolds(labels, groups, { folds: 5, seed: 42 });
const result = await rootstock.crossValidate(byColour, { labels, classCount, folds, seed: 42 });
const { accuracy, macroF1 } = rootstock.scoreLogits(result.outOfFoldLogits, labels);
console.log(`${accuracy.mean.toFixed(2)} right, macro F1 ${macroF1.toFixed(2)}`); //> 0.40 right, macro F1 0.40
