import { readFile } from "node:fs/promises";
import { Command, InvalidArgumentError } from "commander";
import { update } from "../../workflow/update.ts";
import { type DataCommandOptions, addDataOptions, dataArgument, dataOptions } from "../data-options.ts";
import type { CommonOptions, Face } from "../face.ts";
import { action, addCacheOptions, addEngineOptions, collect, commaList } from "../options.ts";
import { readPathList } from "../read-path-list.ts";
import { updatedText } from "../updated-text.ts";

interface Options extends CommonOptions, DataCommandOptions {
  readonly out?: string;
  readonly inPlace?: boolean;
  readonly force?: boolean;
  readonly sync?: boolean;
  readonly keepOld?: boolean;
  readonly remove?: readonly string[];
  readonly rename?: Readonly<Record<string, string>>;
  readonly merge?: readonly Merge[];
  readonly delete?: readonly string[];
  readonly threads?: number;
  readonly cache?: string | false;
}

interface Merge {
  readonly from: readonly string[];
  readonly into: string;
}

/** `rootstock update <model> [data]` */
export function updateCommand(face: Face): Command {
  const command = addDataOptions(addEngineOptions(new Command("update")))
    .summary("bring a model up to date with photos and classes that came, went or changed")
    .description(
      "Photos of <data> that the model does not know are learnt, those under another class move. The photos that it was\n" +
        "trained on need not be there. Exact for bayes, nearest-mean, lda and ridge; others are fitted anew on the features\n" +
        "that the model remembers. The model itself stays as it is, unless --in-place.",
    )
    .argument("<model>", "model folder")
    .argument("[data]", dataArgument)
    .option("--out <folder>", "the new version's folder; default: <model>-v2 beside the model, then -v3")
    .option("--in-place", "write in the place of the model, which is kept as <model>.previous")
    .option("--replace, --force", "write over another model that lies at --out")
    .option("--sync", "<data> are all there is: photos that they lack are taken out; always so of a ledger")
    .option(
      "--keep-old",
      "keep what the model remembers of classes without a photo left; default of a folder, not of a ledger",
    )
    .option("--no-keep-old", "drop classes without a photo left")
    .option(
      "--remove <photo|list.txt>",
      "take out a photo, named by its file or sha256, or those of a list, one a line; repeatable; - reads standard input",
      collect,
    )
    .option("--rename <old=new>", "give a class another name; repeatable", renamed)
    .option("--merge <a,b=c>", "make one class of several; repeatable", merged)
    .option("--delete <class>", "let the model forget a class; repeatable", commaList);
  return addCacheOptions(command).action(
    action(face, async (model: string, data: string | undefined, options: Options) => {
      const { out, inPlace, force, sync, keepOld, rename, merge, threads, cache } = options;
      const run = update(model, data ?? null, {
        ...dataOptions(options),
        out,
        inPlace,
        replace: force,
        sync,
        keepOld,
        rename,
        merge,
        threads,
        delete: options.delete,
        remove: options.remove && (await listed(options.remove)),
        cache: cache === false ? null : cache,
        signal: face.signal,
      });
      const result = await face.follow(run, options);
      if (options.json === true) face.json(result);
      else face.print(...updatedText(result, face.words));
    }),
  );
}

/** Photos one by one, and those of text files, one a line; what begins with # is a remark. */
async function listed(words: readonly string[]): Promise<string[]> {
  const paths = await readPathList(words, process.stdin);
  const lists = await Promise.all(
    paths.map(async (path) =>
      /\.(txt|list)$/i.test(path) ? (await readFile(path, "utf8")).split(/\r?\n/) : [path],
    ),
  );
  return lists.flat().filter((line) => line.trim() !== "" && !line.startsWith("#"));
}

/** `old=new`, as a commander parser. */
function renamed(text: string, previous: Readonly<Record<string, string>> = {}): Record<string, string> {
  const [from, into] = parted(text);
  return { ...previous, [from]: into };
}

/** `a,b=c`, as a commander parser. */
function merged(text: string, previous: readonly Merge[] = []): Merge[] {
  const [from, into] = parted(text);
  return [...previous, { from: commaList(from), into }];
}

function parted(text: string): [string, string] {
  const at = text.indexOf("=");
  if (at < 1 || at === text.length - 1) throw new InvalidArgumentError("Expected names around a =.");
  return [text.slice(0, at).trim(), text.slice(at + 1).trim()];
}
