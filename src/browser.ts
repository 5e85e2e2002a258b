/** What runs in a browser: no file here, nor anything it imports, reaches for `node:` (test/browser.test.ts). */
export { RootstockError, type ErrorCode, type ErrorRecord } from "./base/errors.ts";
export { type Matrix, createMatrix, matrixFrom, softmaxRows } from "./base/matrix.ts";
export { type FittedPipeline, fitPipeline, restorePipeline } from "./classifiers/pipeline.ts";
export { type Fold, stratifiedFolds } from "./data/folds.ts";
export type { Engine, Session } from "./engine/engine.ts";
export { openWasmEngine } from "./engine/open-wasm-engine.ts";
export { crossValidate } from "./evaluate/cross-validate.ts";
export type { FittedMethod, Method } from "./evaluate/method.ts";
export { type Score, scoreLogits } from "./evaluate/score.ts";
export type { ExternalDataReader } from "./graph/external-data.ts";
export { type DecodeOptions as DecodeModelOptions, decodeModel } from "./graph/decode-model.ts";
export { encodeModel } from "./graph/encode-model.ts";
export type { Graph, Model } from "./graph/graph.ts";
export type { Preprocessing } from "./graph/preprocessing.ts";
export { type PreprocessingGraphOptions, preprocessingGraph } from "./graph/preprocessing-graph.ts";
export { type Tensor, asFloat32, floatTensor } from "./graph/tensor.ts";
export type { Image } from "./image/image.ts";
