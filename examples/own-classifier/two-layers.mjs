// A small network of your own on features: logits = tanh(X W + b) V + c, trained by Adam on all rows at once.
// In `two-layers.yaml` it stands on the joined features of two backbones.
import {
  asFloat32,
  createMatrix,
  createRandom,
  defineClassifier,
  floatTensor,
  plainAlgebra,
} from "rootstock";

const transpose = ({ rows, columns, data }) =>
  createMatrix(
    columns,
    rows,
    Float32Array.from(data, (_, i) => data[(i % rows) * columns + Math.floor(i / rows)]),
  );
const addRow = (matrix, row) => (
  matrix.data.forEach((_, i) => (matrix.data[i] += row[i % row.length])),
  matrix
);
const columnSums = ({ columns, data }) =>
  data.reduce((sums, value, i) => ((sums[i % columns] += value), sums), new Float64Array(columns));
const drawn = (rows, columns, scale, random) =>
  createMatrix(
    rows,
    columns,
    new Float32Array(rows * columns).map(() => scale * random.normal()),
  );

/** One step of Adam on the values, in place. */
function adamOn(values) {
  const [mean, square] = [new Float64Array(values.length), new Float64Array(values.length)];
  return (gradient, step, rate) =>
    gradient.forEach((g, i) => {
      mean[i] += 0.1 * (g - mean[i]);
      square[i] += 0.01 * (g * g - square[i]);
      values[i] -=
        (rate * (mean[i] / (1 - 0.9 ** step))) / (Math.sqrt(square[i] / (1 - 0.99 ** step)) + 1e-8);
    });
}

/** softmax − truth, over all rows: the gradient of the mean log loss by the logits. */
function logitGradient({ rows, columns, data }, labels) {
  const gradient = createMatrix(rows, columns);
  labels.forEach((label, i) => {
    const row = data.subarray(i * columns, (i + 1) * columns);
    const exps = row.map((value) => Math.exp(value - Math.max(...row)));
    const sum = exps.reduce((a, b) => a + b, 0);
    exps.forEach((e, k) => (gradient.data[i * columns + k] = (e / sum - (k === label ? 1 : 0)) / rows));
  });
  return gradient;
}

/** What was learnt, as logits in memory, as nodes of a graph, and as tensors: the same function three times. */
function network({ hidden, hiddenBias, output, outputBias }) {
  const { rows: dimensions, columns: units } = hidden;
  const classCount = outputBias.length;
  return {
    classCount,
    dimensions,
    logits: ({ rows, data }) => {
      const logits = createMatrix(rows, classCount);
      for (let i = 0; i < rows; i += 1) {
        const sums = Float64Array.from(hiddenBias);
        for (let j = 0; j < dimensions; j += 1)
          for (let u = 0; u < units; u += 1) sums[u] += data[i * dimensions + j] * hidden.data[j * units + u];
        for (let k = 0; k < classCount; k += 1)
          logits.data[i * classCount + k] = sums.reduce(
            (sum, value, u) => sum + Math.tanh(value) * output.data[u * classCount + k],
            outputBias[k],
          );
      }
      return logits;
    },
    appendTo: (builder, features) => {
      const matrix = ({ rows, columns, data }) => builder.constant(floatTensor([rows, columns], data));
      const sums = builder.op("Gemm", [features, matrix(hidden), builder.floats(hiddenBias)]);
      return builder.op("Gemm", [builder.op("Tanh", [sums]), matrix(output), builder.floats(outputBias)]);
    },
    state: new Map([
      ["hidden", floatTensor([dimensions, units], hidden.data)],
      ["hidden_bias", floatTensor([units], hiddenBias)],
      ["output", floatTensor([units, classCount], output.data)],
      ["output_bias", floatTensor([classCount], outputBias)],
    ]),
  };
}

export default defineClassifier({
  name: "two-layers",
  defaults: { units: 16, steps: 60, rate: 0.02, decay: 1e-3 },
  grid: [{}], // one candidate: nothing to tune, a temperature all the same
  fit: async ({ features, labels, classCount }, { units, steps, rate, decay }, options) => {
    const { algebra = plainAlgebra, seed = 0, pause } = options;
    const { rows, columns } = features;
    const means = columnSums(features).map((sum) => sum / rows);
    const spread =
      Math.sqrt(features.data.reduce((s, v, i) => s + (v - means[i % columns]) ** 2, 0) / rows) || 1;
    const x = createMatrix(
      rows,
      columns,
      features.data.map((v, i) => (v - means[i % columns]) / spread),
    );
    const xt = transpose(x);
    const random = createRandom(seed);
    const hidden = drawn(columns, units, 1, random);
    const output = drawn(units, classCount, 0.1, random);
    const [hiddenBias, outputBias] = [new Float32Array(units), new Float32Array(classCount)];
    const parts = [hidden.data, hiddenBias, output.data, outputBias];
    const optimisers = parts.map(adamOn);
    for (let step = 1; step <= steps; step += 1) {
      await pause(); // lets Ctrl-C through
      const active = addRow(await algebra.multiply(x, hidden), hiddenBias);
      active.data.forEach((value, i) => (active.data[i] = Math.tanh(value)));
      const back = logitGradient(addRow(await algebra.multiply(active, output), outputBias), labels);
      const inner = await algebra.multiplyTransposed(back, output);
      inner.data.forEach((_, i) => (inner.data[i] *= 1 - active.data[i] ** 2));
      const gradients = [
        (await algebra.multiply(xt, inner)).data.map((g, i) => g + decay * hidden.data[i]),
        columnSums(inner),
        (await algebra.multiply(transpose(active), back)).data.map((g, i) => g + decay * output.data[i]),
        columnSums(back),
      ];
      gradients.forEach((gradient, part) =>
        optimisers[part](gradient, step, rate * (1 - step / (steps + 1))),
      );
    }
    // The scaling of the inputs becomes part of the first layer.
    hidden.data.forEach((_, i) => (hidden.data[i] /= spread));
    for (let u = 0; u < units; u += 1)
      hiddenBias[u] -= means.reduce((sum, mean, j) => sum + mean * hidden.data[j * units + u], 0);
    return network({ hidden, hiddenBias, output, outputBias });
  },
  restore: (state) => {
    const matrix = (name) => createMatrix(...state.get(name).dims, asFloat32(state.get(name)));
    const vector = (name) => asFloat32(state.get(name));
    return network({
      hidden: matrix("hidden"),
      hiddenBias: vector("hidden_bias"),
      output: matrix("output"),
      outputBias: vector("output_bias"),
    });
  },
});
