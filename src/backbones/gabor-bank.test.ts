import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { openEngine } from "../engine/open-engine.ts";
import { encodeModel } from "../graph/onnx/encode-model.ts";
import { createModel } from "../graph/create-model.ts";
import { asFloat32, floatTensor } from "../graph/tensor.ts";
import { gaborBank, gaborBankChannels, gaborKernels } from "./gabor-bank.ts";
import { openBackbone } from "./open-backbone.ts";

const root = new URL("../../../", import.meta.url);
const reference = JSON.parse(
  await readFile(new URL("test/reference/gabor-bank/gabor-bank.json", root), "utf8"),
) as Record<"even" | "odd" | "average" | "lastCell", number[]>;

/** The picture of the reference script: waves by formula. Shape: 1 x 3 x 128 x 128, from 0 to 1. */
function wavePicture(): Float32Array {
  return Float32Array.from({ length: 3 * 128 * 128 }, (_, i) => {
    const [c, y, x] = [Math.floor(i / 16384), Math.floor(i / 128) % 128, i % 128];
    return 0.5 + 0.5 * Math.sin(x * (0.05 + 0.004 * y) + c) * Math.cos(0.3 * y - 0.1 * x * (c + 1));
  });
}

async function runBank(pixels: Float32Array): Promise<Float32Array> {
  await using engine = await openEngine({ threads: 1 });
  await using session = await engine.load(createModel(gaborBank()));
  const feeds = { pixel_values: floatTensor([pixels.length / 49152, 3, 128, 128], pixels) };
  return asFloat32((await session.run(feeds))["features"]!);
}

function worstDifference(actual: ArrayLike<number>, expected: readonly number[]): number {
  return Math.max(...expected.map((value, i) => Math.abs(value - actual[i]!)));
}

test("gaborKernels: the fourth pair is numpy's, and no kernel sees a constant image", () => {
  const { even, odd } = gaborKernels();
  expect(worstDifference(even.subarray(243, 324), reference.even)).toBeLessThan(1e-8);
  expect(worstDifference(odd.subarray(243, 324), reference.odd)).toBeLessThan(1e-8);
  for (const kernel of [even, odd])
    for (let k = 0; k < 8; k += 1) {
      const sum = kernel.subarray(81 * k, 81 * (k + 1)).reduce((total, value) => total + value, 0);
      expect(Math.abs(sum)).toBeLessThan(1e-6);
    }
});

test("gaborBank: all 710 channels are PyTorch's, averaged and in one cell", async () => {
  const features = await runBank(wavePicture());
  expect(features.length).toBe(gaborBankChannels * 16);
  const channels = Array.from({ length: gaborBankChannels }, (_, c) =>
    features.subarray(16 * c, 16 * c + 16),
  );
  const averages = channels.map((cells) => cells.reduce((sum, value) => sum + value, 0) / 16);
  expect(worstDifference(averages, reference.average)).toBeLessThan(2e-5);
  const cell = channels.map((cells) => cells[3 * 4 + 2]!);
  expect(worstDifference(cell, reference.lastCell)).toBeLessThan(2e-4);
});

test("gaborBank: a batch of two gives each image its own features", async () => {
  const [picture, grey] = [wavePicture(), new Float32Array(49152).fill(0.4)];
  const both = await runBank(Float32Array.of(...grey, ...picture));
  const alone = await runBank(picture);
  expect(worstDifference(both.subarray(gaborBankChannels * 16), [...alone])).toBeLessThan(1e-5);
});

test("gabor-bank.onnx is exactly what the script builds, and opens by name", async () => {
  const file = await readFile(fileURLToPath(new URL("assets/backbones/gabor-bank.onnx", root)));
  expect(Buffer.compare(file, encodeModel(createModel(gaborBank())))).toBe(0);
  const backbone = await openBackbone("gabor-bank");
  expect(backbone.card.sha256).toBe(backbone.sha256);
});
