import type { Expressions } from "./expressions.ts";

/** What an optimiser sees of one parameter in one step. */
export interface ParameterStep {
  readonly parameter: string;
  readonly gradient: string;
  /** The slots declared by the optimiser, by their names. */
  readonly slots: Readonly<Record<string, string>>;
  /** The group's learning rate in this step, a scalar. */
  readonly learningRate: string;
  readonly weightDecay: number;
  /** t, from 1; a float32 scalar. */
  readonly step: string;
}

/** An optimiser as a value: what it remembers of a parameter, and one step of its law. */
export interface Optimizer {
  readonly name: string;
  readonly weightDecay: number;
  /** Each slot is a tensor of the parameter's shape and starts at zero. */
  readonly slots: readonly string[];
  update(
    e: Expressions,
    at: ParameterStep,
  ): { readonly parameter: string; readonly slots: Readonly<Record<string, string>> };
}

/**
 * Stochastic gradient descent with momentum.
 * g' = g + λ w, v ← μ v + g', w ← w - η v; Nesterov: w ← w - η (g' + μ v).
 * Witness: torch.optim.SGD (dampening 0). Source: Sutskever et al. 2013, in PyTorch's convention (η outside v).
 */
export function sgd(
  options: { momentum?: number; nesterov?: boolean; weightDecay?: number } = {},
): Optimizer {
  const { momentum = 0.9, nesterov = false, weightDecay = 0 } = options;
  return {
    name: "sgd",
    weightDecay,
    slots: momentum === 0 ? [] : ["velocity"],
    update: (e, { parameter, gradient, slots, learningRate, weightDecay }) => {
      const decayed = weightDecay === 0 ? gradient : e.add(gradient, e.mul(parameter, weightDecay));
      if (momentum === 0) return { parameter: e.sub(parameter, e.mul(decayed, learningRate)), slots: {} };
      const velocity = nesterov
        ? e.add(e.mul(slots["velocity"]!, momentum), decayed)
        : e.accumulate(slots["velocity"]!, momentum, decayed);
      const direction = nesterov ? e.add(decayed, e.mul(velocity, momentum)) : velocity;
      return { parameter: e.sub(parameter, e.mul(direction, learningRate)), slots: { velocity } };
    },
  };
}

/**
 * Adam with decoupled weight decay.
 * w ← (1 - η λ) w; m ← β₁ m + (1 - β₁) g; v ← β₂ v + (1 - β₂) g²; w ← w - η m̂ / (√v̂ + ε), m̂ = m / (1 - β₁ᵗ) and
 * v̂ = v / (1 - β₂ᵗ). A pass over the weights costs as much as its arithmetic is long or short, so constants are
 * gathered in scalars: the slots hold M = m / (1 - β₁) and V = v / (1 - β₂), and with c = √((1 - β₂) / (1 - β₂ᵗ)) the
 * step is η (1 - β₁) / ((1 - β₁ᵗ) c) · M / (√V + ε / c).
 * Witness: torch.optim.AdamW. Source: Loshchilov & Hutter 2019.
 */
export function adamW(
  options: { beta1?: number; beta2?: number; epsilon?: number; weightDecay?: number } = {},
): Optimizer {
  const { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, weightDecay = 0.01 } = options;
  return {
    name: "adamw",
    weightDecay,
    slots: ["mean", "square"],
    update: (e, { parameter, gradient, slots, learningRate, weightDecay, step }) => {
      const mean = e.add(e.mul(slots["mean"]!, beta1), gradient);
      const square = e.add(e.mul(slots["square"]!, beta2), e.mul(gradient, gradient));
      const c = e.sqrt(e.div(1 - beta2, e.sub(1, e.pow(beta2, step))));
      const scale = e.div(e.mul(learningRate, 1 - beta1), e.mul(e.sub(1, e.pow(beta1, step)), c));
      const move = e.mul(e.div(mean, e.add(e.sqrt(square), e.div(epsilon, c))), scale);
      const kept =
        weightDecay === 0 ? parameter : e.mul(parameter, e.sub(1, e.mul(learningRate, weightDecay)));
      return { parameter: e.sub(kept, move), slots: { mean, square } };
    },
  };
}

/**
 * Gradients scaled together so that their joint L2 norm is at most `limit`: g ← g min(1, limit / (‖g‖ + 10⁻⁶)).
 * Returns them with the norm before scaling (scalar). Witness: torch.nn.utils.clip_grad_norm_.
 */
export function clipByGlobalNorm(
  e: Expressions,
  gradients: ReadonlyMap<string, string>,
  limit: number,
): { readonly gradients: Map<string, string>; readonly norm: string } {
  const squares = [...gradients.values()].map((gradient) =>
    e.builder.op("ReduceSumSquare", [gradient], { keepdims: 0 }),
  );
  const norm = e.sqrt(e.builder.op("Sum", squares));
  const factor = e.min(1, e.div(limit, e.add(norm, 1e-6)));
  return {
    gradients: new Map([...gradients].map(([name, gradient]) => [name, e.mul(gradient, factor)])),
    norm,
  };
}
