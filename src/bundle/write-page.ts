import { createHash } from "node:crypto";
import { copyFile, mkdir, readFile, readdir, rename, rm, stat, writeFile } from "node:fs/promises";
import { basename, dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { RootstockError } from "../base/errors.ts";
import { wasmEntry, wasmFiles } from "../engine/wasm-files.ts";
import { packageVersion } from "../files/package-version.ts";
import type { BundleRecord } from "./bundle-record.ts";
import { readBundleRecord } from "./load-model.ts";

/** What a page folder holds. */
export interface WrittenPage {
  readonly files: number;
  readonly sizeBytes: number;
}

const template = fileURLToPath(new URL("../../../assets/page/", import.meta.url));
const modules = fileURLToPath(new URL("../", import.meta.url));
const entry = "bundle/load-model-in-browser.js";
const mark = '<meta name="generator" content="rootstock';

/**
 * Writes a folder that any static host can hand out: the page, the model (without its golden images), and what runs it.
 * All of it appears under `out`, or nothing does. A page that is there is replaced; any other folder is refused with
 * E_FILE. Throws E_BUNDLE for a folder that is no model's, E_ENGINE without `onnxruntime-web`.
 */
export async function writePage(
  model: string,
  out: string,
  { title }: { readonly title?: string | undefined } = {},
): Promise<WrittenPage> {
  const record = await readBundleRecord(model);
  const runtime = wasmFiles();
  await requirePage(out);
  const partial = join(dirname(resolve(out)), `.${basename(out)}.partial-${process.pid}`);
  const put = async (path: string, data: string | Uint8Array): Promise<void> => {
    await mkdir(dirname(join(partial, path)), { recursive: true });
    await writeFile(join(partial, path), data);
  };
  const copy = async (from: string, path: string): Promise<void> => {
    await mkdir(dirname(join(partial, path)), { recursive: true });
    await copyFile(from, join(partial, path));
  };
  try {
    for (const name of await readdir(template)) await copy(join(template, name), name);
    await put("index.html", await pageHtml(title ?? titleOf(record)));
    await copy(join(model, "onnx", "model.onnx"), "model/onnx/model.onnx");
    await put("model/rootstock.json", JSON.stringify(withoutGolden(record), null, 2));
    for (const path of runtime) await copy(path, `runtime/${basename(path)}`);
    for (const path of await reachedModules(join(modules, entry)))
      await put(`rootstock/${relative(modules, path).replaceAll("\\", "/")}`, await sourceOf(path));
    const written = await sizeOf(partial);
    await rm(out, { recursive: true, force: true });
    await rename(partial, out);
    return written;
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
}

async function requirePage(out: string): Promise<void> {
  const names = await readdir(out).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return [];
    throw error;
  });
  if (names.length === 0) return;
  const html = await readFile(join(out, "index.html"), "utf8").catch(() => "");
  if (html.includes(mark)) return;
  throw new RootstockError("E_FILE", `${JSON.stringify(out)} exists and is no page of ours.`, {
    hint: "Choose a new folder with --out; nothing was overwritten.",
  });
}

function titleOf({ labels }: BundleRecord): string {
  return labels.length > 5 ? `${labels.slice(0, 4).join(", ")}, ...` : labels.join(", ");
}

/** The record of what the page carries: pictures of the training data stay at home. */
function withoutGolden(record: BundleRecord): BundleRecord {
  const model = "onnx/model.onnx";
  return { ...record, golden: [], goldenKind: "none", files: { [model]: record.files[model]! } };
}

/** The template with its title, and with the one inline script that a browser demands inline allowed by its hash. */
async function pageHtml(title: string): Promise<string> {
  const map = JSON.stringify({
    imports: { "onnxruntime-web": `./runtime/${wasmEntry}`, "rootstock/browser": `./rootstock/${entry}` },
  });
  const hash = createHash("sha256").update(map).digest("base64");
  const values: Readonly<Record<string, string>> = {
    title: escapeHtml(title),
    version: packageVersion,
    hash,
  };
  const html = await readFile(join(template, "index.html"), "utf8");
  return html
    .replace("<!-- {{importmap}} -->", () => `<script type="importmap">${map}</script>`)
    .replaceAll(/\{\{(\w+)\}\}/g, (_, name: string) => values[name]!);
}

function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}

/** Without the pointer to a source map that does not come along. */
async function sourceOf(path: string): Promise<string> {
  return (await readFile(path, "utf8")).replace(/\n\/\/# sourceMappingURL=\S+\s*$/, "\n");
}

/** A compiled module and every one that it imports statically, whatever the order. */
async function reachedModules(first: string): Promise<string[]> {
  const reached = new Set([first]);
  for (const path of reached)
    // a set is walked to its end, also while it grows
    for (const [, name] of (await readFile(path, "utf8")).matchAll(/^(?:im|ex)port\b[^;]*?"(\.[^"]+)";/gm))
      reached.add(join(dirname(path), name!));
  return [...reached];
}

async function sizeOf(folder: string): Promise<WrittenPage> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((one) => one.isFile()).map((one) => join(one.parentPath, one.name));
  const sizes = await Promise.all(files.map(async (path) => (await stat(path)).size));
  return { files: files.length, sizeBytes: sizes.reduce((a, b) => a + b, 0) };
}
