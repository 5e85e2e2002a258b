import type { Expressions } from "./expressions.ts";

/** What tells a loss which answer is right: class numbers (B, int64) or a distribution per row (B x K). */
export type TargetKind = "labels" | "distribution";

/** A further target by its name: how many numbers a row of it has, or "classes" for one a class. */
export type TargetWidth = number | "classes";

/** Names of the values that a loss is computed from. */
export interface LossInputs {
  readonly logits: string;
  /** Rows and classes. */
  readonly dims: readonly [number, number];
  readonly labels?: string;
  readonly distribution?: string;
  /** The further targets that it asks for, by its own names for them. Shapes: B x their width. */
  readonly targets?: ReadonlyMap<string, string>;
}

/** What a loss has written: names of values. */
export interface WrittenLoss {
  /** A scalar. */
  readonly loss: string;
  /** Network output -> the loss's gradient by it, of its shape. */
  readonly gradients: ReadonlyMap<string, string>;
}

/** A loss as a value: it writes its formula and, beside it, its derivatives by the network's outputs. */
export interface Loss {
  readonly needs: ReadonlySet<TargetKind>;
  /** What it needs beside these, by name. */
  readonly targets?: ReadonlyMap<string, TargetWidth>;
  /** Outputs of the network that it reads beside the logits, by their names in the graph. */
  readonly outputs?: ReadonlySet<string>;
  write(e: Expressions, inputs: LossInputs): WrittenLoss;
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
      const { loss, gradient } = weighted(e, {
        logits,
        targets,
        total: e.max(e.sum(rowWeights, [0, 1]), tiny),
      });
      return { loss, gradients: new Map([[logits, gradient]]) };
    },
  };
}

/**
 * Cross-entropy against given distributions T (mixup, distillation).
 * L = -τ² Σᵢ Σ_c T'[i,c] log softmax(z / τ)[i,c] / B, T' = (1 - ε) T + ε / K. Up to the entropy of T, which has no gradient, this is Hinton's
 * τ² KL(T || softmax(z / τ)); the teacher's own softening is the caller's.
 * `temperature` τ > 0, default 1; `labelSmoothing` ε in [0, 1), default 0. `target` names a further target that holds T,
 * where the distribution of the rows is taken already (a teacher's beside the labels').
 * Witness: torch cross_entropy with probabilities. Source: Hinton et al. 2015.
 */
export function softCrossEntropy(
  options: { temperature?: number; labelSmoothing?: number; target?: string } = {},
): Loss {
  const { temperature = 1, labelSmoothing = 0, target } = options;
  return {
    needs: new Set(target === undefined ? (["distribution"] as const) : []),
    ...(target !== undefined && { targets: new Map([[target, "classes"]]) }),
    write: (e, { logits, dims: [rows, classes], ...given }) => {
      const distribution = target === undefined ? given.distribution! : given.targets!.get(target)!;
      const targets =
        labelSmoothing === 0
          ? distribution
          : e.add(e.mul(distribution, 1 - labelSmoothing), labelSmoothing / classes);
      const softened = temperature === 1 ? logits : e.div(logits, temperature);
      const { loss, gradient } = weighted(e, { logits: softened, targets, total: rows });
      if (temperature === 1) return { loss, gradients: new Map([[logits, gradient]]) };
      return {
        loss: e.mul(loss, temperature ** 2),
        gradients: new Map([[logits, e.mul(gradient, temperature)]]),
      };
    },
  };
}

/**
 * Smooth L1 between an output of the network and a target of the same width D: with d = x - t and c = d cut to [-1, 1],
 * L = Σ c (d - c / 2) / (B D), a parabola near 0 and straight beyond 1; dL/dx = c / (B D).
 * `output` by its name in the graph, `target` by a name of its own.
 * Witness: torch.nn.functional.smooth_l1_loss. Source: Girshick 2015, Fast R-CNN.
 */
export function smoothL1({ output, target, width }: { output: string; target: string; width: number }): Loss {
  return {
    needs: new Set(),
    targets: new Map([[target, width]]),
    outputs: new Set([output]),
    write: (e, { dims: [rows], targets }) => {
      const difference = e.sub(output, targets!.get(target)!);
      const cut = e.max(-1, e.min(1, difference));
      const each = e.mul(cut, e.sub(difference, e.mul(cut, 0.5)));
      const loss = e.reshape(e.div(e.sum(each, [0, 1]), rows * width), []);
      return { loss, gradients: new Map([[output, e.div(cut, rows * width)]]) };
    },
  };
}

/**
 * Several losses as one: L = Σ wᵢ Lᵢ, each reading the outputs and targets that it names; gradients by the same output
 * are summed. Witness: torch, the weighted sum of its losses.
 */
export function weightedLosses(parts: readonly { readonly weight: number; readonly loss: Loss }[]): Loss {
  const losses = parts.map(({ loss }) => loss);
  return {
    needs: new Set(losses.flatMap(({ needs }) => [...needs])),
    targets: new Map(losses.flatMap(({ targets = new Map() }) => [...targets])),
    outputs: new Set(losses.flatMap(({ outputs = new Set() }) => [...outputs])),
    write: (e, inputs) => {
      const written = parts.map(({ weight, loss }) => weightedLoss(e, weight, loss.write(e, inputs)));
      const gradients = new Map<string, string>();
      for (const [output, gradient] of written.flatMap((one) => [...one.gradients])) {
        const before = gradients.get(output);
        gradients.set(output, before === undefined ? gradient : e.add(before, gradient));
      }
      return { loss: written.map(({ loss }) => loss).reduce((a, b) => e.add(a, b)), gradients };
    },
  };
}

function weightedLoss(e: Expressions, weight: number, { loss, gradients }: WrittenLoss): WrittenLoss {
  const times = (x: string): string => (weight === 1 ? x : e.mul(x, weight));
  return {
    loss: times(loss),
    gradients: new Map([...gradients].map(([output, gradient]) => [output, times(gradient)])),
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
