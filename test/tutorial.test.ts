import { spawnSync } from "node:child_process";
import { copyFile, mkdir, readFile, readdir, symlink, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { temporaryFolder } from "./pattern-photos.ts";

// The tutorial is followed word by word in a fresh folder, as after its first step: this package in node_modules, and
// photos laid out as its second step says. Blocks that say why they are not run are left out.

interface Step {
  readonly language: string;
  readonly text: string;
  readonly isRun: boolean;
}

const blocks = /(<!-- not run: [^>]+ -->\n+)?^```(\w+)\n(.*?)^```$/gms;

async function stepsOf(page: string): Promise<Step[]> {
  const text = await readFile(page, "utf8");
  return [...text.matchAll(blocks)].map(([, mark, language, body]) => ({
    language: language!,
    text: body!,
    isRun: mark === undefined,
  }));
}

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
beforeAll(async () => {
  folder = await temporaryFolder();
  const modules = join(folder.path, "node_modules");
  await mkdir(join(modules, ".bin"), { recursive: true });
  await symlink(resolve("."), join(modules, "rootstock"));
  const command = `#!/bin/sh\nexec "${process.execPath}" "${resolve("dist/src/cli/main.js")}" "$@"\n`;
  await writeFile(join(modules, ".bin", "rootstock"), command, { mode: 0o755 });
  await writeFile(join(folder.path, "package.json"), `{ "name": "flowers", "private": true }`);
  for (const label of ["daisy", "dandelion", "rose"]) await layOut(label);
});
afterAll(async () => await folder[Symbol.asyncDispose]());

async function layOut(label: string): Promise<void> {
  const names = (await readdir(join("samples/flowers", label))).sort().slice(0, 16);
  for (const [i, name] of names.entries()) {
    const to = join(folder.path, "photos", i < 12 ? "train" : "test", label, name);
    await mkdir(dirname(to), { recursive: true });
    await copyFile(join("samples/flowers", label, name), to);
  }
}

test("the tutorial's commands run as they stand, one after the other", { timeout: 240_000 }, async () => {
  const steps = await stepsOf("docs/tutorial.md");
  const ran: string[] = [];
  for (const { language, text } of steps.filter(({ isRun }) => isRun)) {
    const file = /^\/\/ (\S+)\n/.exec(text)?.[1];
    if (language === "js") await writeFile(join(folder.path, file!), text);
    if (language !== "sh") continue;
    for (const command of text.trim().split("\n")) {
      const { status, stderr } = shell(command);
      expect({ command, status, stderr: status === 0 ? "" : stderr }).toEqual({
        command,
        status: 0,
        stderr: "",
      });
      ran.push(command);
    }
  }
  expect(ran.length).toBeGreaterThanOrEqual(9);
  expect(await readdir(folder.path)).toEqual(expect.arrayContaining(["model", "page", "runs"]));
});

function shell(command: string): { status: number | null; stderr: string } {
  return spawnSync("bash", ["-c", command], {
    cwd: folder.path,
    env: {
      ...process.env,
      PATH: `${dirname(process.execPath)}:${process.env["PATH"]}`,
      ROOTSTOCK_CACHE: join(folder.path, "cache"),
      npm_config_offline: "true",
      npm_config_update_notifier: "false",
    },
    encoding: "utf8",
  });
}

test("the Chinese tutorial has the same commands and programs, in the same order", async () => {
  expect(await stepsOf("docs/zh/tutorial.md")).toEqual(await stepsOf("docs/tutorial.md"));
});
