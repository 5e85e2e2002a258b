// Which way of reusing a network is best on your photos? One folder per class, or a .csv or .jsonl list.
// node examples/compare.mjs [photos]
import { compare } from "rootstock";

const photos = process.argv[2] ?? "samples/flowers";
const { recipes, winner, verdict, report } = await compare(photos, { recipes: ["svm", "bayes"] }).result;

for (const { name, accuracy } of recipes)
  console.log(name, accuracy.mean.toFixed(2), `(${accuracy.low.toFixed(2)} to ${accuracy.high.toFixed(2)})`);
//> svm 0.71 (0.66 to 0.76)
//> bayes 0.68 (0.62 to 0.73)

console.log(winner); //> svm
console.log(verdict); // in whole sentences: by how much, how sure, which of the others may be as good

console.error(`The whole report: ${report}`);
