/** The backbone of a fresh installation: carried in the package, needs no download. */
export const defaultBackbone = "gabor-bank";

/** What `compare` tries when nothing is named; `fusion` joins in where several backbones are given. */
export const defaultRecipes: readonly string[] = ["svm", "svm-rbf", "bayes", "lda", "softmax"];

/** Decides folds, tuning and every random draw. */
export const defaultSeed = 42;
/** Parts of a cross-validation. */
export const defaultFolds = 5;
