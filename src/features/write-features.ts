import { selectRows } from "../base/matrix.ts";
import type { Manifest } from "../data/manifest.ts";
import { writeFileAtomic } from "../files/atomic-write.ts";
import { type StoredTensor, encodeSafetensors } from "../files/safetensors.ts";
import { bytesOf } from "../graph/tensor.ts";
import type { Features } from "./features.ts";

/**
 * Writes a data set's features as one safetensors file, for Python and other tools; failed pictures are left out.
 * Tensors: `features` float32 [n, D], `labels` int32 [n] (index into `classes`, -1 without a label). Metadata: `classes`,
 * `paths` and `sha256s` (JSON lists), `backbone`, `backbone_sha256`, `layer`, `pooling`.
 * `manifest` has one row for each row of the features. Throws E_DISK_FULL and E_FILE.
 *
 * @example
 * // Python: with safe_open(path, "np") as f: X, y = f.get_tensor("features"), f.get_tensor("labels")
 */
export async function writeFeatures(
  path: string,
  features: Features,
  manifest: Pick<Manifest, "rows" | "classes">,
): Promise<void> {
  const failed = new Set(features.failed.map(({ index }) => index));
  const kept = Int32Array.from(features.sha256s.keys()).filter((row) => !failed.has(row));
  const rows = Array.from(kept, (row) => manifest.rows[row]!);
  const matrix = selectRows(features.matrix, kept);
  const labels = Int32Array.from(rows, ({ label }) =>
    label === null ? -1 : manifest.classes.indexOf(label),
  );
  const tensors = new Map<string, StoredTensor>([
    ["features", { type: "float32", dims: [matrix.rows, matrix.columns], bytes: bytesOf(matrix.data) }],
    ["labels", { type: "int32", dims: [labels.length], bytes: bytesOf(labels) }],
  ]);
  const metadata = {
    classes: JSON.stringify(manifest.classes),
    paths: JSON.stringify(rows.map((row) => row.path)),
    sha256s: JSON.stringify(rows.map((row) => row.sha256)),
    backbone: features.backbone.name,
    backbone_sha256: features.backbone.sha256,
    layer: features.layer,
    pooling: features.pooling,
  };
  await writeFileAtomic(path, encodeSafetensors(tensors, new Map(Object.entries(metadata))));
}
