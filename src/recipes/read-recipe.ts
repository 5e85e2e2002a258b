import { readFile, readdir } from "node:fs/promises";
import { basename, dirname, extname } from "node:path";
import { fileURLToPath } from "node:url";
import { RootstockError, quoteList } from "../base/errors.ts";
import { reasonOf } from "../base/system-error.ts";
import { suggestWord } from "../base/nearest-word.ts";
import { isModuleWord } from "./own/own-classifier.ts";
import { recipeAround, withOwnClassifier } from "./own/own-recipe.ts";
import { recipeFaults } from "./recipe-faults.ts";
import type { Recipe } from "./recipe.ts";

const shippedFolder = new URL("../../../assets/recipes/", import.meta.url);

/** The names of the recipes in the package, sorted. */
export async function listRecipes(): Promise<string[]> {
  const files = await readdir(shippedFolder);
  return files
    .filter((file) => file.endsWith(".yaml"))
    .map((file) => basename(file, ".yaml"))
    .sort();
}

/**
 * Reads a recipe by its shipped name, with `@role` behind it for one backbone alone, from a YAML file, or from a module that exports a classifier: a recipe around it.
 * A file of the user's own that names a module has it run: see `loadOwnClassifier`.
 * Throws E_RECIPE for an unknown name, unreadable YAML, an unknown key or a value out of range, and what loading throws.
 */
export async function readRecipe(nameOrFile: string): Promise<Recipe> {
  if (isModuleWord(nameOrFile)) return await recipeAround(nameOrFile);
  if (![".yaml", ".yml"].includes(extname(nameOrFile))) return await shippedRecipe(nameOrFile);
  const recipe = await parseRecipe(await readText(nameOrFile), nameOrFile);
  return await withOwnClassifier(recipe, dirname(nameOrFile));
}

/** `svm`, or `svm@vgg` for one on the backbone of that role alone, as rows of a comparison are named. */
async function shippedRecipe(word: string): Promise<Recipe> {
  const [, name = word, role] = /^([^@]+)@([\w-]+)$/.exec(word) ?? [];
  if (!(await listRecipes()).includes(name)) throw await unknownRecipe(word);
  const path = fileURLToPath(new URL(`${name}.yaml`, shippedFolder));
  const recipe = await parseRecipe(await readText(path), name);
  return role === undefined ? recipe : { ...recipe, role };
}

/** Checks recipe text against the schema. `source` names it in errors. A module that it names is not loaded. */
export async function parseRecipe(text: string, source: string): Promise<Recipe> {
  const [{ LineCounter, parseDocument }, { keysAt, recipeSchema }] = await Promise.all([
    import("yaml"),
    import("./recipe-schema.ts"),
  ]);
  const lines = new LineCounter();
  let value: unknown;
  const document = parseDocument(text, { lineCounter: lines });
  try {
    if (document.errors.length > 0) throw document.errors[0];
    value = document.toJS({ maxAliasCount: 10 });
  } catch (cause) {
    throw new RootstockError("E_RECIPE", `recipe ${source}: expected YAML, ${firstLine(cause)}`, { cause });
  }
  const checked = recipeSchema.safeParse(value);
  if (checked.success) return checked.data;
  const { issues } = checked.error;
  const faults = recipeFaults(issues, { contents: document.contents, lines, value }, keysAt(value));
  throw new RootstockError(
    "E_RECIPE",
    `recipe ${source}: ${faults.join("; ")}${faults.at(-1)?.endsWith("?") ? "" : "."}`,
    {
      hint: "A shipped recipe is a good model to copy; see docs/recipes.md.",
    },
  );
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (cause) {
    throw new RootstockError(
      "E_RECIPE",
      `recipe ${JSON.stringify(path)}: cannot be read: ${reasonOf(cause)}.`,
      {
        hint: "Check the path given with --recipe or --recipes.",
        cause,
      },
    );
  }
}

async function unknownRecipe(name: string): Promise<RootstockError> {
  const known = await listRecipes();
  return new RootstockError(
    "E_RECIPE",
    `recipe ${JSON.stringify(name)}: not among ${quoteList(known, 20)}.`,
    {
      hint: `${suggestWord(name, known)}Name one of these, a .yaml file of your own, or a module (.js, .mjs, .ts) that exports a classifier.`,
    },
  );
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split("\n")[0] ?? "";
}
