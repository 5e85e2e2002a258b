import { basename, extname, join, resolve } from "node:path";
import { cardPathOf } from "../../backbones/read-card.ts";

/** The files of one pretrained network, absolute. */
export interface PretrainingFiles {
  /** Of the card: the file's name without its ending. */
  readonly name: string;
  /** The trunk. */
  readonly backbone: string;
  readonly card: string;
  /** What was trained behind the trunk: maps -> class scores. */
  readonly head: string;
  /** The first filters as a picture. */
  readonly filters: string;
}

/** `--out nets/mine.onnx` names the file; any other is a folder, and the file in it is called after the architecture. */
export function pretrainingFiles(out: string, architecture: string): PretrainingFiles {
  const backbone = resolve(extname(out) === ".onnx" ? out : join(out, `${architecture}.onnx`));
  const stem = backbone.slice(0, -".onnx".length);
  return {
    name: basename(stem).replaceAll(/[^\w.-]/g, "-"),
    backbone,
    card: cardPathOf(backbone),
    head: `${stem}.head.onnx`,
    filters: `${stem}.filters.png`,
  };
}
