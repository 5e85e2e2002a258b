"""Reference numbers for src/adapt, from scikit-learn, SciPy and NumPy. Run: python shift.py > shift.json

Rows come from the same `noise` as in ../noise.ts, so that they need not be committed.
"""

import json
import sys

import numpy as np
import scipy
import sklearn
from scipy.stats import chi2_contingency
from sklearn.linear_model import Ridge
from sklearn.metrics import roc_auc_score
from sklearn.metrics.pairwise import rbf_kernel
from sklearn.preprocessing import StandardScaler


def noise(name, count):
    seed = 0x811C9DC5
    for unit in name:
        seed = ((seed ^ ord(unit)) * 0x01000193) & 0xFFFFFFFF
    x = (np.arange(count, dtype=np.uint64) + seed) & 0xFFFFFFFF
    x = ((x ^ (x >> 16)) * 0x7FEB352D) & 0xFFFFFFFF
    x = ((x ^ (x >> 15)) * 0x846CA68B) & 0xFFFFFFFF
    return (((x ^ (x >> 16)) & 0xFFFFFFFF) / 4294967296 - 0.5).astype(np.float32).astype(np.float64)


def two_samples(known, arrived, columns, shift):
    x = noise("known", known * columns).reshape(known, columns)
    y = noise("arrived", arrived * columns).reshape(arrived, columns)
    y[:, 0] = (y[:, 0].astype(np.float32) + np.float32(shift)).astype(np.float64)
    pooled = StandardScaler().fit_transform(np.vstack([x, y]))
    member = np.r_[np.zeros(known), np.ones(arrived)]
    target = member - member.mean()
    gram = pooled @ pooled.T / columns
    alpha = 3 * np.trace(gram) / len(gram) * columns
    scores = np.empty(len(pooled))
    for i in range(len(pooled)):
        rest = np.arange(len(pooled)) != i
        fitted = Ridge(alpha=alpha, fit_intercept=False).fit(pooled[rest], target[rest])
        scores[i] = fitted.predict(pooled[i : i + 1])[0]
    squared = ((pooled[:, None] - pooled[None]) ** 2).sum(2) / columns
    above = np.sort(squared[np.triu_indices(len(pooled), 1)])
    median = above[(len(above) - 1) // 2]
    kernel = rbf_kernel(pooled / np.sqrt(columns), gamma=1 / median)
    np.fill_diagonal(kernel, 0)
    k, a = kernel[:known, :known], kernel[known:, known:]
    mmd = k.sum() / (known * (known - 1)) + a.sum() / (arrived * (arrived - 1))
    mmd -= 2 * kernel[:known, known:].mean()
    return {
        "known": known,
        "arrived": arrived,
        "columns": columns,
        "shift": shift,
        "auc": roc_auc_score(member, scores),
        "accuracy": ((scores[:known] <= 0).mean() + (scores[known:] > 0).mean()) / 2,
        "scores": np.round(scores[known:], 9).tolist(),
        "mmd": mmd,
        "bandwidth": float(np.sqrt(median)),
    }


def mixes():
    confusion = np.array([[80, 15, 5], [10, 85, 5], [4, 6, 90]])
    called = np.array([120, 60, 20])
    chances = confusion / confusion.sum(1, keepdims=True)
    solved = np.linalg.solve(chances.T, called / called.sum())
    raw = noise("probabilities", 120).reshape(40, 3) * 6
    probabilities = np.exp(raw) / np.exp(raw).sum(1, keepdims=True)
    probabilities = probabilities.astype(np.float32).astype(np.float64)
    trained = np.array([0.5, 0.3, 0.2])
    mix = trained.copy()
    for _ in range(100_000):
        turned = probabilities * (mix / trained)
        mix = (turned / turned.sum(1, keepdims=True)).mean(0)
    known, arrived = [40, 30, 0, 30], [10, 25, 0, 5]
    table = np.array([known, arrived])[:, [0, 1, 3]]
    return {
        "confusion": confusion.tolist(),
        "called": called.tolist(),
        "blackBox": solved.tolist(),
        "trained": trained.tolist(),
        "expected": mix.tolist(),
        "corrected": (probabilities[0] * mix / trained / (probabilities[0] * mix / trained).sum()).tolist(),
        "counts": [known, arrived],
        "chiSquared": chi2_contingency(table, correction=False).statistic,
        "chiSquaredP": chi2_contingency(table, correction=False).pvalue,
    }


def doubts():
    rows, classes = 60, 3
    labels = np.arange(rows) % classes
    raw = noise("doubts", rows * classes).reshape(rows, classes) * 4
    raw[np.arange(rows), labels] += 1.5
    p = np.exp(raw) / np.exp(raw).sum(1, keepdims=True)
    p = p.astype(np.float32).astype(np.float64)
    threshold = np.array([p[labels == k, k].mean() for k in range(classes)])
    joint = np.zeros((classes, classes))
    suspicious = []
    for i in range(rows):
        above = [k for k in range(classes) if p[i, k] >= threshold[k]]
        believed = max(above, key=lambda k: p[i, k]) if above else -1
        if believed >= 0:
            joint[labels[i], believed] += 1
        if believed not in (-1, labels[i]) and p[i].argmax() != labels[i]:
            suspicious.append(i)
    counts = np.bincount(labels)
    calibrated = joint / joint.sum(1, keepdims=True) * counts[:, None]
    other = p.copy()
    other[np.arange(rows), labels] = -1
    margin = p[np.arange(rows), labels] - other.max(1)
    return {
        "rows": rows,
        "classes": classes,
        "order": np.argsort(margin, kind="stable").tolist(),
        "suspicious": suspicious,
        "expectedWrong": calibrated.sum() - np.trace(calibrated),
    }


json.dump(
    {
        "versions": {
            "python": sys.version.split()[0],
            "scikit-learn": sklearn.__version__,
            "scipy": scipy.__version__,
            "numpy": np.__version__,
        },
        "samples": [two_samples(30, 20, 8, 0.3), two_samples(16, 24, 60, 0.0)],
        "mixes": mixes(),
        "doubts": doubts(),
    },
    sys.stdout,
    indent=1,
)
