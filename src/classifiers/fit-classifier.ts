import type { Matrix } from "../base/matrix.ts";
import type { Classifier, FitOptions, FittedClassifier, HyperParameters } from "./classifier.ts";
import { gaussianBayes } from "./gaussian-bayes.ts";
import { kernelSvm } from "./svm/kernel-svm.ts";
import { lda } from "./lda/lda.ts";
import { linearSvm } from "./svm/linear-svm.ts";
import { mlp } from "./network/mlp.ts";
import { nearestMean } from "./neighbours/nearest-mean.ts";
import { nearestNeighbours } from "./neighbours/nearest-neighbours.ts";
import { ridge } from "./ridge.ts";
import { softmaxRegression } from "./softmax/softmax-regression.ts";

/** What every fit takes beside its hyper-parameters. */
export interface FitSettings extends Partial<FitOptions> {
  /** K; default: one more than the largest label. */
  readonly classCount?: number;
}

/**
 * Fits one classifier to features that are in memory; hyper-parameters that are left out take their defaults, nothing is
 * tuned (`fitPipeline` tunes). Shapes: N x D features, N class indices. Throws what `Classifier.fit` throws.
 */
export type Fit<Parameters> = (
  features: Matrix,
  labels: ArrayLike<number>,
  options?: Parameters & FitSettings,
) => Promise<FittedClassifier>;

/** Of the linear support vector machine. */
export interface LinearSvmParameters {
  /** Cost of a wrong row, above 0; default 1. */
  readonly C?: number;
  /** Default "squared-hinge". */
  readonly loss?: "hinge" | "squared-hinge";
  /** "auto" weighs rare classes up; default "none". */
  readonly classWeights?: "none" | "auto";
}

/** Of the support vector machine with a Gaussian kernel. */
export interface KernelSvmParameters {
  /** Cost of a wrong row, above 0; default 10. */
  readonly C?: number;
  /** Of the kernel exp(−γ ‖x − z‖²), in units of 1 / Σⱼ varⱼ, above 0; default 1. */
  readonly gamma?: number;
  /** "auto" weighs rare classes up; default "none". */
  readonly classWeights?: "none" | "auto";
}

/** Of Gaussian naive Bayes. */
export interface GaussianBayesParameters {
  /** From each class's own variances (0) to shared ones (1); default 0.5. */
  readonly shrinkage?: number;
}

/** Of linear discriminant analysis. */
export interface LdaParameters {
  /** Towards a multiple of the identity, in (0, 1]; default "auto": Ledoit and Wolf's. */
  readonly shrinkage?: number | "auto";
}

/** Of softmax regression. */
export interface SoftmaxParameters {
  /** Inverse of the penalty, above 0; default 1. */
  readonly C?: number;
}

/** Of ridge regression on class indicators. */
export interface RidgeParameters {
  /** The penalty, above 0; default 1. */
  readonly alpha?: number;
}

/** Of k nearest neighbours. */
export interface NearestNeighboursParameters {
  /** Neighbours that vote; default 5. */
  readonly k?: number;
  /** Default "uniform": one vote each. */
  readonly weights?: "uniform" | "distance";
}

/** Of the multilayer perceptron, which needs an `engine` to be trained on. */
export interface MlpParameters {
  /** Sizes of the hidden layers, "128" or "256,64"; default "64". */
  readonly hidden?: string;
  /** Default 1. */
  readonly weightDecay?: number;
  /** Default 20. */
  readonly epochs?: number;
  /** Highest learning rate; default 2e-3. */
  readonly rate?: number;
}

/** Linear support vector machine, one against the rest; see `svm` in docs/recipes.md. */
export const fitLinearSvm: Fit<LinearSvmParameters> = fitWith(linearSvm);

/** Support vector machine with a Gaussian kernel, one against the rest. */
export const fitKernelSvm: Fit<KernelSvmParameters> = fitWith(kernelSvm);

/** Gaussian naive Bayes in the log domain. */
export const fitGaussianBayes: Fit<GaussianBayesParameters> = fitWith(gaussianBayes);

/** Linear discriminant analysis with a shrunk covariance. */
export const fitLda: Fit<LdaParameters> = fitWith(lda);

/** Multinomial logistic regression by L-BFGS. */
export const fitSoftmax: Fit<SoftmaxParameters> = fitWith(softmaxRegression);

/** Ridge regression on class indicators, in closed form. */
export const fitRidge: Fit<RidgeParameters> = fitWith(ridge);

/** k nearest neighbours by Euclidean distance. */
export const fitNearestNeighbours: Fit<NearestNeighboursParameters> = fitWith(nearestNeighbours);

/** Nearest class mean. */
export const fitNearestMean: Fit<object> = fitWith(nearestMean);

/** Multilayer perceptron; E_ENGINE without an engine. */
export const fitMlp: Fit<MlpParameters> = fitWith(mlp);

function fitWith<Parameters extends object>(classifier: Classifier): Fit<Parameters> {
  return async (features, labels, options) => {
    const { classCount, seed, algebra, engine, signal, report, ...parameters } = options ?? {};
    const indices = Int32Array.from(labels);
    const given = {
      classCount: classCount ?? 1 + indices.reduce((most, label) => Math.max(most, label), -1),
      signal,
      report,
      ...(seed !== undefined && { seed }),
      ...(algebra !== undefined && { algebra }),
      ...(engine !== undefined && { engine }),
    };
    return await classifier.fit(features, indices, parameters as HyperParameters, given);
  };
}
