import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { RootstockError } from "../../src/base/errors.ts";
import { readModelFile } from "../../src/engine/read-model-file.ts";
import { decodeModel } from "../../src/graph/onnx/decode-model.ts";
import { externalFile, goodFile, hostileFiles } from "./hostile-onnx.ts";

/** The error of reading bytes, with the time and heap that it took. */
function attack(bytes: Uint8Array): { error: unknown; milliseconds: number; heapBytes: number } {
  const heapBefore = process.memoryUsage().heapUsed;
  const start = performance.now();
  let error: unknown;
  try {
    decodeModel(bytes);
  } catch (caught) {
    error = caught;
  }
  return {
    error,
    milliseconds: performance.now() - start,
    heapBytes: process.memoryUsage().heapUsed - heapBefore,
  };
}

const files = hostileFiles();

test("there are at least 100 hostile files", () => {
  expect(files.length).toBeGreaterThanOrEqual(100);
});

test("the file that the attacks start from is good", () => {
  expect(decodeModel(goodFile()).graph.outputs[0]!.name).toBe("logits");
});

describe("decodeModel refuses", () => {
  test.each(files)("$name", ({ bytes, code = "E_ONNX" }) => {
    const { error, milliseconds, heapBytes } = attack(bytes);
    expect(error).toBeInstanceOf(RootstockError);
    expect((error as RootstockError).code).toBe(code);
    expect((error as RootstockError).message.length).toBeLessThan(1200);
    expect(milliseconds).toBeLessThan(10_000);
    expect(heapBytes).toBeLessThan(300e6);
  });
});

test("decodeModel: a good file with bytes changed, moved or removed is read or refused, never more", () => {
  const good = goodFile();
  const change = fc.record({
    at: fc.nat(good.length - 1),
    byte: fc.nat(255),
    kind: fc.constantFrom("set", "cut", "add"),
  });
  fc.assert(
    fc.property(fc.array(change, { minLength: 1, maxLength: 6 }), (changes) => {
      const bytes = [...good];
      for (const { at, byte, kind } of changes)
        if (kind === "set") bytes[at % bytes.length] = byte;
        else bytes.splice(at % bytes.length, kind === "cut" ? 1 : 0, ...(kind === "add" ? [byte] : []));
      const { error } = attack(Uint8Array.from(bytes));
      expect(error === undefined || error instanceof RootstockError).toBe(true);
    }),
    { numRuns: 3000, seed: 7 },
  );
});

test("decodeModel: random bytes are refused", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      expect(attack(bytes).error).toBeInstanceOf(RootstockError);
    }),
    { numRuns: 3000, seed: 8 },
  );
});

describe("readModelFile", () => {
  let folder = "";
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "rootstock-onnx-"));
    mkdirSync(join(folder, "model", "sub"), { recursive: true });
    writeFileSync(join(folder, "secret.bin"), new Uint8Array(64).fill(7));
    writeFileSync(join(folder, "model", "weights.bin"), new Uint8Array(16).fill(1));
    symlinkSync(join(folder, "secret.bin"), join(folder, "model", "link.bin"));
    symlinkSync(folder, join(folder, "model", "up"));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const open = (bytes: Uint8Array) => {
    const path = join(folder, "model", "model.onnx");
    writeFileSync(path, bytes);
    return readModelFile(path);
  };

  test("reads weights that lie beside the model", async () => {
    const { graph } = await open(externalFile("weights.bin", { offset: "8" }));
    expect([...graph.initializers.get("w")!.bytes]).toEqual([1, 1, 1, 1, 1, 1, 1, 1]);
  });

  test.each([
    ["a link out of the folder", "link.bin", {}, "leads out"],
    ["a linked folder", "up/secret.bin", {}, "leads out"],
    ["the folder above", "../secret.bin", {}, "relative path inside"],
    ["an absolute path", "/etc/passwd", {}, "relative path inside"],
    ["a missing file", "gone.bin", {}, "got none"],
    ["a folder", "sub", {}, "regular file"],
    ["an offset past the end", "weights.bin", { offset: "9" }, "at least 17 bytes, got 16"],
  ])("refuses external weights: %s", async (_, location, more, message) => {
    const error = await open(externalFile(location, more)).catch(
      (caught: unknown) => caught as RootstockError,
    );
    expect(error).toMatchObject({ code: "E_ONNX_EXTERNAL" });
    expect((error as RootstockError).message).toContain(message);
    expect((error as RootstockError).message).toContain("model.onnx");
  });

  test("refuses an empty file, a folder and a missing file with the path", async () => {
    await expect(open(new Uint8Array())).rejects.toMatchObject({ code: "E_ONNX" });
    await expect(readModelFile(folder)).rejects.toMatchObject({ code: "E_ONNX" });
    await expect(readModelFile(join(folder, "gone.onnx"))).rejects.toMatchObject({ code: "E_ONNX" });
  });
});
