import { join } from "node:path";
import { createInterface } from "node:readline";
import { readManifest } from "../src/data/read-manifest.ts";
import { openEngine } from "../src/engine/open-engine.ts";
import { extractFeatures } from "../src/features/extract-features.ts";
import { openNetwork } from "./extraction-networks.ts";

/** What one extraction cost; `peakBytes`: the largest resident memory of its process so far. */
export interface Extraction {
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly images: number;
  readonly peakBytes: number;
}

// `node extract-in-child.js DATA`: one JSON line a request, { network, images }, answered by an Extraction of the
// first `images` photos, as peers/extraction.py does. Scan and network stay; engine and sessions start anew with each.
const manifest = await readManifest(process.argv[2]!);
const photos = manifest.rows.map((row) => ({ ...row, path: join(manifest.root, row.path) }));
console.log(JSON.stringify({ photos: photos.length, pid: process.pid }));

const networks = new Map<string, ReturnType<typeof openNetwork>>();
for await (const line of createInterface({ input: process.stdin })) {
  const { network, images } = JSON.parse(line) as { network: string; images: number };
  if (!networks.has(network)) networks.set(network, openNetwork(network));
  console.log(JSON.stringify(await extract(await networks.get(network)!, images)));
}

async function extract(
  backbone: Awaited<ReturnType<typeof openNetwork>>,
  images: number,
): Promise<Extraction> {
  const cpu = process.cpuUsage();
  const start = performance.now();
  await using engine = await openEngine();
  const options = { engine, cache: null };
  const { matrix, failed } = await extractFeatures(photos.slice(0, images), backbone, options);
  const seconds = (performance.now() - start) / 1e3;
  const { user, system } = process.cpuUsage(cpu);
  if (failed.length > 0) throw new Error(`${failed.length} pictures failed: ${failed[0]!.error.message}`);
  const peakBytes = process.resourceUsage().maxRSS * 1024;
  return { seconds, cpuSeconds: (user + system) / 1e6, images: matrix.rows, peakBytes };
}
