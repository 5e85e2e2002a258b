import { type Server, createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, expect, test } from "vitest";
import { tinyBackbone } from "../../../test/fixtures/tiny-backbone.ts";
import { temporaryFolder } from "../../../test/pattern-photos.ts";
import { openBackbone } from "../../backbones/open-backbone.ts";
import { createBuilder } from "../../graph/build.ts";
import { encodeModel } from "../../graph/onnx/encode-model.ts";
import { createModel } from "../../graph/create-model.ts";
import { floatTensor } from "../../graph/tensor.ts";
import { pullBackbone } from "./pull-backbone.ts";
import { showBackbone } from "./show-backbone.ts";

const servers: Server[] = [];
afterAll(() => servers.forEach((server) => server.close()));

async function hubThatSends(bytes: Uint8Array): Promise<Record<string, string>> {
  const server = createServer((_, response) => response.end(bytes));
  servers.push(server);
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  return { HF_ENDPOINT: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

/** One convolution on a picture of any size. */
function anySizeNetwork(): Uint8Array {
  const b = createBuilder("any");
  const pixels = b.input("pixel_values", "float32", ["N", 3, "H", "W"]);
  const weights = floatTensor(
    [4, 3, 1, 1],
    Float32Array.from({ length: 12 }, (_, i) => (i % 5) / 5 - 0.3),
  );
  b.output(b.op("Conv", [pixels, b.constant(weights)]), "map", "float32", ["N", 4, "H", "W"]);
  return encodeModel(createModel(b.graph()));
}

test("pullBackbone: an ONNX file of the catalogue gets its card, and opens by name", async () => {
  await using folder = await temporaryFolder();
  const environment = await hubThatSends(anySizeNetwork());
  const pulled = await pullBackbone("convnext_tiny", { folder: folder.path, environment }).result;
  expect(pulled).toMatchObject({ status: "downloaded", card: `${pulled.path}.card.yaml` });
  const { card } = await openBackbone("convnext_tiny", { folder: folder.path });
  expect(card).toMatchObject({
    name: "convnext_tiny",
    licence: "Apache-2.0",
    source: expect.stringContaining("huggingface.co"),
    preprocessing: { width: 224, height: 224, interpolation: "bicubic", std: [0.229, 0.224, 0.225] },
    layers: [{ name: "conv1", shape: [4, 224, 224] }],
  });
  expect(await showBackbone(pulled.path)).toMatchObject({ card: { name: "convnext_tiny" } });
  const again = await pullBackbone("convnext_tiny", { folder: folder.path, environment }).result;
  expect(again).toMatchObject({ status: "present", card: pulled.card });
});

test("pullBackbone: a file that the catalogue's words do not fit stays, and a warning says what to do", async () => {
  await using folder = await temporaryFolder();
  const environment = await hubThatSends(encodeModel(tinyBackbone().model));
  const run = pullBackbone("dinov2_small", { folder: folder.path, environment });
  const warnings: string[] = [];
  for await (const event of run) if (event.type === "warning") warnings.push(event.message);
  expect(await run.result).toMatchObject({ status: "downloaded", card: null });
  expect(warnings).toEqual([expect.stringMatching(/no card was written: .*8x8.*backbones add/)]);
});
