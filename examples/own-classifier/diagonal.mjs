// A classifier without a network: diagonal discriminant, every column by itself, with one variance for all classes.
// What it learns is a linear function; arguments, folds, tuning and ONNX are `defineClassifier`'s business.
import { createMatrix, defineClassifier, linearModel, restoreLinearModel, rowOf } from "rootstock";

export default defineClassifier({
  name: "diagonal",
  defaults: { floor: 1e-6 },
  grid: [1e-1, 1e-3, 1e-6].map((floor) => ({ floor })),
  fit: async ({ features, labels, classCount }, { floor }) => {
    const { rows, columns } = features;
    const counts = new Float64Array(classCount);
    const means = Array.from({ length: classCount }, () => new Float64Array(columns));
    labels.forEach((label, i) => {
      counts[label] += 1;
      rowOf(features, i).forEach((value, j) => (means[label][j] += value));
    });
    means.forEach((mean, k) => mean.forEach((_, j) => (mean[j] /= counts[k])));
    const variances = new Float64Array(columns);
    labels.forEach((label, i) =>
      rowOf(features, i).forEach((value, j) => (variances[j] += (value - means[label][j]) ** 2 / rows)),
    );
    const least = floor * variances.reduce((a, b) => Math.max(a, b), 1e-12);
    const weights = createMatrix(classCount, columns);
    const bias = new Float32Array(classCount);
    means.forEach((mean, k) => {
      mean.forEach((value, j) => (rowOf(weights, k)[j] = value / (variances[j] + least)));
      bias[k] =
        Math.log(counts[k] / rows) - mean.reduce((sum, m, j) => sum + m * rowOf(weights, k)[j], 0) / 2;
    });
    return linearModel({ weights, bias });
  },
  restore: restoreLinearModel,
});
