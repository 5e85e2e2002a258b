import { catalogue } from "../../backbones/catalogue.ts";
import { pulledPath, weightsFolder } from "../../backbones/pull.ts";
import type { WorkOptions } from "../../base/events.ts";
import { pullBackbone } from "./pull-backbone.ts";
import { splitRole } from "../split-role.ts";

/**
 * Pulls every backbone that is asked for by a name of the catalogue and is not on this machine yet, one after the
 * other; files, roles in front and names of the package are left as they are. Throws as `pullBackbone`.
 */
export async function pullMissing(words: readonly string[], { signal, report }: WorkOptions): Promise<void> {
  const folder = weightsFolder();
  const named = new Set(words.map((word) => splitRole(word).rest));
  for (const entry of catalogue) {
    if (!named.has(entry.name) || pulledPath(entry, folder) !== null) continue;
    const run = pullBackbone(entry.name, { signal });
    for await (const event of run) report?.(event);
    await run.result;
  }
}
