import { appendFile, mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { cacheFolder } from "../../src/files/cache-folder.ts";

const folder = join(cacheFolder(process.env), "bench", "shift", "runs");

/**
 * The outcomes of `count` seeded runs, seed 0 first. Each is kept when it is done and never measured again, so that a stopped
 * benchmark goes on where it was; whoever changes what is measured changes the title.
 */
export async function repeated<T>(
  title: string,
  count: number,
  once: (seed: number) => Promise<T>,
): Promise<T[]> {
  await mkdir(folder, { recursive: true });
  const file = join(folder, `${title.replaceAll(/[^a-zA-Z0-9]+/g, "-")}.jsonl`);
  const kept = await readFile(file, "utf8").catch(() => "");
  const outcomes = kept
    .split("\n")
    .filter((line) => line.endsWith("}")) // a line that a kill cut short is measured again
    .map((line) => JSON.parse(line) as T)
    .slice(0, count);
  for (let seed = outcomes.length; seed < count; seed += 1) {
    const outcome = await once(seed);
    await appendFile(file, `${JSON.stringify(outcome)}\n`);
    outcomes.push(outcome);
  }
  console.error(`${title}: ${outcomes.length} runs`);
  return outcomes;
}
