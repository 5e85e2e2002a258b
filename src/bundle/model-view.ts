import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { RootstockError } from "../base/errors.ts";
import type { WorkOptions } from "../base/events.ts";
import type { Engine } from "../engine/engine.ts";
import { decodeModel } from "../graph/onnx/decode-model.ts";
import { asFloat32, floatTensor } from "../graph/tensor.ts";
import { decodeImage } from "../image/decode.ts";
import type { BundleRecord } from "./bundle-record.ts";
import { joinedFeatures } from "./model-parts.ts";
import { readBundleRecord } from "./load-model.ts";
import { pixelValues, requireLabelled } from "./run-model.ts";

/** What a model makes of one picture: what goes into its classifier, and what comes out. */
export interface PictureView {
  /** As in the folder's memory. Shape: D. */
  readonly features: Float32Array;
  /** Shape: K. */
  readonly logits: Float32Array;
}

/** A model folder opened to see what its classifier sees. */
export interface ModelView extends AsyncDisposable {
  readonly record: BundleRecord;
  /** Throws what `decodeImage` throws for the file. */
  view(path: string, options?: WorkOptions): Promise<PictureView>;
}

/** Opens a model folder so that its features come out beside its logits. Throws E_BUNDLE as `loadModel` does. */
export async function openModelView(folder: string, engine: Engine): Promise<ModelView> {
  const record = await readBundleRecord(folder);
  const model = decodeModel(await readFile(join(folder, "onnx", "model.onnx")));
  const { graph } = model;
  if (!graph.nodes.some(({ outputs }) => outputs.includes(joinedFeatures)))
    throw new RootstockError(
      "E_BUNDLE",
      `model ${JSON.stringify(folder)}: expected a value ${JSON.stringify(joinedFeatures)} inside it, got none.`,
      { hint: "Train the model again with this version." },
    );
  const features = { name: joinedFeatures, type: "float32", dims: ["N", "D"] } as const;
  const open = { ...model, graph: { ...graph, outputs: [...graph.outputs, features] } };
  const session = await engine.load(open, { memory: "returned" });
  return {
    record,
    view: async (path, options = {}) => {
      const image = await decodeImage(path, options);
      const pixels = floatTensor([1, 3, image.height, image.width], pixelValues(image));
      const run = { signal: options.signal, transfer: true };
      const { logits, [joinedFeatures]: joined } = await session.run({ pixel_values: pixels }, run);
      return {
        features: asFloat32(joined!),
        logits: requireLabelled(asFloat32(logits!), record.labels, folder),
      };
    },
    [Symbol.asyncDispose]: () => session[Symbol.asyncDispose](),
  };
}
