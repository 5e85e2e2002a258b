import type { Expressions } from "./expressions.ts";

/** What tells a loss which answer is right: class numbers (B, int64) or a distribution per row (B x K). */
export type TargetKind = "labels" | "distribution";

/** Names of the values that a loss is computed from. */
export interface LossInputs {
  readonly logits: string;
  /** Rows and classes. */
  readonly dims: readonly [number, number];
  readonly labels?: string;
  readonly distribution?: string;
}

/** A loss as a value: it writes its formula and, beside it, its derivative. */
export interface Loss {
  readonly needs: ReadonlySet<TargetKind>;
  /** Shapes: logits B x K -> loss scalar, gradient B x K. */
  write(e: Expressions, inputs: LossInputs): { readonly loss: string; readonly gradient: string };
}

/**
 * Cross-entropy from logits against class numbers.
 * L = -Σᵢ Σ_c T[i,c] log softmax(z)[i,c] / Σᵢ w[yᵢ], T[i,c] = w[c] ((1 - ε) [c = yᵢ] + ε / K).
 * A row whose label is below 0 counts for nothing: it fills a batch that the data does not.
 * `labelSmoothing` ε in [0, 1), default 0; `classWeights` w, one a class, default all 1.
 * Witness: torch.nn.functional.cross_entropy with `weight` and `label_smoothing`.
 */
export function crossEntropy(
  options: { labelSmoothing?: number; classWeights?: readonly number[] } = {},
): Loss {
  const { labelSmoothing = 0, classWeights } = options;
  return {
    needs: new Set(["labels"]),
    write: (e, { logits, dims: [rows, classes], labels }) => {
      const weights = e.builder.floats(classWeights ?? Array.from({ length: classes }, () => 1));
      const isClass = oneHot(e, labels!, [rows, classes]);
      const rowWeights = e.sum(e.mul(isClass, weights), [1]);
      const isCounted = e.sum(isClass, [1]);
      const smoothed = e.add(e.mul(isClass, 1 - labelSmoothing), e.mul(isCounted, labelSmoothing / classes));
      const targets = e.mul(smoothed, weights);
      return weighted(e, { logits, targets, total: e.max(e.sum(rowWeights, [0, 1]), tiny) });
    },
  };
}

/**
 * Cross-entropy against given distributions T (mixup, distillation).
 * L = -τ² Σᵢ Σ_c T'[i,c] log softmax(z / τ)[i,c] / B, T' = (1 - ε) T + ε / K. Up to the entropy of T, which has no gradient, this is Hinton's
 * τ² KL(T || softmax(z / τ)); the teacher's own softening is the caller's.
 * `temperature` τ > 0, default 1; `labelSmoothing` ε in [0, 1), default 0.
 * Witness: torch cross_entropy with probabilities. Source: Hinton et al. 2015.
 */
export function softCrossEntropy(options: { temperature?: number; labelSmoothing?: number } = {}): Loss {
  const { temperature = 1, labelSmoothing = 0 } = options;
  return {
    needs: new Set(["distribution"]),
    write: (e, { logits, dims: [rows, classes], distribution }) => {
      const targets =
        labelSmoothing === 0
          ? distribution!
          : e.add(e.mul(distribution!, 1 - labelSmoothing), labelSmoothing / classes);
      const softened = temperature === 1 ? logits : e.div(logits, temperature);
      const { loss, gradient } = weighted(e, { logits: softened, targets, total: rows });
      if (temperature === 1) return { loss, gradient };
      return { loss: e.mul(loss, temperature ** 2), gradient: e.mul(gradient, temperature) };
    },
  };
}

/** Smallest total that is divided by: a batch of filler rows alone has loss 0, not NaN. */
const tiny = 1e-12;

/** L = -Σ T log p / Z: dL/dz = (p Σ_c T - T) / Z. */
function weighted(
  e: Expressions,
  { logits, targets, total }: { logits: string; targets: string; total: string | number },
): { loss: string; gradient: string } {
  const logProbabilities = e.builder.op("LogSoftmax", [logits], { axis: -1 });
  const perPlace = e.div(e.sum(e.mul(targets, logProbabilities), [0, 1]), total);
  const pull = e.sub(e.mul(e.exp(logProbabilities), e.sum(targets, [1])), targets);
  return { loss: e.reshape(e.neg(perPlace), []), gradient: e.div(pull, total) };
}

/** 1 at each row's label. A label outside 0..K-1 gives a row of zeros. Shape: B x K. */
function oneHot(e: Expressions, labels: string, [rows, classes]: readonly [number, number]): string {
  const b = e.builder;
  const all = b.ints(Array.from({ length: classes }, (_, i) => i));
  return b.op("Cast", [b.op("Equal", [e.reshape(labels, [rows, 1]), all])], { to: 1 });
}
