/**
 * P(X ≤ k) for X from the binomial distribution of `trials` with chance `chance`, summed from the first term on in logarithms,
 * so that many trials do not underflow. In [0, 1]. Witness: SciPy's `binom.cdf`.
 */
export function binomialTail(k: number, trials: number, chance: number): number {
  if (k >= trials || chance <= 0) return 1;
  if (k < 0 || chance >= 1) return 0;
  const odds = Math.log(chance) - Math.log1p(-chance);
  const terms = [trials * Math.log1p(-chance)];
  for (let i = 0; i < k; i += 1) terms.push(terms[i]! + Math.log((trials - i) / (i + 1)) + odds);
  const most = terms.reduce((a, b) => Math.max(a, b), -Infinity);
  const sum = terms.reduce((total, term) => total + Math.exp(term - most), 0);
  return Math.min(1, Math.exp(most) * sum);
}

/**
 * The largest chance of an error that `errors` of `trials` still allow with confidence `assurance`: the p with
 * P(X ≤ errors) = 1 − assurance. 1 without a trial or where all went wrong.
 * Source: Clopper & Pearson, Biometrika 26 (1934). Witness: SciPy's `beta.ppf(assurance, errors + 1, trials - errors)`.
 */
export function clopperPearsonUpper(errors: number, trials: number, assurance: number): number {
  if (errors >= trials) return 1;
  let [low, high] = [errors / trials, 1];
  while (high - low > 1e-15 * high) {
    const middle = (low + high) / 2;
    if (middle === low || middle === high) break;
    if (binomialTail(errors, trials, middle) > 1 - assurance) low = middle;
    else high = middle;
  }
  return high;
}

/** Trials that `errors` errors need before their Clopper-Pearson bound is at most `promise`: 149 for none, 2 % and 95 %. */
export function trialsNeeded(errors: number, promise: number, assurance: number): number {
  const isEnough = (trials: number): boolean => binomialTail(errors, trials, promise) <= 1 - assurance;
  let [low, high] = [errors, errors + 1];
  while (!isEnough(high)) [low, high] = [high, high * 2];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (isEnough(middle)) high = middle;
    else low = middle;
  }
  return high;
}
