import type { Pause } from "../../base/pause.ts";
import type { Matrix } from "../../base/matrix.ts";
import { bestPair } from "./svm-pair.ts";
import { bestMultiple } from "./svm-problem.ts";

/**
 * One two-class SVM over a Gram matrix, bias included as a constant feature (the Gram matrix has +1 everywhere):
 * maximise yᵀβ − ½ βᵀ(K + diag(d))β with βᵢ between 0 and yᵢ uᵢ (β = αy of the usual dual).
 * Hinge: u = C, d = 0. Squared hinge: u = ∞, d = 1 / 2C. (Hsieh et al. 2008, A Dual Coordinate Descent Method.)
 */
export interface DualProblem {
  /** Shape: n x n. */
  readonly gram: Matrix;
  /** ±1. Shape: n. */
  readonly signs: Float64Array;
  /** u. Shape: n. */
  readonly upper: Float64Array;
  /** d. Shape: n. */
  readonly ridge: Float64Array;
}

/** Where the solver stands; changed in place by `solveDual`. */
export interface DualPoint {
  /** The coefficient of each row in w. Shape: n. */
  readonly beta: Float64Array;
  /** What the objective gains by a rise of βᵢ: yᵢ − f(xᵢ) − dᵢ βᵢ. Shape: n. */
  readonly residual: Float64Array;
}

/** When the solver ends. */
export interface SolverOptions {
  /** Largest projected gradient at the end, in units of the margin. */
  readonly tolerance: number;
  readonly maxUpdates: number;
  readonly pause: Pause;
  /** Told how many steps were taken. */
  readonly countSteps?: ((steps: number) => void) | undefined;
}

/** Steps between two looks for rows that can be set aside. */
const stepsPerShrink = 64;

/** Curvature left beside a row that points the same way. */
const leastRest = 1e-12;

/** β = 0. */
export function startDual({ signs }: DualProblem): DualPoint {
  return { beta: new Float64Array(signs.length), residual: Float64Array.from(signs) };
}

/**
 * Ascent by pairs: the row whose own exact step gains most, with the row that gains most after it, both moved to their
 * joint optimum. Rows of one sign share most of their direction where features are positive, and single steps undo each
 * other there: pairs need 5 to 150 times fewer. Rows at rest at a bound are set aside, their residuals rebuilt at the
 * end (shrinking). No randomness, and no dependence on row order but for ties. Returns whether the tolerance was reached.
 * Source: Steinwart, Hush, Scovel 2011, Training SVMs Without Offset. Witness: liblinear by scikit-learn's LinearSVC.
 */
export async function solveDual(
  problem: DualProblem,
  point: DualPoint,
  options: SolverOptions,
): Promise<boolean> {
  const { tolerance, maxUpdates, pause } = options;
  const work = openWork(problem, point);
  const n = problem.gram.rows;
  let { next, violation } = moveRows(work, { i: 0, j: 0, stepI: 0, stepJ: 0 });
  let steps = 0;
  for (; violation > tolerance || work.active.length < n; steps += 1) {
    if (violation <= tolerance || steps >= maxUpdates) {
      ({ next, violation } = reviveRows(work));
      if (steps >= maxUpdates) break;
      continue;
    }
    if (steps % 256 === 255) await pause();
    if (steps % stepsPerShrink === stepsPerShrink - 1) setAside(work, violation);
    ({ next, violation } = moveRows(work, takePair(work, next)));
  }
  options.countSteps?.(steps);
  return violation <= tolerance;
}

/** A solve under way. */
interface Work extends DualPoint {
  readonly problem: DualProblem;
  /** Bounds of β. */
  readonly lower: Float64Array;
  readonly upper: Float64Array;
  /** Kᵢᵢ + dᵢ. */
  readonly curvature: Float64Array;
  readonly inverseCurvature: Float64Array;
  /** −1 where β is at its lower bound, 1 at its upper, 0 between: it stays where the residual pushes the same way. */
  readonly held: Int8Array;
  /** The rows in play; the residuals of others are out of date. */
  active: Int32Array;
}

function openWork(problem: DualProblem, point: DualPoint): Work {
  const { gram, signs, upper, ridge } = problem;
  const curvature = ridge.map((d, i) => gram.data[i * gram.rows + i]! + d);
  const work = {
    ...point,
    problem,
    lower: upper.map((bound, i) => (signs[i]! < 0 ? -bound : 0)),
    upper: upper.map((bound, i) => (signs[i]! > 0 ? bound : 0)),
    curvature,
    inverseCurvature: curvature.map((value) => 1 / value),
    held: new Int8Array(gram.rows),
    active: Int32Array.from(signs.keys()),
  };
  for (let i = 0; i < gram.rows; i += 1) place(work, i, point.beta[i]!);
  return work;
}

function place({ beta, held, lower, upper }: Work, row: number, value: number): void {
  beta[row] = value;
  held[row] = value <= lower[row]! ? -1 : value >= upper[row]! ? 1 : 0;
}

interface PairStep {
  readonly i: number;
  readonly j: number;
  readonly stepI: number;
  readonly stepJ: number;
}

/** Moves row i with its best partner; tells by how much. */
function takePair(work: Work, i: number): PairStep {
  const { beta, residual, curvature, lower, upper, problem } = work;
  const j = partnerOf(work, i);
  const sideOf = (row: number): Parameters<typeof bestPair>[0] => ({
    value: beta[row]!,
    slope: residual[row]!,
    curvature: curvature[row]!,
    lower: lower[row]!,
    upper: upper[row]!,
  });
  const [nextI, nextJ] = bestPair(sideOf(i), sideOf(j), problem.gram.data[i * problem.gram.rows + j]!);
  const step = { i, j, stepI: nextI - beta[i]!, stepJ: i === j ? 0 : nextJ - beta[j]! };
  if (i !== j) place(work, j, nextJ);
  place(work, i, nextI);
  return step;
}

/** The row that gains most once row i has taken its own step: rⱼ² / (Qⱼⱼ − Qᵢⱼ² / Qᵢᵢ); i itself where none gains. */
function partnerOf(work: Work, i: number): number {
  const { problem, beta, residual, lower, upper, curvature, held, active } = work;
  const k = problem.gram.data;
  const at = i * problem.gram.rows;
  const own = curvature[i]!;
  const step = Math.min(Math.max(beta[i]! + residual[i]! / own, lower[i]!), upper[i]!) - beta[i]!;
  const inverse = 1 / own;
  let best = i;
  let bestSquare = 0;
  let bestRest = 1;
  for (let a = 0; a < active.length; a += 1) {
    const j = active[a]!;
    const shared = k[at + j]!;
    const r = residual[j]! - shared * step;
    const side = held[j]!;
    if (side !== 0 && side * r > 0) continue;
    const rest = curvature[j]! - shared * shared * inverse;
    if (r * r * bestRest > bestSquare * rest && j !== i) {
      bestSquare = r * r;
      bestRest = rest > leastRest ? rest : leastRest;
      best = j;
    }
  }
  return best;
}

/** Brings the residuals in play up to date, and finds the next row to move and the largest violation on the way. */
function moveRows(work: Work, { i, j, stepI, stepJ }: PairStep): { next: number; violation: number } {
  const { problem, residual, inverseCurvature, held, active } = work;
  const k = problem.gram.data;
  const atI = i * problem.gram.rows;
  const atJ = j * problem.gram.rows;
  residual[i]! -= stepI * problem.ridge[i]!;
  residual[j]! -= stepJ * problem.ridge[j]!;
  let next = i;
  let bestGain = -1;
  let violation = 0;
  for (let a = 0; a < active.length; a += 1) {
    const row = active[a]!;
    const r = residual[row]! - stepI * k[atI + row]! - stepJ * k[atJ + row]!;
    residual[row] = r;
    const side = held[row]!;
    if (side !== 0 && side * r >= 0) continue;
    const size = Math.abs(r);
    if (size > violation) violation = size;
    const gain = r * r * inverseCurvature[row]!;
    if (gain > bestGain) {
      bestGain = gain;
      next = row;
    }
  }
  return { next, violation };
}

/** Rows pushed against their bound harder than any other row is pulled are unlikely to leave it. */
function setAside(work: Work, violation: number): void {
  const { held, residual } = work;
  work.active = work.active.filter((row) => held[row]! * residual[row]! <= violation);
}

/** All rows in play again, with residuals as the coefficients have them. */
function reviveRows(work: Work): { next: number; violation: number } {
  const everyRow = Int32Array.from(work.beta.keys());
  const inPlay = new Uint8Array(everyRow.length);
  for (const row of work.active) inPlay[row] = 1;
  rebuildResidual(
    work,
    everyRow.filter((row) => inPlay[row] === 0),
  );
  work.active = everyRow;
  return moveRows(work, { i: 0, j: 0, stepI: 0, stepJ: 0 });
}

/** yᵢ − Σⱼ Kᵢⱼ βⱼ − dᵢ βᵢ for the rows named, four coefficients at a time. */
function rebuildResidual({ problem: { gram, signs, ridge }, beta, residual }: Work, rows: Int32Array): void {
  const { columns, data } = gram;
  const support = Int32Array.from(beta.keys()).filter((row) => beta[row] !== 0);
  for (const i of rows) residual[i] = signs[i]! - ridge[i]! * beta[i]!;
  for (let s = 0; s < support.length; s += 4) {
    const four = [0, 1, 2, 3].map((t) => support[s + t] ?? 0) as [number, number, number, number];
    const [a, b, c, d] = four.map((row) => row * columns) as typeof four;
    const [u, v, w, x] = four.map((row, t) => (s + t < support.length ? beta[row]! : 0)) as typeof four;
    for (let at = 0; at < rows.length; at += 1) {
      const i = rows[at]!;
      residual[i]! -= u * data[a + i]! + v * data[b + i]! + w * data[c + i]! + x * data[d + i]!;
    }
  }
}

/**
 * A point for the next problem on the same rows, from the solution of one with other bounds and ridges: its best
 * multiple. The residual follows without a product.
 */
export function continueDual(from: DualProblem, to: DualProblem, { beta, residual }: DualPoint): DualPoint {
  const scores = residual.map((r, i) => from.signs[i]! - r - from.ridge[i]! * beta[i]!);
  const products = scores.map((score, i) => score + to.ridge[i]! * beta[i]!);
  const scale = bestMultiple(to, beta, products);
  const within = (value: number, i: number): number => Math.min(Math.max(value, -to.upper[i]!), to.upper[i]!);
  return {
    beta: beta.map((value, i) => within(value * scale, i)),
    residual: products.map((product, i) => to.signs[i]! - product * scale),
  };
}

/** yᵀβ − ½ βᵀ(K + diag(d))β: what is maximised. At the optimum it equals the primal objective. */
export function dualObjective({ signs }: Pick<DualProblem, "signs">, { beta, residual }: DualPoint): number {
  return beta.reduce((sum, value, i) => sum + (value * (signs[i]! + residual[i]!)) / 2, 0);
}

/**
 * How far the objective may be above its lowest value, as a share of it: (P − D) / P, with P = ½‖w‖² + C Σ lossᵢ of the
 * weights that β stands for, and D the dual objective.
 */
export function dualityGap(problem: Omit<DualProblem, "gram">, point: DualPoint): number {
  const { signs, upper, ridge } = problem;
  let [square, losses] = [0, 0];
  point.beta.forEach((value, i) => {
    const score = signs[i]! - point.residual[i]! - ridge[i]! * value;
    const slack = Math.max(0, 1 - signs[i]! * score);
    square += value * score;
    losses += ridge[i]! > 0 ? slack ** 2 / (2 * ridge[i]!) : upper[i]! * slack;
  });
  const primal = square / 2 + losses;
  return primal > 0 ? (primal - dualObjective(problem, point)) / primal : 0;
}
