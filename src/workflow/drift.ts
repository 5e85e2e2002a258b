import { resolve } from "node:path";
import { RootstockError } from "../base/errors.ts";
import { type Run, type WorkOptions, startRun } from "../base/events.ts";
import { createMatrix, rowOf, softmaxRows } from "../base/matrix.ts";
import {
  type KindFinding,
  type MeaningFinding,
  type MixFinding,
  type ShiftFindings,
  judgeShift,
} from "../adapt/judge-shift.ts";
import { doubtLabels } from "../adapt/suspicious.ts";
import { type Memory, readMemory } from "../bundle/memory.ts";
import { openModelView } from "../bundle/model-view.ts";
import type { Manifest, ManifestRow, SkippedImage } from "../data/manifest.ts";
import { writeFileAtomic } from "../files/atomic-write.ts";
import { requirePlace } from "../files/require-place.ts";
import { photosShown, renderDriftPage } from "../report/drift-page.ts";
import { embedPictures } from "../report/embed-pictures.ts";
import type { ShiftStep } from "../words/en/shift.ts";
import type { Language } from "../words/language.ts";
import { type DataOptions, readData } from "./read-data.ts";
import { type EngineOptions, useEngine } from "./use-engine.ts";
import { type ViewedPhotos, viewPhotos } from "./view-photos.ts";

export { driftSentences } from "../report/drift-page.ts";

/** A label that the model would not have given. */
export interface DoubtfulLabel {
  readonly path: string;
  readonly sha256: string;
  readonly label: string;
  /** What the model learnt the photo as, where it did; null for a new one. */
  readonly learntAs: string | null;
  /** What the model says instead, and how probable it holds the label and that. */
  readonly rather: string;
  readonly probability: number;
  readonly ratherProbability: number;
}

/** `drift --json`. The names are a contract; keys may be added. */
export interface DriftResult {
  readonly model: string;
  readonly data: string;
  readonly labels: readonly string[];
  readonly photos: {
    /** New to the model, and looked at. */
    readonly arrived: number;
    /** In its memory, and compared with. */
    readonly known: number;
    /** In the folder and learnt from: left out of the tests. */
    readonly learntFrom: number;
  };
  /** Chance that any of the questions is answered with a false alarm, and the share of it that each is given. */
  readonly falseAlarmRate: number;
  readonly level: number;
  /** Whether anything changed. */
  readonly isShifted: boolean;
  readonly kind: Omit<KindFinding, "ranked"> & {
    readonly mostShifted: readonly { readonly path: string; readonly score: number }[];
  };
  readonly mix: MixFinding;
  readonly meaning: (Omit<MeaningFinding, "label"> & { readonly label: string | null }) | null;
  /** Of new photos, and of learnt ones that have another label now; the most doubtful first. */
  readonly doubtful: readonly DoubtfulLabel[];
  /** Labels of the folder that the model does not have. */
  readonly unknownLabels: readonly string[];
  readonly skipped: readonly SkippedImage[];
  /** What helps, the first thing first. */
  readonly next: readonly ShiftStep[];
  /** The page that was written; null where none was asked for. */
  readonly page: string | null;
}

/** How drift is looked for. */
export interface DriftOptions extends WorkOptions, EngineOptions, DataOptions {
  /** Default 42. */
  readonly seed?: number | undefined;
  /** Default 0.05. */
  readonly falseAlarmRate?: number | undefined;
  /** The .html file to write. */
  readonly out?: string | undefined;
  /** The page's language; default "en". */
  readonly lang?: Language | undefined;
}

/**
 * Compares a folder of photos with what a model learnt from: have the photos changed, their classes' shares, the meaning
 * of labels? Labels are optional. Photos that the model learnt from are left out, except that one whose label differs now
 * is held against the model's belief. Throws E_BUNDLE for a model without a memory, E_DATA for fewer than five new photos.
 */
export function drift(folder: string, data: string, options: DriftOptions = {}): Run<DriftResult> {
  return startRun(async (report) => {
    const { signal, seed = 42, falseAlarmRate, out, lang } = options;
    if (out !== undefined) await requirePlace(out, "file");
    const memory = await requireMemory(folder);
    const manifest = await readData(data, { ...dataOf(options), purpose: "use", signal, report });
    await using inUse = await useEngine(options);
    await using model = await openModelView(folder, inUse.engine);
    const { labels, data: trained } = model.record;
    const { fresh, learnt } = partRows(manifest, memory);
    const viewed = await viewPhotos(model, { root: manifest.root, rows: fresh }, { signal, report });
    const probabilities = softmaxRows(memory.logits);
    const known = { ...memory, probabilities, classCounts: trained.classCounts };
    const given = Int32Array.from(viewed.rows, ({ label }) => (label === null ? -1 : labels.indexOf(label)));
    const findings = await judgeShift(
      known,
      { ...viewed, labels: given },
      { seed, falseAlarmRate, algebra: inUse.engine.algebra, signal },
    );
    const doubtful = doubtfulLabels({ memory, viewed, given, learnt, labels });
    const result = {
      ...resultOf(findings, { labels, viewed, doubtful }),
      model: folder,
      data,
      labels,
      photos: { arrived: viewed.rows.length, known: memory.hashes.length, learntFrom: learnt.length },
      unknownLabels: unknownLabels(manifest.rows, labels),
      skipped: [...manifest.skipped, ...viewed.skipped],
      next: nextSteps(findings, viewed.rows.length),
      page: out === undefined ? null : resolve(out),
    };
    if (out !== undefined) await writeDriftPage(out, result, { imageRoot: manifest.root, lang, signal });
    return result;
  });
}

/** How the data is read, apart from the rest of the options. */
function dataOf({ splitFolders, unlabelled, labels }: DataOptions): DataOptions {
  return { splitFolders, unlabelled, labels };
}

async function writeDriftPage(
  out: string,
  result: DriftResult,
  options: WorkOptions & { imageRoot: string; lang: Language | undefined },
): Promise<void> {
  const shown = [...result.kind.mostShifted, ...result.doubtful.slice(0, photosShown)];
  const pictures = await embedPictures(
    shown.map(({ path }) => path),
    options,
  );
  await writeFileAtomic(out, renderDriftPage({ ...result, pictures }, options));
}

async function requireMemory(folder: string): Promise<Memory> {
  const memory = await readMemory(folder);
  if (memory !== null) return memory;
  throw new RootstockError(
    "E_BUNDLE",
    `model ${JSON.stringify(folder)}: expected the memory of what it learnt from, got a folder without one.`,
    {
      hint: "Train it again without --no-memory; a model that trained a network has none: compare with a classifier on features.",
    },
  );
}

/** What is new to the model, and what it learnt from, with its place in the memory (-1: it is known by hash alone). */
function partRows(
  { rows }: Manifest,
  { hashes, others }: Memory,
): { fresh: ManifestRow[]; learnt: { row: ManifestRow; place: number }[] } {
  const places = new Map([
    ...others.hashes.map((hash) => [hash, -1] as const),
    ...hashes.map((hash, place) => [hash, place] as const),
  ]);
  const fresh = rows.filter(({ sha256 }) => !places.has(sha256));
  const learnt = rows.flatMap((row) => {
    const place = places.get(row.sha256);
    return place === undefined ? [] : [{ row, place }];
  });
  return { fresh, learnt };
}

interface LabelEvidence {
  readonly memory: Memory;
  readonly viewed: ViewedPhotos;
  readonly given: Int32Array;
  readonly learnt: readonly { row: ManifestRow; place: number }[];
  readonly labels: readonly string[];
}

/** Suspicious labels of new photos, and of learnt ones that have another label now; the most doubtful first. */
function doubtfulLabels({ memory, viewed, given, learnt, labels }: LabelEvidence): DoubtfulLabel[] {
  const relabelled = learnt.filter(
    ({ row, place }) =>
      place >= 0 && labels.includes(row.label ?? "") && row.label !== labels[memory.labels[place]!],
  );
  const rows = [...viewed.rows, ...relabelled.map(({ row }) => row)];
  const held = softmaxRows(memory.logits);
  const all = createMatrix(memory.labels.length + rows.length, labels.length);
  all.data.set(held.data);
  all.data.set(viewed.probabilities.data, held.data.length);
  const moved = new Set(relabelled.map(({ place }) => place));
  relabelled.forEach(({ place }, i) =>
    all.data.set(rowOf(held, place), (memory.labels.length + viewed.rows.length + i) * labels.length),
  );
  const said = Int32Array.from([
    ...memory.labels.map((label, place) => (moved.has(place) ? -1 : label)),
    ...given,
    ...relabelled.map(({ row }) => labels.indexOf(row.label!)),
  ]);
  return doubtLabels(all, said)
    .doubts.filter(({ row, isSuspicious }) => isSuspicious && row >= memory.labels.length)
    .map(({ row, label, rather }) => {
      const at = row - memory.labels.length;
      const { path, sha256 } = rows[at]!;
      const was = relabelled[at - viewed.rows.length];
      return {
        path,
        sha256,
        label: labels[label]!,
        learntAs: was === undefined ? null : labels[memory.labels[was.place]!]!,
        rather: labels[rather]!,
        probability: rowOf(all, row)[label]!,
        ratherProbability: rowOf(all, row)[rather]!,
      };
    });
}

function resultOf(
  { kind: { ranked, ...kind }, mix, meaning, falseAlarmRate, level }: ShiftFindings,
  {
    labels,
    viewed,
    doubtful,
  }: { labels: readonly string[]; viewed: ViewedPhotos; doubtful: DoubtfulLabel[] },
) {
  return {
    falseAlarmRate,
    level,
    isShifted: kind.isShifted || mix.isShifted || meaning?.isShifted === true,
    kind: {
      ...kind,
      mostShifted: ranked
        .slice(0, photosShown)
        .map(({ row, score }) => ({ path: viewed.rows[row]!.path, score })),
    },
    mix,
    doubtful,
    meaning: meaning === null ? null : { ...meaning, label: labels[meaning.label] ?? null },
  };
}

/** Below so many photos only a large change is found. */
const enoughPhotos = 50;

function nextSteps({ kind, mix, meaning }: ShiftFindings, arrived: number): ShiftStep[] {
  const labelled = meaning?.labelled ?? 0;
  const steps: ShiftStep[] = [
    ...(kind.isShifted && labelled < arrived ? (["inbox"] as const) : []),
    ...(meaning?.isShifted === true ? (["doubt"] as const) : []),
    ...(kind.isShifted || meaning?.isShifted === true ? (["update"] as const) : []),
    ...(mix.isShifted && mix.isReliable ? (["prior"] as const) : []),
    ...(arrived < enoughPhotos ? (["collect"] as const) : []),
  ];
  return steps.length > 0 ? steps : ["nothing"];
}

function unknownLabels(rows: readonly ManifestRow[], labels: readonly string[]): string[] {
  const said = rows.flatMap(({ label }) => (label === null || labels.includes(label) ? [] : [label]));
  return [...new Set(said)].sort();
}
