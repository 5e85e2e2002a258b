import { Command } from "commander";
import { errorCodes } from "../../../base/errors.ts";
import {
  type Sync,
  type SyncOutcome,
  shortVersion,
  syncLabels,
} from "../../../workflow/labels/sync-labels.ts";
import { askYes } from "../../ask.ts";
import { addFolderOptions } from "../../data-options.ts";
import type { Face } from "../../face.ts";
import { syncLines } from "../../labels-text.ts";
import { action, addCacheOptions } from "../../options.ts";
import { type FactOptions, addFactOptions, factsOf, ledgerArgument } from "./facts.ts";

interface Options extends FactOptions {
  readonly yes?: boolean;
  readonly keepMissing?: boolean;
  readonly asPhotos?: boolean;
  readonly splitFolders?: boolean;
  readonly unlabelled?: readonly string[];
  readonly cache?: string | false;
}

/** `rootstock labels sync <ledger> [data]` */
export function labelsSyncCommand(face: Face): Command {
  const command = addFactOptions(new Command("sync"))
    .summary("compare a folder or a table with the ledger, show what is different, and record it")
    .description(
      "Photos are known by their bytes. What is new, removed, relabelled or moved is shown first; then it is recorded: with\n" +
        "--yes, or when the person at the terminal says so. Where there is neither, nothing is recorded and the exit code is 2.",
    )
    .argument("<ledger>", ledgerArgument)
    .argument("[data]", "folder or table (.csv, .tsv, .jsonl) to compare with; default: the ledger's folder")
    .option("--yes", "record without asking")
    .option(
      "--keep-missing",
      "photos that are not there any more stay in the ledger; default: they are removed",
    )
    .option(
      "--as-photos",
      "photos that all changed to one new class are recorded one by one, not as a renamed class",
    );
  return addCacheOptions(addFolderOptions(command)).action(
    action(face, async (path: string, data: string | undefined, options: Options) => {
      const { unlabelled, cache, ...rest } = options;
      const settings = {
        ...rest,
        data,
        unlabelled: unlabelled?.filter((name) => name !== "none"),
        cache: cache === false ? null : cache,
        signal: face.signal,
      };
      const sync = await face.follow(syncLabels(path, settings), options);
      if (options.json !== true) face.print(...syncLines(sync, face.words));
      const answer = sync.events === 0 ? false : await isWanted(sync, { face, options });
      const recorded = answer === true ? await sync.record(factsOf(options)) : null;
      tellOutcome(sync, { answer, recorded, face, options });
    }),
  );
}

/** Null where there is nobody to ask. */
async function isWanted(
  { events }: Sync,
  { face, options: { yes, json } }: { face: Face; options: Options },
): Promise<boolean | null> {
  if (yes === true) return true;
  return json === true ? null : await askYes(face.words.labels.ask(events), face.signal);
}

interface Outcome {
  readonly answer: boolean | null;
  /** The new version; null where nothing was recorded. */
  readonly recorded: string | null;
  readonly face: Face;
  readonly options: Options;
}

function tellOutcome(
  { ledger, data, version: from, events, changes }: Sync,
  { answer, recorded, face, options }: Outcome,
): void {
  const { labels } = face.words;
  const version = recorded ?? from;
  const outcome: SyncOutcome = {
    ledger,
    data,
    from,
    version,
    events,
    recorded: recorded !== null,
    ...changes,
  };
  if (options.json === true) face.json(outcome);
  else if (recorded !== null) face.print(labels.recorded(events, shortVersion(recorded)));
  else if (events > 0 && answer === false) face.print(labels.declined);
  if (answer !== null) return;
  face.say(`rootstock: ${labels.nobody}`, `  ${labels.nobodyHint}`);
  face.exitWith(errorCodes.E_USAGE);
}
