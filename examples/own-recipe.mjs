// A recipe is a method as data: a YAML file of your own beside the shipped ones. All keys: docs/recipes.md.
// node examples/own-recipe.mjs [photos]
import { writeFile } from "node:fs/promises";
import { compare, readRecipe } from "rootstock";

await writeFile(
  "whitened.yaml",
  `version: 1
name: whitened
summary: Shrinkage LDA on 64 principal components of equal variance.
transforms: [standardise, { pca: 64 }, standardise]
classifier: lda
grid: # tried inside every fold
  - { shrinkage: auto }
  - { shrinkage: 0.5 }
`,
);
console.log((await readRecipe("whitened.yaml")).kind); //> classifier

const photos = process.argv[2] ?? "samples/flowers";
const { recipes } = await compare(photos, { recipes: ["whitened.yaml", "lda"], folds: 3 }).result;
for (const { name, accuracy } of recipes) console.log(name, accuracy.mean.toFixed(2));
