/** One of two variables of a concave quadratic: where it stands, its slope there, and how far it may go. */
export interface PairSide {
  readonly value: number;
  readonly slope: number;
  /** Positive. */
  readonly curvature: number;
  readonly lower: number;
  readonly upper: number;
}

/** Curvature left to b beside a where both are the same direction: then a alone decides. */
const leastRest = 1e-12;

/**
 * The best place for two variables together: maximises gᵀt − ½ tᵀQt over steps t within both bounds, with Q's diagonal
 * the curvatures and `shared` beside it. Where the free optimum lies outside, the best lies on an edge that it has
 * crossed: on the way from a best point off that edge to the free optimum, the objective would still rise.
 */
export function bestPair(a: PairSide, b: PairSide, shared: number): readonly [number, number] {
  const rest = Math.max(b.curvature - (shared * shared) / a.curvature, leastRest);
  const freeB = b.value + (b.slope - (shared * a.slope) / a.curvature) / rest;
  const freeA = a.value + (a.slope - shared * (freeB - b.value)) / a.curvature;
  const [atA, atB] = [within(a, freeA), within(b, freeB)];
  if (atA === freeA && atB === freeB) return [atA, atB];
  const edgeA = [atA, bestGiven(b, shared * (atA - a.value))] as const;
  const edgeB = [bestGiven(a, shared * (atB - b.value)), atB] as const;
  if (atB === freeB) return edgeA;
  if (atA === freeA) return edgeB;
  return gainOf(a, b, { shared, to: edgeA }) >= gainOf(a, b, { shared, to: edgeB }) ? edgeA : edgeB;
}

function within({ lower, upper }: PairSide, value: number): number {
  return Math.min(Math.max(value, lower), upper);
}

/** The best place for one once the other's step has lowered its slope. */
function bestGiven(side: PairSide, lost: number): number {
  return within(side, side.value + (side.slope - lost) / side.curvature);
}

function gainOf(
  a: PairSide,
  b: PairSide,
  { shared, to: [toA, toB] }: { shared: number; to: readonly [number, number] },
): number {
  const [s, t] = [toA - a.value, toB - b.value];
  return a.slope * s + b.slope * t - (a.curvature * s * s + b.curvature * t * t) / 2 - shared * s * t;
}
