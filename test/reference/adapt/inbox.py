"""Writes inbox.json: what SciPy, scikit-learn and NumPy say where src/adapt sorts an inbox.

python test/reference/adapt/inbox.py
"""

import json
import platform
import sys
from pathlib import Path

import numpy as np
import scipy
import sklearn
from scipy.stats import beta, binom
from sklearn.cluster import KMeans
from sklearn.linear_model import Ridge
from sklearn.neighbors import NearestNeighbors

rng = np.random.default_rng(15)
rows = rng.normal(size=(40, 6)).round(3)
labels = rng.integers(0, 3, 40)
targets = np.eye(3)[labels]
weights = rng.uniform(0.1, 1, 40).round(3)
fresh = (rng.normal(size=(12, 6)) + 0.5).round(3)


def unit(x):
    return x / np.linalg.norm(x, axis=1, keepdims=True)


def graph(x, k):
    """Dense: the same graph as neighbourGraph, divided by the roots of the degrees on either side."""
    distances, indices = NearestNeighbors(n_neighbors=k + 1).fit(x).kneighbors(x)
    distances, indices = distances[:, 1:] ** 2, indices[:, 1:]
    scales = np.sqrt(distances[:, -1])
    joined = np.zeros((len(x), len(x)))
    for i in range(len(x)):
        joined[i, indices[i]] = np.exp(-2 * distances[i] / (scales[i] * scales[indices[i]]))
    joined = (joined + joined.T) / 2
    roots = np.sqrt(joined.sum(axis=1))
    return joined / roots[:, None] / roots[None]


given = np.where(np.arange(40) < 9, labels, -1)
seeds = np.zeros((40, 3))
for row in range(9):
    seeds[row, labels[row]] = 1 / (labels[:9] == labels[row]).sum()
spread = np.linalg.solve(np.eye(40) - 0.9 * graph(rows, 5), 0.1 * seeds)

near = NearestNeighbors(n_neighbors=6).fit(unit(rows))
own = near.kneighbors(unit(rows))[0][:, 5]
others = near.kneighbors(unit(fresh), n_neighbors=5)[0][:, 4]

start = rows[:4]
grouped = KMeans(4, init=start, n_init=1, max_iter=100, tol=0, algorithm="lloyd").fit(rows)
soft = Ridge(alpha=0.3).fit(rows, targets, sample_weight=weights)

cases = [(0, 149, 0.95), (0, 148, 0.95), (1, 236, 0.95), (3, 500, 0.95), (7, 40, 0.9), (40, 5000, 0.99), (0, 1, 0.95)]
written = {
    "versions": {
        "python": platform.python_version(),
        "numpy": np.__version__,
        "scipy": scipy.__version__,
        "scikit-learn": sklearn.__version__,
    },
    "upper": [[k, n, a, beta.ppf(a, k + 1, n - k)] for k, n, a in cases],
    "tail": [[k, n, p, binom.cdf(k, n, p)] for k, n, p in [(0, 149, 0.02), (3, 50, 0.1), (40, 5000, 0.01), (5, 5, 0.3)]],
    "rows": rows.tolist(),
    "fresh": fresh.tolist(),
    "targets": targets.tolist(),
    "ridge": (Ridge(alpha=3).fit(rows, targets).predict(rows) - targets.mean(axis=0)).tolist(),
    "weights": weights.tolist(),
    "soft": {"coefficients": soft.coef_.tolist(), "intercept": soft.intercept_.tolist()},
    "ownTypicality": [(own >= value).sum() / 40 for value in own],
    "freshTypicality": [(1 + (own >= value).sum()) / 41 for value in others],
    "groups": grouped.labels_.tolist(),
    "inertia": grouped.inertia_,
    "given": given.tolist(),
    "spread": (spread / spread.sum(axis=1, keepdims=True)).tolist(),
}
json.dump(written, Path(__file__).with_name("inbox.json").open("w"), indent=1)
sys.stdout.write("written\n")
