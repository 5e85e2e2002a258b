import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { forgeZip } from "../../../test/attacks/weights-forge.ts";
import { tinyBackbone } from "../../../test/fixtures/tiny-backbone.ts";
import { encodeSafetensors } from "../../files/safetensors.ts";
import { encodeModel } from "../../graph/onnx/encode-model.ts";
import { openBackbone } from "../open-backbone.ts";
import { openWeights } from "./open-weights.ts";
import { recogniseFile } from "./recognise-file.ts";

const folder = await mkdtemp(join(tmpdir(), "rootstock-kinds-"));
afterAll(() => rm(folder, { recursive: true }));

async function fileWith(name: string, bytes: Uint8Array | string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, typeof bytes === "string" ? Buffer.from(bytes.padEnd(400, "\0"), "latin1") : bytes);
  return path;
}

/** A safetensors file whose header is as long as the number that these bytes spell. */
function withHeaderLength(spelt: readonly number[]): Uint8Array {
  const length = Buffer.from([...spelt, 0, 0, 0, 0, 0, 0]).readUInt32LE(0);
  const header = JSON.stringify({ w: { dtype: "F32", shape: [1], data_offsets: [0, 4] } });
  const bytes = Buffer.alloc(8 + length + 4, " ");
  bytes.writeBigUInt64LE(BigInt(length), 0);
  bytes.write(header, 8);
  bytes.writeFloatLE(2.5, 8 + length);
  return bytes;
}

const onnx = encodeModel(tinyBackbone().model);
const none = new Uint8Array(4);
const safetensors = encodeSafetensors(new Map([["w", { type: "float32", dims: [1], bytes: none }]]));
const zip = forgeZip([{ name: "archive/data.pkl", bytes: none }]);

test.each([
  ["net.onnx", onnx, "onnx"],
  ["net", onnx, "onnx"],
  ["renamed.pth", safetensors, "safetensors"],
  ["renamed.onnx", safetensors, "safetensors"],
  ["model_best.pth.tar", zip, "pth"],
  ["epoch=9-step=1234.ckpt", zip, "pth"],
  ["pytorch_model.bin", zip, "pth"],
  ["weights.pkl", Uint8Array.of(0x80, 2, 0x4e, 0x2e), "legacy pth"],
])("recogniseFile: %s is told by its bytes", async (name, bytes, kind) => {
  expect(await recogniseFile(await fileWith(name, bytes))).toBe(kind);
});

test.each([
  ["a zip archive's", [0x50, 0x4b, 3]],
  ["a pickle's", [0x80, 2]],
  ["a pickle's of version 5", [0x80, 5, 1]],
  ["a compressed archive's", [0x1f, 0x8b]],
])("openWeights: a header whose length spells %s first bytes is a header", async (_, spelt) => {
  const path = await fileWith("spelt.bin", withHeaderLength(spelt));
  await using file = await openWeights(path);
  expect(file.format).toBe("safetensors");
  expect([...file.tensors.keys()]).toEqual(["w"]);
});

test.each([
  ["model.h5", "\x89HDF\r\n\x1a\n", /HDF5/, /tf2onnx\.convert --keras/],
  ["weights.hdf5", "\x89HDF\r\n\x1a\n", /HDF5/, /tf2onnx/],
  ["renamed.pth", "\x89HDF\r\n\x1a\n", /HDF5/, /tf2onnx/],
  ["renamed.onnx", "\x89HDF\r\n\x1a\n", /HDF5/, /tf2onnx/],
  ["model.tflite", "\x1c\0\0\0TFL3", /TensorFlow Lite/, /--tflite/],
  ["saved_model.pb", "\x08\x01\x12\x10graph", /TensorFlow graph/, /--saved-model/],
  ["model.mlmodel", "\x08\x04\x12\x10model", /Core ML/, /was made from/],
  ["model.engine", "ftrt\0\0", /TensorRT/, /was made from/],
  ["model.plan", "anything", /TensorRT/, /was made from/],
  ["model.gguf", "GGUF\x03\0\0\0", /GGUF/, /\.safetensors/],
  ["model.pte", "\x1c\0\0\0ET12", /ExecuTorch/, /was made from/],
  ["array.npy", "\x93NUMPY\x01\0", /NumPy/, /\.safetensors/],
  ["model.pdparams", "anything", /Paddle/, /paddle2onnx/],
  ["yolo.weights", "\0\0\0\0\x02", /Darknet/, /ONNX/],
  ["flax_model.msgpack", "\x81\xa6params", /Flax/, /safetensors/],
  ["weights.pth", "version https://git-lfs.github.com/spec/v1\n", /Git LFS/, /git lfs pull/],
  ["weights.onnx", "<!DOCTYPE html>", /web page/, /fetch it again/],
  ["config.json", '{"model_type":"resnet"}', /JSON/, /weights/],
  ["export.pkl", "(dp0\nVw\np1\n", /not of torch\.save/, /state_dict/],
  ["model.ckpt.data-00000-of-00001", "\x01\x02", /TensorFlow/, /tf2onnx/],
  ["weights.tar.gz", "\x1f\x8b\x08\0", /compressed/, /Unpack/],
  ["photo.jpg", "\xff\xd8\xff\xe0", /picture/, /Photos/],
  ["what.dat", "abcdefgh", /begin with 6162636465666768/, /fetch it again/],
])("openBackbone: %s is said to be what it is, and no card is asked for", async (name, bytes, what, next) => {
  const path = await fileWith(name, bytes);
  await expect(openBackbone(path)).rejects.toMatchObject({
    code: "E_WEIGHTS",
    message: expect.stringMatching(what),
    hint: expect.stringMatching(next),
  });
});

test.each([
  ["model.keras", "model.weights.h5", /Keras 3/],
  ["script.pt", "net/code/__torch__.py", /TorchScript/],
  ["arrays.npz", "arr_0.npy", /NumPy/],
  ["a.whl", "a-1.0.dist-info/WHEEL", /Python wheel/],
  ["photos.zip", "photos/a.jpg", /zip archive without/],
])("openBackbone: %s is told by the names in its archive", async (name, member, what) => {
  const path = await fileWith(name, forgeZip([{ name: member, bytes: none }]));
  await expect(openBackbone(path)).rejects.toMatchObject({
    code: "E_WEIGHTS",
    message: expect.stringMatching(what),
  });
});

test("openBackbone: a folder says which of its files can be given, an empty file that it is empty", async () => {
  const inner = await mkdtemp(join(folder, "hub-"));
  await writeFile(join(inner, "model.safetensors"), safetensors);
  await writeFile(join(inner, "config.json"), "{}");
  await expect(openBackbone(inner)).rejects.toMatchObject({
    code: "E_BACKBONE",
    message: expect.stringContaining("got a folder"),
    hint: expect.stringContaining('"model.safetensors"'),
  });
  await expect(openBackbone(await fileWith("empty.pth", new Uint8Array()))).rejects.toThrow(/empty file/);
});
