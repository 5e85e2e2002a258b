import { existsSync } from "node:fs";
import { join } from "node:path";
import { readManifest } from "../src/data/read-manifest.ts";
import { type BenchOptions, type BenchResult, median } from "./bench-result.ts";
import type { Extraction } from "./extract-in-child.ts";
import { defaultPhotos, networkNames, openNetwork } from "./extraction-networks.ts";
import { type StageCosts, measureStages } from "./extraction-stages.ts";
import { describeMachine } from "./machine.ts";
import { type Peer, openPeer } from "./peer.ts";

/** Ways of sharing two cores between the peer's loader and its network; the best one counts. One thread was slower yet. */
const peerLayouts = [
  { workers: 2, threads: 2 },
  { workers: 1, threads: 2 },
];
/** Photos of the short run whose memory stands beside that of the whole one. */
const fewPhotos = 250;
/** The bound is measured on every so many-th photo, so that it sees all classes. */
const stageStride = 5;

/** What was measured on: another folder is another question. */
interface Photos {
  readonly folder: string;
  readonly images: number;
}

interface Case {
  readonly network: string;
  readonly photos: Photos;
  readonly stages: StageCosts;
  readonly ours: readonly Extraction[];
  /** The same over fewer photos, in a process of its own. */
  readonly few: Extraction;
  /** Scan and features of a first run, with nothing in the cache, in a process of its own each. */
  readonly first: readonly Extraction[];
  /** By layout; empty without a peer. */
  readonly theirs: readonly (readonly Extraction[])[];
}

/**
 * JPEG files -> pooled features: images a second of ours, of the bound that the processors allow
 * (cores / CPU seconds an image costs in bare forward + decoding + Resize), and of PyTorch + torchvision's DataLoader;
 * those of a first run, which scans the photos too; and the largest memory of each process, the peer's loader workers
 * not counted. The table names the photos.
 */
export async function run({ python, data, only, rounds }: BenchOptions): Promise<BenchResult> {
  const folder = data ?? defaultPhotos();
  const names = networkNames.filter((name) => only === null || name.includes(only));
  const cases: Case[] = [];
  for (const name of names) cases.push(await measure(name, { folder, python, rounds }));
  const columns = [
    "network",
    "photos",
    "ours, images/s",
    "bound",
    "ours / bound",
    "PyTorch, images/s",
    "ours / PyTorch",
    "first run with scan, images/s",
    "CPU ms an image, ours",
    "PyTorch",
    `peak MiB, ours at ${fewPhotos}`,
    "at all",
    "PyTorch",
  ];
  return { columns, rows: cases.map(tableRow), raw: { peerLayouts, cases } };
}

/** Ours and the peer's layouts in turn, each in a process that knows no other network. */
async function measure(
  network: string,
  { folder, python, rounds }: { folder: string; python: string | null; rounds: number },
): Promise<Case> {
  const manifest = await readManifest(folder);
  const photos = manifest.rows.map((row) => ({ ...row, path: join(manifest.root, row.path) }));
  const sample = photos.filter((_, i) => i % stageStride === 0);
  const stages = await measureStages(await openNetwork(network), sample);
  const few = await extractFew(network, folder);
  await using us = await openOurs(folder);
  await using peer =
    python === null ? null : await openPeer(python, "bench/peers/extraction.py", [folder, weightsOf()]);
  const ours: Extraction[] = [];
  const first: Extraction[] = [];
  const theirs: Extraction[][] = peer === null ? [] : peerLayouts.map(() => []);
  for (let round = 0; round < rounds; round += 1) {
    ours.push(await us.ask({ network, images: photos.length }));
    first.push(await us.ask({ network, images: photos.length, isFirstRun: true }));
    for (const [i, runs] of theirs.entries()) runs.push(await peer!.ask({ network, ...peerLayouts[i]! }));
  }
  return { network, photos: { folder, images: photos.length }, stages, ours, few, first, theirs };
}

async function extractFew(network: string, folder: string): Promise<Extraction> {
  await using us = await openOurs(folder);
  return await us.ask({ network, images: fewPhotos });
}

function openOurs(folder: string): Promise<Peer> {
  return openPeer(process.execPath, join(import.meta.dirname, "extract-in-child.js"), [folder]);
}

function weightsOf(): string {
  const path = "../shared/weights/squeezenet1_1.pth";
  return existsSync(path) ? path : "";
}

function tableRow({ network, photos, stages, ours, few, first, theirs }: Case): string[] {
  const rate = median(ours.map(rateOf));
  const bound = describeMachine().cores / (stages.forward + stages.decode + stages.resize);
  const best = theirs.toSorted((a, b) => median(b.map(rateOf)) - median(a.map(rateOf)))[0];
  const peerRate = best && median(best.map(rateOf));
  return [
    network,
    `${photos.images} of ${photos.folder}`,
    rate.toFixed(0),
    bound.toFixed(0),
    (rate / bound).toFixed(2),
    peerRate?.toFixed(0) ?? "absent",
    peerRate === undefined ? "" : (rate / peerRate).toFixed(2),
    median(first.map(rateOf)).toFixed(0),
    cpuMs(ours),
    best ? cpuMs(best) : "",
    peakMiB([few]),
    peakMiB(ours),
    best ? peakMiB(best) : "",
  ];
}

function rateOf({ images, seconds }: Extraction): number {
  return images / seconds;
}

function cpuMs(runs: readonly Extraction[]): string {
  return median(runs.map(({ cpuSeconds, images }) => (1e3 * cpuSeconds) / images)).toFixed(1);
}

function peakMiB(runs: readonly Extraction[]): string {
  return (Math.max(...runs.map(({ peakBytes }) => peakBytes)) / 2 ** 20).toFixed(0);
}
