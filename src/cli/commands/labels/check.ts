import { Command } from "commander";
import { type LabelsCheckResult, checkLabels } from "../../../workflow/labels/check-labels.ts";
import { type DataCommandOptions, addDataOptions, dataArgument, dataOptions } from "../../data-options.ts";
import type { Face } from "../../face.ts";
import { findingLines } from "../../finding-lines.ts";
import { type WorkCommandOptions, action, addWorkOptions, studyOptions, wholeNumber } from "../../options.ts";
import { formatTable } from "../../table.ts";

interface Options extends WorkCommandOptions, DataCommandOptions {
  readonly model?: string;
  readonly recipe?: string;
  readonly out?: string;
  readonly page?: string;
  readonly top: number;
}

/** `rootstock labels check <data>` */
export function labelsCheckCommand(face: Face): Command {
  return addDataOptions(addWorkOptions(new Command("check")))
    .summary("labels that predictions of fits without the photo contradict, the most doubtful first")
    .argument("<data>", dataArgument)
    .option("--model <folder>", "judge by what a model folder, or the model of a run's folder, remembers")
    .option(
      "--recipe <name|file>",
      "what is cross-validated where no model is named; default: fusion, or lda on one backbone",
    )
    .option("--out <file>", "write the suspicious ones as a table of decisions (.csv) for `labels record`")
    .option("--page <file>", "write a page to decide on the suspicious ones (.html)")
    .option("--top <n>", "how many are shown", wholeNumber(0), 20)
    .action(
      action(face, async (data: string, options: Options) => {
        const { model, recipe, out, page } = options;
        const places = { model, recipe, out, page, lang: face.words.lang };
        const settings = { ...studyOptions(options, face), ...dataOptions(options), ...places };
        const result = await face.follow(checkLabels(data, settings), options);
        if (options.json === true) face.json(result);
        else face.print(...checkedLines(result, options.top, face));
      }),
    );
}

function checkedLines(
  { checked, source, suspicious, expectedWrong, skipped, out, page }: LabelsCheckResult,
  top: number,
  { words, width }: Pick<Face, "words" | "width">,
): string[] {
  const said = words.shift;
  const from =
    source.kind === "memory"
      ? said.source.memory(source.model)
      : said.source.recipe(source.recipe, source.backbones);
  const rows = suspicious
    .slice(0, top)
    .map(({ label, rather, ratherProbability, probability, path }) => [
      label,
      rather,
      ratherProbability.toFixed(2),
      probability.toFixed(2),
      path,
    ]);
  const rest = suspicious.length - rows.length;
  return [
    said.checked(checked, from),
    suspicious.length === 0 ? said.noneSuspicious : said.suspicious(suspicious.length, expectedWrong),
    ...(rows.length > 0 ? ["", ...formatTable(said.doubtColumns, rows, { width })] : []),
    ...(rest > 0 && rows.length > 0 ? [words.results.more(rest)] : []),
    ...(page === null ? [] : ["", `-> ${said.page(page)}`]),
    ...(out === null ? [] : ["", `-> ${said.decisions(out)}`]),
    ...(skipped.length > 0
      ? [
          "",
          words.results.section(words.results.skipped),
          ...findingLines(skipped, words.counts.files, words),
        ]
      : []),
  ];
}
