import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { decodeSafetensors } from "./safetensors.ts";

test("a file written by the Python library is read as it was meant", async () => {
  const bytes = await readFile("test/reference/safetensors/written-by-python.safetensors");
  const { tensors, metadata } = decodeSafetensors(bytes);
  const values = (name: string): ArrayBuffer => Uint8Array.from(tensors.get(name)!.bytes).buffer;
  expect(tensors.get("features")).toMatchObject({ type: "float32", dims: [2, 3] });
  expect([...new Float32Array(values("features"))]).toEqual([0, 0.25, 0.5, 0.75, 1, 1.25]);
  expect([...new Int32Array(values("labels"))]).toEqual([1, -1]);
  expect([...metadata]).toEqual([["classes", '["a", "b"]']]);
});
