import { type FileHandle, open } from "node:fs/promises";
import { RootstockError } from "../../base/errors.ts";
import { isSafetensors } from "../../files/safetensors.ts";
import { readExactly } from "../../files/read-exactly.ts";
import { type ForeignKind, foreignKinds } from "./foreign-files.ts";

/** The kinds of network files that are read. */
export type FileKind = "onnx" | "safetensors" | "pth" | "legacy pth";

const headBytes = 512;

/**
 * What a file is: by its bytes, and by its name only where bytes do not tell (an ONNX file has no mark of its own).
 * Zip archives and pickles count as PyTorch's; what is in them is their readers' to judge (`foreignArchive`).
 * Throws E_WEIGHTS for everything else, saying what it is and what to do with it.
 */
export async function recogniseFile(path: string): Promise<FileKind> {
  await using file = await open(path);
  const { size } = await file.stat();
  const head = await readExactly(file, 0, Math.min(size, headBytes));
  // first: the length of a long header can spell the first bytes of any other kind
  if (await isWholeSafetensors(file, size)) return "safetensors";
  if (startsWith(head, "PK\x03\x04") || startsWith(head, "PK\x05\x06")) return "pth";
  if (isPickle(head)) return "legacy pth";
  const foreign = foreignKinds.find(({ magic }) => magic && startsWith(head, magic.text, magic.at));
  if (/\.safetensors$/i.test(path) && !foreign?.magic) return "safetensors"; // damaged: its reader says how
  if (foreign && !/\.onnx$/i.test(path)) throw foreignFile(foreign);
  if (/\.onnx$/i.test(path) && !foreign) return "onnx";
  const named =
    foreign ?? foreignKinds.find(({ ends }) => ends?.some((end) => path.toLowerCase().endsWith(end)));
  if (named) throw foreignFile(named);
  if (isOnnx(head) && !weightsName.test(path)) return "onnx";
  throw unknownFile(head, size);
}

/** Names of weights without a graph: with other bytes inside, such a file is damaged, and no ONNX file. */
const weightsName = /\.(pth|pt|bin|ckpt|pkl|pickle|tar|th|model|safetensors)$/i;

/** A pickle of version 2 and later begins with its number, one of an older version with its first instruction. */
function isPickle(head: Uint8Array): boolean {
  return head[0] === 0x80 && head[1]! >= 2 && head[1]! <= 5;
}

/** An ONNX file begins with field 1, a small version number, and goes on with another field of its description. */
function isOnnx(head: Uint8Array): boolean {
  return (
    head[0] === 0x08 && head[1]! > 0 && head[1]! < 32 && [0x12, 0x1a, 0x22, 0x3a, 0x42].includes(head[2]!)
  );
}

/** The whole invariant: a header that lies inside the file, is JSON, and describes every byte behind it. */
async function isWholeSafetensors(file: FileHandle, size: number): Promise<boolean> {
  return await isSafetensors((at, length) => readExactly(file, at, length), size);
}

/** The error for a zip archive by the names in it; undefined for one that PyTorch may have written. */
export function foreignArchive(names: readonly string[]): RootstockError | undefined {
  const foreign = foreignKinds.find(({ member }) => member && names.some((name) => member.test(name)));
  if (foreign) return foreignFile(foreign);
  if (names.some((name) => /^[^/]+\/data\.pkl$/.test(name))) return undefined;
  return foreignFile({
    what: "a zip archive without PyTorch's data.pkl",
    next: "Unpack it, and give the weights file that is in it.",
  });
}

function startsWith(head: Uint8Array, text: string, at = 0): boolean {
  return Buffer.from(head.subarray(at, at + text.length)).toString("latin1") === text;
}

/** The error for a file of another kind. */
export function foreignFile({ what, next }: Pick<ForeignKind, "what" | "next">): RootstockError {
  return new RootstockError("E_WEIGHTS", `network file: expected .onnx, .pth or .safetensors, got ${what}.`, {
    hint: next,
  });
}

function unknownFile(head: Uint8Array, size: number): RootstockError {
  const bytes = Buffer.from(head.subarray(0, 8)).toString("hex");
  return new RootstockError(
    "E_WEIGHTS",
    size === 0
      ? "network file: expected .onnx, .pth or .safetensors, got an empty file."
      : `network file: expected .onnx, .pth or .safetensors, got bytes that begin with ${bytes}.`,
    {
      hint: "A download that failed often leaves something else in the file's place: look at it, or fetch it again.",
    },
  );
}
