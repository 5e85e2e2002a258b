import { readdir } from "node:fs/promises";
import { RootstockError, quoteList } from "../base/errors.ts";
import { suggestWord } from "../base/nearest-word.ts";
import type { Card } from "./card.ts";
import { catalogue } from "./catalogue.ts";
import { readShippedCards } from "./shipped-cards.ts";
import { foreignKinds } from "./weights/foreign-files.ts";

/** Every name that a backbone can be asked for by: those of the package, then those of the catalogue. */
export async function knownBackboneNames(): Promise<string[]> {
  const shipped = await readShippedCards();
  return [...new Set([...shipped.map(({ card }) => card.name), ...catalogue.map(({ name }) => name)])];
}

/** The error for a word that is neither a known name nor a file; what looks like a path is told to be no file. */
export function unknownBackbone(
  word: string,
  { knownNames, expected }: { knownNames: readonly string[]; expected: "name" | "name or file" },
): RootstockError {
  const isPath = /[\\/]|\.\w{1,12}$/.test(word);
  const files = "Or give the path of an .onnx, .pth or .safetensors file.";
  if (isPath && expected === "name or file")
    return new RootstockError("E_BACKBONE", `backbone ${JSON.stringify(word)}: no such file.`, {
      hint: "Look at the path; it counts from the folder that the command runs in.",
    });
  return new RootstockError(
    "E_BACKBONE",
    expected === "name"
      ? `backbone ${JSON.stringify(word)}: no backbone of that name.`
      : `backbone ${JSON.stringify(word)}: no such file, and no backbone of that name.`,
    {
      hint: `${suggestWord(word, knownNames)}Known names: ${knownNames.join(", ")}.${expected === "name" ? "" : ` ${files}`}`,
    },
  );
}

/** The error for a network whose card the package carries, and whose file the user must bring. */
export function cardWithoutFile({ name, source }: Pick<Card, "name" | "source">): RootstockError {
  const others = catalogue.map((entry) => entry.name);
  return new RootstockError(
    "E_BACKBONE",
    `backbone "${name}": its card is known, its weights are in neither the package nor the catalogue.`,
    {
      hint: `${suggestWord(name, others)}Or give the path of its ONNX file in place of the name (${source}).`,
    },
  );
}

/** The error for a folder: which of its files can be given, or what kind of model the folder is. */
export async function folderGiven(path: string): Promise<RootstockError> {
  const names = await readdir(path).catch(() => [] as string[]);
  const usable = names.filter((name) => /\.(onnx|safetensors|pth|pt|ckpt|bin)$/i.test(name));
  const foreign = foreignKinds.find(({ ends }) =>
    ends?.some(
      (end) =>
        path
          .toLowerCase()
          .replace(/[\\/]+$/, "")
          .endsWith(end) || names.some((name) => name.endsWith(end)),
    ),
  );
  const next = names.includes("rootstock.json")
    ? "It is a model folder: `rootstock predict` and `rootstock evaluate` take it."
    : usable.length > 0
      ? `Give one of its files: ${quoteList(usable)}.`
      : (foreign?.next ?? "Give the path of an .onnx, .pth or .safetensors file.");
  const what = foreign && usable.length === 0 ? `, and holds ${foreign.what}` : "";
  return new RootstockError(
    "E_BACKBONE",
    `backbone ${JSON.stringify(path)}: expected a file, got a folder${what}.`,
    { hint: next },
  );
}
