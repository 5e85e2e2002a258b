"""Witness of src/evaluate/resampled-test.ts and src/base/incomplete-beta.ts. SciPy 1.17.1, NumPy.

python test/reference/evaluate/resampled.py prints the numbers that the tests hold.
"""

import numpy as np
from scipy import special, stats

K = 5
print([float(special.gammaln(x)) for x in (0.1, 0.5, 1, 3.7, 50.25, 1000)])
BETAS = [(0.3, 2, 3), (0.9, 0.5, 0.5), (0.01, 7, 0.5), (0.5, 200, 210), (0.999, 30, 0.5)]
print([float(special.betainc(a, b, x)) for x, a, b in BETAS])
TAILS = [(0.5, 1), (2.776, 4), (6.6, 4), (3.5, 14), (1.96, 1000), (12, 9)]
print([float(2 * stats.t.sf(t, n)) for t, n in TAILS])


def decide(centre, variance, degrees, rounds):
    error = np.sqrt((1 / (rounds * K) + 1 / (K - 1)) * variance)
    half = stats.t.ppf(0.975, degrees) * error
    return 2 * stats.t.sf(abs(centre / error), degrees), centre - half, centre + half


a = np.array([0.8, 0.85, 0.7, 0.75, 0.9, 0.8, 0.7, 0.8, 0.85, 0.8])
b = np.array([0.7, 0.8, 0.7, 0.7, 0.8, 0.75, 0.6, 0.75, 0.8, 0.75])
d = a - b
print(d.mean(), decide(d.mean(), d.var(ddof=1), len(d) - 1, rounds=2))

rows = np.arange(40)
photos = (rows < 32).astype(int) - ((rows >= 6) & (rows < 34)).astype(int)
padded = np.concatenate([photos, [1, -1]])
centre = padded.mean()
variance = K * ((padded - centre) ** 2).sum() / len(padded) ** 2
print(photos.mean(), decide(centre, variance, len(padded) - 1, rounds=1))
