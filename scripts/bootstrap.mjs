// Installs and builds what is missing or out of date, so that `npm start` and `npm test` work straight after a clone.
// Plain JavaScript without dependencies: it runs before anything is installed.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join, dirname } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const sources = ["src", "test", "bench", "scripts", "tsconfig.json"];

/** A digest of names, sizes and contents' change times: cheap enough for every start. */
function fingerprint(paths) {
  const hash = createHash("sha256");
  const visit = (path) => {
    const full = join(root, path);
    if (!existsSync(full)) return;
    const info = statSync(full);
    if (info.isDirectory()) for (const name of readdirSync(full).sort()) visit(join(path, name));
    else hash.update(`${path} ${info.size} ${info.mtimeMs}\n`);
  };
  paths.forEach(visit);
  return hash.digest("hex");
}

function isCurrent(stamp, value, product) {
  const file = join(root, stamp);
  return existsSync(join(root, product)) && existsSync(file) && readFileSync(file, "utf8") === value;
}

function run(what, command, args, env = {}) {
  process.stderr.write(`rootstock: ${what}\n`);
  const result = spawnSync(command, args, {
    cwd: root,
    stdio: ["ignore", 2, 2],
    shell: process.platform === "win32",
    env: { ...process.env, ...env },
  });
  if (result.status !== 0) {
    process.stderr.write(`rootstock: ${what} failed (${command} ${args.join(" ")}).\n`);
    process.exit(1);
  }
}

const lock = createHash("sha256")
  .update(readFileSync(join(root, "package-lock.json")))
  .digest("hex");
const installStamp = "node_modules/.rootstock-installed";
if (!isCurrent(installStamp, lock, "node_modules/typescript")) {
  run("installing packages (once)", "npm", ["ci", "--no-audit", "--no-fund"], {
    ONNXRUNTIME_NODE_INSTALL: "skip",
  });
  writeFileSync(join(root, installStamp), lock);
}

const built = fingerprint(sources) + lock;
const buildStamp = "dist/.rootstock-built";
if (process.argv.includes("--build") || !isCurrent(buildStamp, built, "dist/src")) {
  rmSync(join(root, "dist"), { recursive: true, force: true });
  run("building", process.execPath, [join("node_modules", "typescript", "bin", "tsc"), "-p", "."]);
  mkdirSync(join(root, "dist"), { recursive: true });
  writeFileSync(join(root, buildStamp), built);
}
