/** The library: every name is here, none is reached by a path inside the package. */
export { type Algebra, type Algebra64, type Matrix64, plainAlgebra } from "./base/algebra.ts";
export {
  type ErrorCode,
  type ErrorRecord,
  RootstockError,
  errorCodes,
  isAbort,
  toErrorRecord,
} from "./base/errors.ts";
export type { Fact, FactValue, FactValues } from "./base/fact.ts";
export {
  type TrainingPart,
  type WorkPlace,
  type Report,
  type Run,
  type WorkEvent,
  type WorkOptions,
  startRun,
} from "./base/events.ts";
export {
  type Matrix,
  argmax,
  createMatrix,
  joinColumns,
  matrixFrom,
  rowOf,
  selectRows,
  softmaxRows,
} from "./base/matrix.ts";
export type { RowReader } from "./base/row-reader.ts";
export type { Pause } from "./base/pause.ts";
export { type Random, createRandom } from "./base/random.ts";
export type { Backbone } from "./backbones/backbone.ts";
export type { Card, CardLayer, CardPretraining } from "./backbones/card.ts";
export { type BackboneEntry, type ListOptions, listBackbones } from "./backbones/list-backbones.ts";
export { type OpenOptions, openBackbone } from "./backbones/open-backbone.ts";
export type { Pulled } from "./backbones/pull.ts";
export type { PullOptions } from "./backbones/pull-options.ts";
export {
  type BundleBackbone,
  type BundleMetrics,
  type BundleRecord,
  type BundleUpdate,
  type GoldenImage,
  type GoldenKind,
  type UpdateKind,
  type UpdateStart,
  updateKinds,
  updateStarts,
} from "./bundle/bundle-record.ts";
export { composeModel } from "./bundle/compose-model.ts";
export { type LoadedModel, loadModel } from "./bundle/load-model.ts";
export type { Prediction } from "./bundle/run-model.ts";
export { type GoldenOutcome, type Verification, verifyBundle } from "./bundle/verify-bundle.ts";
export type { WrittenPage } from "./bundle/write-page.ts";
export { type MergeOptions, type MergeResult, mergeModels } from "./workflow/merge-models.ts";
export { type UpdateOptions, type UpdateResult, update } from "./workflow/update.ts";
export { type Memory, type MemoryScores, readMemory, readReplay } from "./bundle/memory.ts";
export { type Statistics, readStatistics } from "./bundle/statistics.ts";
export type { ClassTally, TallyDetail, TallyTails } from "./classifiers/statistics/class-tally.ts";
export type { ClassChanges } from "./workflow/updating/class-changes.ts";
export type { OldPhotos } from "./workflow/updating/new-version.ts";
export type { PlaceOptions } from "./workflow/updating/write-version.ts";
export { type BundleContent, type BundleFacts, writeBundle } from "./bundle/write-bundle.ts";
export type {
  Classifier,
  FitOptions,
  FittedClassifier,
  HyperParameters,
  MomentFit,
  MomentFitOptions,
} from "./classifiers/classifier.ts";
export type { WarmStart } from "./classifiers/warm-start.ts";
export { classifierTable } from "./classifiers/classifier-table.ts";
export { defineClassifier } from "./classifiers/define-classifier.ts";
export {
  type Fit,
  type FitSettings,
  type GaussianBayesParameters,
  type KernelSvmParameters,
  type LdaParameters,
  type LinearSvmParameters,
  type MlpParameters,
  type NearestNeighboursParameters,
  type RidgeParameters,
  type SoftmaxParameters,
  fitGaussianBayes,
  fitKernelSvm,
  fitLda,
  fitLinearSvm,
  fitMlp,
  fitNearestMean,
  fitNearestNeighbours,
  fitRidge,
  fitSoftmax,
} from "./classifiers/fit-classifier.ts";
export type {
  FoldScorer,
  FoldedLabels,
  LearnOptions,
  Learned,
  Learner,
  TrainingFold,
  TrainingSet,
} from "./classifiers/learner.ts";
export type { TellShare } from "./classifiers/tell-share.ts";
export type { OwnClassifier } from "./recipes/own/own-classifier.ts";
export type { ModuleFiles } from "./recipes/own/module-files.ts";
export { type LinearModel, linearModel, restoreLinearModel } from "./classifiers/linear-model.ts";
export {
  type FittedPipeline,
  type TunedPipeline,
  type PipelineOptions,
  type PipelineRecord,
  type PipelineSpec,
  type ScorePipelineOptions,
  fitPipeline,
  restorePipeline,
} from "./classifiers/pipeline.ts";
export type { ScoreOptions } from "./classifiers/score-blocks.ts";
export {
  type ClassMoments,
  type LabelledRows,
  type MomentDetail,
  type MomentOptions,
  momentsOf,
} from "./classifiers/statistics/class-moments.ts";
export { addMoments, mergeMoments, subtractMoments } from "./classifiers/statistics/combine-moments.ts";
export { type MomentMemory, createMomentMemory } from "./classifiers/statistics/moment-memory.ts";
export { momentState, restoreMoments } from "./classifiers/statistics/moment-state.ts";
export type { TransformName, TransformSpec } from "./classifiers/transforms/transform-table.ts";
export { type ClassHealth, type DataHealth, type Spread, checkImages } from "./data/check-images.ts";
export { type Fold, type Groups, stratifiedFolds } from "./data/folds.ts";
export { type HoldoutSplit, holdoutOf } from "./data/holdout.ts";
export {
  type AlikeNames,
  type DataLayout,
  type LabelSource,
  type Labelling,
  type Manifest,
  type ManifestRow,
  type Picture,
  type SetAside,
  type SkippedImage,
  type Split,
  classIndices,
} from "./data/manifest.ts";
export { type ReadManifestOptions, readManifest } from "./data/read-manifest.ts";
export type { LargeGate, Scan, ScanImageOptions } from "./data/scan-image.ts";
export type { Scanner } from "./data/scan-images.ts";
export { type ScannedPictures, scanPictures } from "./data/scan-pictures.ts";
export type { Engine, Feeds, LoadOptions, ModelSource, Session } from "./engine/engine.ts";
export type { PictureFile, SeenPicture } from "./engine/picture-file.ts";
export { openEngine } from "./engine/open-engine.ts";
export { openWasmEngine } from "./engine/open-wasm-engine.ts";
export type { Estimate } from "./evaluate/accuracy-interval.ts";
export type { Calibration, ReliabilityBin } from "./evaluate/calibration.ts";
export type { ClassMetrics } from "./evaluate/confusion.ts";
export {
  type CrossValidateOptions,
  type CrossValidation,
  type Round,
  crossValidate,
} from "./evaluate/cross-validate.ts";
export type { FamiliarityLevel, UnknownRule } from "./evaluate/familiarity.ts";
export { type Pair, type PairMember, comparePairs } from "./evaluate/pairs.ts";
export {
  type Resampled,
  type ResampledComparison,
  type ResampledOptions,
  compareResampled,
} from "./evaluate/resampled-test.ts";
export { type Executor, type FitResult, type FitTask, type FitWork, inTurn } from "./evaluate/executor.ts";
export type { Choice, FittedMethod, KeptState, Method, MethodFitOptions } from "./evaluate/method.ts";
export type { EpochPoint, Training, TrainingOutcome } from "./evaluate/training.ts";
export { type PairedComparison, comparePaired } from "./evaluate/paired-comparison.ts";
export { type Score, scoreLogits } from "./evaluate/score.ts";
export type { Branch } from "./features/branch.ts";
export {
  type ExtractOptions,
  type FailedImage,
  type Features,
  type ImageSource,
  extractFeatures,
} from "./features/extract-features.ts";
export { type Pooling, featureModel } from "./features/feature-model.ts";
export { resolveLayer } from "./features/resolve-layer.ts";
export { writeFeatures } from "./features/write-features.ts";
export { fineTuneMethod } from "./finetune/fine-tune-method.ts";
export type { FittedNetwork, NetworkData, NetworkMethod, Replay } from "./finetune/network-data.ts";
export { scratchMethod } from "./finetune/scratch-method.ts";
export type { ExternalDataReader } from "./graph/onnx/external-data.ts";
export { type AttributeValue, type GraphBuilder, createBuilder } from "./graph/build.ts";
export { type DecodeOptions as DecodeModelOptions, decodeModel } from "./graph/onnx/decode-model.ts";
export { encodeModel } from "./graph/onnx/encode-model.ts";
export { createModel } from "./graph/create-model.ts";
export type { Attribute, Dimension, Graph, GraphNode, Model, ValueInfo } from "./graph/graph.ts";
export type { Preprocessing } from "./graph/preprocessing.ts";
export { type ElementType, type Tensor, asFloat32, floatTensor } from "./graph/tensor.ts";
export { type DecodeOptions, decodeImage } from "./image/decode.ts";
export type { Image } from "./image/image.ts";
export type { ImageHeader } from "./image/inspect-image.ts";
export type { ImageFacts } from "./image/look-at-image.ts";
export type { ImageType } from "./image/recognise-type.ts";
export {
  type ClassifierData,
  type ClassifierMethod,
  type FittedClassifierMethod,
  classifierMethod,
} from "./recipes/classifier-method.ts";
export type { TornEnd } from "./ledger/chain.ts";
export { type Decision, type RecordedDecisions, recordDecisions } from "./ledger/decisions.ts";
export {
  type Labels,
  type LedgerDiff,
  type LonePhoto,
  type Move,
  type Relabelling,
  diffStates,
  eventsOf,
} from "./ledger/diff-states.ts";
export {
  type AppendFacts,
  type EventToRecord,
  type Ledger,
  createLedger,
  openLedger,
} from "./ledger/ledger.ts";
export type { OpenLedgerOptions } from "./ledger/load-ledger.ts";
export type {
  LedgerEvent,
  LedgerPhoto,
  LedgerState,
  PhotoPlace,
  RecordingFacts,
} from "./ledger/ledger-event.ts";
export type { Recording } from "./ledger/recordings.ts";
export { listRecipes, parseRecipe, readRecipe } from "./recipes/read-recipe.ts";
export type {
  BlendRecipe,
  ClassifierRecipe,
  FineTuneRecipe,
  Recipe,
  ScratchRecipe,
} from "./recipes/recipe.ts";
export type { TrainingSettings } from "./recipes/setting-table.ts";
export type {
  FailedRecipe,
  FoldTraining,
  MeasuredRecipe,
  RunDataset,
  RunImage,
  RunRecipe,
  RunRecord,
} from "./runs/run-record.ts";
export type { TrainingSummary } from "./runs/training-summary.ts";
export type { FineTunePlan, NetworkPlan, ScratchPlan } from "./finetune/fine-tune-plan.ts";
export type { TrainedFrom } from "./words/en/en.ts";
export type { Language } from "./words/language.ts";
export { type CompareOptions, type CompareResult, type CompareRow, compare } from "./workflow/compare.ts";
export {
  type CompareShardOptions,
  type Shard,
  type ShardResult,
  compareShard,
} from "./workflow/compare-shard.ts";
export { type PathMap, type WorkerOptions, type WorkerResult, startWorker } from "./workflow/worker.ts";
export { type DoubtfulLabel, type DriftOptions, type DriftResult, drift } from "./workflow/drift.ts";
export {
  type CheckedLabel,
  type LabelsCheckOptions,
  type LabelsCheckResult,
  checkLabels,
} from "./workflow/labels/check-labels.ts";
export type { KindFinding, MeaningFinding, MixFinding } from "./adapt/judge-shift.ts";
export type { MixEstimates } from "./adapt/mix-intervals.ts";
export type { ShareEstimate } from "./adapt/label-shift.ts";
export type { ShiftStep } from "./words/en/shift.ts";
export { type EvaluateOptions, type EvaluationResult, evaluateModel } from "./workflow/evaluate-model.ts";
export {
  type InboxAcceptance,
  type InboxOptions,
  type InboxPhoto,
  type InboxResult,
  type Pile,
  inbox,
} from "./workflow/inbox/inbox.ts";
export { type ReviewOptions, reviewInbox } from "./workflow/inbox/review-inbox.ts";
export type { ReviewServer } from "./workflow/inbox/review-server.ts";
export { type FineTuneOptions, fineTune } from "./workflow/fine-tune.ts";
export { type PageOptions, type PageResult, page } from "./workflow/page.ts";
export {
  type PredictOptions,
  type PredictionEvent,
  type PredictionLine,
  type PredictionSummary,
  predict,
  predictionJson,
} from "./workflow/predict.ts";
export type { UnknownAnswer } from "./workflow/answer-unknown.ts";
export { type PulledBackbone, pullBackbone } from "./workflow/backbones/pull-backbone.ts";
export type { StudyOptions } from "./workflow/study.ts";
export {
  type PretrainOptions,
  type PretrainResult,
  type PretrainingSettings,
  pretrain,
} from "./workflow/pretrain.ts";
export type { EpochFigures } from "./training/training-plan.ts";
export { type TrainOptions, type TrainResult, type TrainedCourse, train } from "./workflow/train.ts";
export type { EngineOptions } from "./workflow/use-engine.ts";
export { type VerifyResult, verify } from "./workflow/verify.ts";
