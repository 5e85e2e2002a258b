/** The predictions whose confidence lies in (low, high]. */
export interface ReliabilityBin {
  readonly low: number;
  readonly high: number;
  readonly count: number;
  /** Mean probability given to the predicted class; NaN-free: 0 where count is 0. */
  readonly confidence: number;
  /** Share of them that were right; 0 where count is 0. */
  readonly accuracy: number;
}

/** Whether "80 % sure" is right 80 times of 100. */
export interface Calibration {
  /** Σ (count / N) |accuracy - confidence|, in [0, 1]; 0 is perfect. */
  readonly expectedError: number;
  readonly bins: readonly ReliabilityBin[];
}

/**
 * Confidence against what came true, in bins of equal width.
 * Shapes: N confidences in [0, 1], N outcomes (1 right, 0 wrong). `binCount` defaults to 10.
 * Source: Guo et al., "On Calibration of Modern Neural Networks" (2017), section 2, equation 3.
 * Witness: scikit-learn `calibration_curve`, which bins alike and leaves empty bins out.
 */
export function measureCalibration(
  confidences: ArrayLike<number>,
  correct: ArrayLike<number>,
  binCount = 10,
): Calibration {
  const sums = Array.from({ length: binCount }, () => ({ count: 0, confidence: 0, correct: 0 }));
  for (let i = 0; i < confidences.length; i += 1) {
    const bin = sums[binOf(confidences[i]!, binCount)]!;
    bin.count += 1;
    bin.confidence += confidences[i]!;
    bin.correct += correct[i]!;
  }
  const bins = sums.map((bin, b) => ({
    low: b / binCount,
    high: (b + 1) / binCount,
    count: bin.count,
    confidence: bin.count === 0 ? 0 : bin.confidence / bin.count,
    accuracy: bin.count === 0 ? 0 : bin.correct / bin.count,
  }));
  const gaps = bins.map((bin) => (bin.count / confidences.length) * Math.abs(bin.accuracy - bin.confidence));
  return { expectedError: gaps.reduce((a, b) => a + b, 0), bins };
}

/** Bins are open below and closed above, so that a confidence of exactly 1 has one. */
function binOf(confidence: number, binCount: number): number {
  return Math.min(binCount - 1, Math.max(0, Math.ceil(confidence * binCount) - 1));
}
