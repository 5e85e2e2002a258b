import { extname } from "node:path";
import { rowOf, selectRows } from "../base/matrix.ts";
import { type Manifest, type ManifestRow, classIndices } from "../data/manifest.ts";
import { writeFileAtomic } from "../files/atomic-write.ts";
import { type StoredTensor, encodeSafetensors } from "../files/safetensors.ts";
import { openTableFile, requireEnding, tableEndings } from "../files/table/table-file.ts";
import { bytesOf } from "../graph/tensor.ts";
import type { Features } from "./features.ts";

/** Endings of what features are written to; a name without one is that of a safetensors file. */
export const featureEndings = [".safetensors", ...tableEndings] as const;

/** The form that a file's name asks for. Throws E_OPTION for another ending. */
export function featureForm(path: string): (typeof featureEndings)[number] {
  return extname(path) === "" ? ".safetensors" : requireEnding(path, featureEndings);
}

/**
 * Writes a data set's features as one file, for Python and other tools; failed pictures are left out.
 * safetensors: `features` float32 [n, D], `labels` int32 [n] (index into `classes`, -1 without a label); metadata
 * `classes`, `paths` and `sha256s` (JSON lists), `backbone`, `backbone_sha256`, `layer`, `pooling`.
 * Parquet, CSV, JSONL: a row a picture, `path`, `sha256`, `label` (empty without one), `features` (in a CSV a column
 * each); in Parquet the same metadata but for paths and hashes.
 * `manifest` has one row for each row of the features. Throws E_OPTION, E_DISK_FULL and E_FILE.
 *
 * @example
 * // Python: with safe_open(path, "np") as f: X, y = f.get_tensor("features"), f.get_tensor("labels")
 * // or: frame = pandas.read_parquet(path); X = numpy.stack(frame["features"])
 */
export async function writeFeatures(
  path: string,
  features: Features,
  manifest: Pick<Manifest, "rows" | "classes">,
): Promise<void> {
  const failed = new Set(features.failed.map(({ index }) => index));
  const kept = Int32Array.from(features.sha256s.keys()).filter((row) => !failed.has(row));
  const rows = Array.from(kept, (row) => manifest.rows[row]!);
  const work = { features, kept, rows, classes: manifest.classes };
  if (featureForm(path) === ".safetensors") await writeTensors(path, work);
  else await writeTable(path, work);
}

interface FeatureRows {
  readonly features: Features;
  /** Rows of the matrix that have features. */
  readonly kept: Int32Array;
  /** Of those. */
  readonly rows: readonly ManifestRow[];
  readonly classes: readonly string[];
}

async function writeTensors(path: string, { features, kept, rows, classes }: FeatureRows): Promise<void> {
  const matrix = kept.length === features.matrix.rows ? features.matrix : selectRows(features.matrix, kept);
  const labels = classIndices({ rows, classes });
  const tensors = new Map<string, StoredTensor>([
    ["features", { type: "float32", dims: [matrix.rows, matrix.columns], bytes: bytesOf(matrix.data) }],
    ["labels", { type: "int32", dims: [labels.length], bytes: bytesOf(labels) }],
  ]);
  const metadata = {
    classes: JSON.stringify(classes),
    paths: JSON.stringify(rows.map((row) => row.path)),
    sha256s: JSON.stringify(rows.map((row) => row.sha256)),
    ...originOf(features),
  };
  await writeFileAtomic(path, encodeSafetensors(tensors, new Map(Object.entries(metadata))));
}

async function writeTable(path: string, { features, kept, rows, classes }: FeatureRows): Promise<void> {
  await using table = await openTableFile(path, {
    columns: [
      { name: "path", kind: "text" },
      { name: "sha256", kind: "text" },
      { name: "label", kind: "text", isOptional: true },
      { name: "features", kind: "numbers" },
    ],
    facts: { classes: JSON.stringify(classes), ...originOf(features) },
  });
  for (const [i, { path: picture, sha256, label }] of rows.entries())
    await table.add([picture, sha256, label, rowOf(features.matrix, kept[i]!)]);
  await table.close();
}

function originOf({ backbone, layer, pooling }: Features): Record<string, string> {
  return { backbone: backbone.name, backbone_sha256: backbone.sha256, layer, pooling };
}
