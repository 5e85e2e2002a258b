import { Command, InvalidArgumentError } from "commander";
import { RootstockError, errorCodes } from "../../base/errors.ts";
import { type InboxResult, inbox } from "../../workflow/inbox/inbox.ts";
import { reviewInbox } from "../../workflow/inbox/review-inbox.ts";
import type { CommonOptions, Face } from "../face.ts";
import { inboxTable } from "../inbox-table.ts";
import { action, addEngineOptions, wholeNumber } from "../options.ts";

interface Options extends CommonOptions {
  readonly threads?: number;
  readonly promise: number;
  readonly confidence: number;
  readonly calibration?: string;
  readonly foreign: number;
  readonly seed: number;
  readonly out?: string;
  readonly review?: boolean;
  readonly ledger?: string;
  readonly author?: string;
}

/** `rootstock inbox <model> <folder>` */
export function inboxCommand(face: Face): Command {
  return addEngineOptions(new Command("inbox"))
    .summary("sort new photos without labels: accepted, to look at, foreign")
    .description(
      "Gives every photo a label, a probability and a novelty, and puts it into one of three piles: accepted up to a promised share\nof errors; to look at, in the order in which labels teach most; foreign, in groups that may be new classes.",
    )
    .argument("<model>", "model folder")
    .argument("<folder>", "folder of photos without labels")
    .option(
      "--promise <share>",
      "the largest share of wrong labels among those accepted: 2% or 0.02",
      share,
      0.02,
    )
    .option("--confidence <share>", "the chance at least with which the promise holds", share, 0.95)
    .option(
      "--calibration <folder>",
      "labelled photos to judge acceptance on; default: what the model remembers of its folds",
    )
    .option("--foreign <share>", "share of photos of known kinds that may be called foreign", share, 0.05)
    .option("--seed <n>", "decides folds and every random draw", wholeNumber(0), 42)
    .option("--out <folder>", "write a page to decide on, every photo and the accepted labels as CSV")
    .option(
      "--review",
      "decide in the browser: the page on this machine alone, what is saved goes into the ledger",
    )
    .option(
      "--ledger <file|folder>",
      "the ledger that --review records in; default: the one in the folder of photos",
    )
    .option("--author <name>", "who decides, for the ledger")
    .action(
      action(face, async (model: string, folder: string, options: Options) => {
        const { threads, promise, confidence, calibration, foreign, seed, out, lang } = options;
        if (options.json === true && options.review === true)
          throw new RootstockError("E_OPTION", "--review: expected no --json beside it.", {
            hint: "Give one of the two.",
          });
        const settings = {
          threads,
          promise,
          assurance: confidence,
          calibration,
          foreignShare: foreign,
          seed,
          out,
        };
        const run = inbox(model, folder, { ...settings, lang: face.words.lang ?? lang, signal: face.signal });
        const result = await face.follow(run, options);
        if (options.json === true) face.json(result);
        else face.print(...inboxTable(result, face));
        if (options.review === true)
          await review(face, result, { ...options, ledger: options.ledger ?? folder });
        if (result.skipped.length > 0) face.exitWith(errorCodes.E_IMAGE);
      }),
    );
}

/** Until the user stops it. */
async function review(face: Face, result: InboxResult, options: Options & { ledger: string }): Promise<void> {
  const { inbox: said, lang } = face.words;
  const { ledger, author } = options;
  const onRecorded = (added: number, relabelled: number): void => face.say(said.recorded(added, relabelled));
  await using server = await reviewInbox(result, { ledger, author, lang, signal: face.signal, onRecorded });
  face.print("", said.review(server.address), said.reviewStop);
  await new Promise<void>((resolve) => {
    if (face.signal.aborted) resolve();
    face.signal.addEventListener("abort", () => resolve(), { once: true });
  });
}

/** `2%`, `2 %` or `0.02`, as a commander parser. */
export function share(text: string): number {
  const [, digits, sign] = /^\s*(\d*\.?\d+)\s*([%％]?)\s*$/.exec(text) ?? [];
  const value = Number(digits) / (sign === undefined || sign === "" ? 1 : 100);
  if (!(value > 0 && value < 1))
    throw new InvalidArgumentError("Expected a share between 0 and 1: 2% or 0.02.");
  return value;
}
