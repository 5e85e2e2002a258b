import { Command } from "commander";
import { type BackboneEntry, listBackbones, showBackbone } from "../../backbones/list-backbones.ts";
import type { CommonOptions, Face } from "../face.ts";
import { action, addCommonOptions } from "../options.ts";
import { formatTable } from "../table.ts";

/** `rootstock backbones list|show` */
export function backbonesCommand(face: Face): Command {
  const backbones = new Command("backbones").summary(
    "pretrained networks: what there is and what each one wants",
  );
  backbones.addCommand(
    addCommonOptions(new Command("list")).summary("a line for each").action(action(face, list)),
  );
  backbones.addCommand(
    addCommonOptions(new Command("show"))
      .summary("one backbone's card: preprocessing, layers, licence, source")
      .argument("<name>", "a name from the list")
      .action(action(face, show)),
  );
  return backbones;

  async function list({ json }: CommonOptions): Promise<void> {
    const entries = await listBackbones();
    face.print(json === true ? JSON.stringify(entries) : formatTable(columns, entries.map(cells)));
  }

  async function show(name: string, { json }: CommonOptions): Promise<void> {
    const { card, yaml } = await showBackbone(name);
    face.print(json === true ? JSON.stringify(card) : yaml.trimEnd());
  }
}

const columns = [
  "name",
  "have it?",
  "parameters",
  "input",
  "default layer",
  "features",
  "trainable",
  "licence",
];

function cells(entry: BackboneEntry): string[] {
  return [
    entry.name,
    entry.availability === "here" ? "in the package" : "bring the file",
    entry.parameters === 0 ? "-" : `${(entry.parameters / 1e6).toFixed(1)} M`,
    `${entry.input.width} x ${entry.input.height}`,
    entry.defaultLayer,
    String(entry.dimensions),
    entry.isTrainable ? "yes" : "no",
    entry.licence,
  ];
}
