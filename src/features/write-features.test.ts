import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { matrixFrom } from "../base/matrix.ts";
import { decodeSafetensors } from "../files/safetensors.ts";
import { asFloat32 } from "../graph/tensor.ts";
import { writeFeatures } from "./write-features.ts";

test("features and labels are written together, failed pictures left out", async () => {
  const folder = await mkdtemp(join(tmpdir(), "rootstock-write-"));
  const path = join(folder, "f.safetensors");
  const labels = ["b", "a", null];
  const rows = labels.map((label, i) => ({ path: `${i}.jpg`, label, sha256: `${i}`, width: 8, height: 8 }));
  const features = {
    matrix: matrixFrom([
      [1, 2],
      [Number.NaN, Number.NaN],
      [5, 6],
    ]),
    sha256s: rows.map(({ sha256 }) => sha256),
    backbone: { name: "tiny", sha256: "00" },
    layer: "map",
    pooling: "avg",
    failed: [{ index: 1, error: { code: "E_IMAGE_CHANGED", message: "", hint: "" } }],
    computed: 3,
  } as const;
  await writeFeatures(path, features, { rows, classes: ["a", "b"] });
  const { tensors, metadata } = decodeSafetensors(await readFile(path));
  expect([...asFloat32(tensors.get("features")!)]).toEqual([1, 2, 5, 6]);
  const { bytes } = tensors.get("labels")!;
  expect([...new Int32Array(Uint8Array.from(bytes).buffer)]).toEqual([1, -1]);
  expect(JSON.parse(metadata.get("paths")!)).toEqual(["0.jpg", "2.jpg"]);
  await rm(folder, { recursive: true });
});
