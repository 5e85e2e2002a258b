import { rm, writeFile } from "node:fs/promises";
import type { Fact } from "../base/fact.ts";
import { cpus, totalmem } from "node:os";
import { join } from "node:path";
import { toErrorRecord } from "../base/errors.ts";
import { matrixFrom } from "../base/matrix.ts";
import { openBackbone } from "../backbones/open-backbone.ts";
import { openEngine } from "../engine/open-engine.ts";
import { openWasmEngine } from "../engine/open-wasm-engine.ts";
import { cacheFolder } from "../files/cache-folder.ts";
import { makeFolder } from "../files/make-folder.ts";
import { packageVersion } from "../files/package-version.ts";
import { decodeImage } from "../image/decode.ts";
import { encodePng } from "../image/encode-png.ts";
import { type Sentence, tell } from "../words/fact.ts";
import { defaultBackbone } from "./defaults.ts";

export { packageVersion } from "../files/package-version.ts";

/** One thing that was looked at. */
export interface DoctorCheck {
  readonly name: string;
  readonly isOk: boolean;
  /** False for what the main job can do without. */
  readonly isNeeded: boolean;
  readonly detail: string;
  /** The detail as data, where it is more than a name. */
  readonly fact?: Fact;
}

/** `doctor --json` */
export interface DoctorFindings {
  readonly isOk: boolean;
  readonly checks: readonly DoctorCheck[];
}

/** Tries each part that the main job stands on, and says what it found; it changes nothing. */
export async function doctor(): Promise<DoctorFindings> {
  const checks = [
    await attempt("rootstock", async () => {
      const { platform, arch, versions } = process;
      return tell("version", {
        version: packageVersion,
        node: versions.node,
        system: `${platform} ${arch}`,
      });
    }),
    await attempt("machine", async () => {
      const [cpu] = cpus();
      const memory = gibibytes(totalmem());
      return tell("machine", { cores: cpus().length, cpu: cpu?.model.trim() ?? "unknown", memory });
    }),
    await attempt("ONNX Runtime, native", tryNative),
    await attempt("ONNX Runtime, wasm", tryWasm, { isNeeded: false }),
    await attempt("images", tryImages),
    await attempt("default backbone", async () => (await openBackbone(defaultBackbone)).name),
    await attempt("feature cache", tryCache),
  ];
  return { isOk: checks.every(({ isOk, isNeeded }) => isOk || !isNeeded), checks };
}

async function attempt(
  name: string,
  work: () => Promise<string | Sentence>,
  { isNeeded = true }: { isNeeded?: boolean } = {},
): Promise<DoctorCheck> {
  try {
    const found = await work();
    if (typeof found === "string") return { name, isOk: true, isNeeded, detail: found };
    return { name, isOk: true, isNeeded, detail: found.message, fact: found.fact };
  } catch (error) {
    return { name, isOk: false, isNeeded, detail: toErrorRecord(error).message };
  }
}

async function tryNative(): Promise<Sentence> {
  await using engine = await openEngine({});
  const identity = matrixFrom([[1, 0], [0, 1]]); // prettier-ignore
  const { data } = await engine.algebra.multiply(identity, identity);
  if (data.join() !== "1,0,0,1") throw new Error(`a 2 x 2 product came out as ${data.join()}`);
  return tell("engine", { version: engine.version, threads: engine.threads });
}

async function tryWasm(): Promise<string> {
  await using engine = await openWasmEngine();
  return engine.version;
}

async function tryImages(): Promise<Sentence> {
  const data = Uint8Array.from({ length: 12 }, (_, i) => i * 20);
  const back = await decodeImage(await encodePng({ width: 2, height: 2, data }));
  if (back.data.join() !== data.join()) throw new Error("a PNG did not come back as it was written");
  return tell("readsPictures");
}

async function tryCache(): Promise<string> {
  const folder = cacheFolder(process.env);
  const probe = join(folder, `.doctor-${process.pid}`);
  await makeFolder(folder);
  await writeFile(probe, "");
  await rm(probe);
  return folder;
}

function gibibytes(bytes: number): string {
  return (bytes / 2 ** 30).toFixed(0);
}
