import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Backbone } from "../src/backbones/backbone.ts";
import type { Manifest } from "../src/data/manifest.ts";
import { readManifest } from "../src/data/read-manifest.ts";
import { openEngine } from "../src/engine/open-engine.ts";
import { extractFeatures } from "../src/features/extract-features.ts";
import type { Features } from "../src/features/features.ts";
import { openFeatureScan } from "../src/features/scan-features.ts";
import { temporaryFolder } from "../src/files/temporary-folder.ts";
import { openNetwork } from "./extraction-networks.ts";

interface Request {
  readonly network: string;
  readonly images: number;
  readonly isFirstRun?: boolean;
}

/** What one extraction cost; `peakBytes`: the largest resident memory of its process so far. */
export interface Extraction {
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly images: number;
  readonly peakBytes: number;
}

// `node extract-in-child.js DATA`: one JSON line a request, { network, images }, answered by an Extraction of the
// first `images` photos, as peers/extraction.py does. Scan and network stay; engine and sessions start anew with each.
// With `isFirstRun` all photos are scanned too, as in a run with an empty cache.
const manifest = await readManifest(process.argv[2]!);
const photos = manifest.rows.map((row) => ({ ...row, path: join(manifest.root, row.path) }));
console.log(JSON.stringify({ photos: photos.length, pid: process.pid }));

const networks = new Map<string, ReturnType<typeof openNetwork>>();
for await (const line of createInterface({ input: process.stdin })) {
  const { network, images, isFirstRun = false } = JSON.parse(line) as Request;
  if (!networks.has(network)) networks.set(network, openNetwork(network));
  const backbone = await networks.get(network)!;
  console.log(JSON.stringify(await (isFirstRun ? runFirst(backbone) : extract(backbone, images))));
}

async function runFirst(backbone: Backbone): Promise<Extraction> {
  await using folder = await temporaryFolder("bench");
  const cache = folder.path;
  return await measured(async () => {
    await using engine = await openEngine();
    const read = async (): Promise<Manifest> => {
      await using scan = openFeatureScan(backbone, { engine, cache });
      return await readManifest(process.argv[2]!, { scanner: scan.scanner });
    };
    const { rows, root } = await read();
    const found = rows.map((row) => ({ ...row, path: join(root, row.path) }));
    return await extractFeatures(found, backbone, { engine, cache });
  });
}

async function extract(backbone: Backbone, images: number): Promise<Extraction> {
  return await measured(async () => {
    await using engine = await openEngine();
    return await extractFeatures(photos.slice(0, images), backbone, { engine, cache: null });
  });
}

async function measured(work: () => Promise<Features>): Promise<Extraction> {
  const cpu = process.cpuUsage();
  const start = performance.now();
  const { matrix, failed } = await work();
  const seconds = (performance.now() - start) / 1e3;
  const { user, system } = process.cpuUsage(cpu);
  if (failed.length > 0) throw new Error(`${failed.length} pictures failed: ${failed[0]!.error.message}`);
  const peakBytes = process.resourceUsage().maxRSS * 1024;
  return { seconds, cpuSeconds: (user + system) / 1e6, images: matrix.rows, peakBytes };
}
