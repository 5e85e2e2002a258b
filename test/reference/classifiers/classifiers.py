"""Reference numbers for src/classifiers. Run: python classifiers.py > classifiers.json

Written with the versions that stand in the output. Two data sets of 40 rows and 3 classes: `tall` (6 columns, fewer
than rows) and `wide` (70 columns, more than rows). Binary problems are class 0 against the rest.
"""

import json
import sys

import numpy as np
import scipy
import sklearn
from scipy.optimize import minimize_scalar
from scipy.special import logsumexp
from sklearn.covariance import ledoit_wolf_shrinkage
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.linear_model import LogisticRegression, RidgeClassifier
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier, NearestCentroid
from sklearn.svm import SVC, LinearSVC


def make(columns, seed):
    rng = np.random.default_rng(seed)
    y = np.array([0] * 16 + [1] * 14 + [2] * 10)
    centres = rng.normal(size=(3, columns)) * 3.0 / np.sqrt(columns)
    x = (centres[y] + rng.normal(size=(40, columns))) / np.sqrt(columns)
    return np.round(x, 4).astype(np.float32).astype(np.float64), y


def linear_svm(x, y, loss, c, class_weight=None):
    model = LinearSVC(loss=loss, C=c, class_weight=class_weight, tol=1e-10, max_iter=10_000_000, dual=True, random_state=0)
    model.fit(x, y)
    f = model.decision_function(x)
    if f.ndim == 1:
        return {"decision": f.tolist()}
    signs = np.where(np.arange(3)[None] == y[:, None], 1.0, -1.0)
    slack = np.maximum(0, 1 - signs * f)
    losses = slack if loss == "hinge" else slack**2
    objective = 0.5 * ((model.coef_**2).sum(1) + model.intercept_**2) + c * losses.sum(0)
    return {"decision": f.tolist(), "objective": objective.tolist()}


def kernel_svm(x, y):
    gamma = 1 / x.var(axis=0).sum()
    sign = np.where(y == 0, 1, -1)
    model = SVC(C=3, gamma=gamma, tol=1e-10).fit(x, sign)
    beta = np.zeros(len(x))
    beta[model.support_] = model.dual_coef_[0]
    kernel = np.exp(-gamma * ((x[:, None] - x[None]) ** 2).sum(-1))
    return {
        "gamma": gamma,
        "intercept": float(model.intercept_[0]),
        "objective": float(np.abs(beta).sum() - 0.5 * beta @ kernel @ beta),
        "decision": model.decision_function(x).tolist(),
    }


def bayes(x, y):
    model = GaussianNB().fit(x, y)
    return {
        "mean": model.theta_.tolist(),
        "variance": model.var_.tolist(),
        "jointLogLikelihood": model._joint_log_likelihood(x).tolist(),
    }


def discriminant(x, y):
    means = np.stack([x[y == k].mean(0) for k in range(3)])
    model = LinearDiscriminantAnalysis(solver="lsqr", shrinkage=0.3).fit(x, y)
    auto = float(ledoit_wolf_shrinkage(x - means[y], assume_centered=True))
    with_auto = LinearDiscriminantAnalysis(solver="lsqr", shrinkage=auto).fit(x, y)
    return {
        "logProbability": model.predict_log_proba(x).tolist(),
        "autoShrinkage": auto,
        "autoLogProbability": with_auto.predict_log_proba(x).tolist(),
    }


def softmax(x, y):
    model = LogisticRegression(C=2.0, tol=1e-10, max_iter=100_000).fit(x, y)
    log_p = model.predict_log_proba(x)
    objective = 0.5 * (model.coef_**2).sum() - 2.0 * log_p[np.arange(len(y)), y].sum()
    return {"logProbability": log_p.tolist(), "objective": float(objective)}


def temperature(x, y):
    logits = RidgeClassifier(alpha=2.0).fit(x[::2], y[::2]).decision_function(x)
    n, k = logits.shape
    targets = np.full((n, k), 1 / (n + 1) / k)
    targets[np.arange(n), y] += 1 - 1 / (n + 1)

    def loss(log_t):
        z = logits / np.exp(log_t)
        return -(targets * (z - logsumexp(z, axis=1, keepdims=True))).sum()

    best = minimize_scalar(loss, bounds=(-8, 8), method="bounded", options={"xatol": 1e-12})
    return {"logits": logits.tolist(), "temperature": float(np.exp(best.x))}


def numbers(columns, seed):
    x, y = make(columns, seed)
    return {
        "features": x.tolist(),
        "labels": y.tolist(),
        "svmHinge": linear_svm(x, y, "hinge", 2.0),
        "svmSquaredHinge": linear_svm(x, y, "squared_hinge", 0.5),
        "svmBalancedBinary": linear_svm(x, np.where(y == 0, 1, 0), "squared_hinge", 0.5, "balanced"),
        "kernelSvmBinary": kernel_svm(x, y),
        "bayes": bayes(x, y),
        "lda": discriminant(x, y),
        "softmax": softmax(x, y),
        "ridge": RidgeClassifier(alpha=2.0).fit(x, y).decision_function(x).tolist(),
        "nearestMean": NearestCentroid().fit(x, y).predict(x).tolist(),
        "neighbours": KNeighborsClassifier(5).fit(x, y).predict_proba(x).tolist(),
        "temperature": temperature(x, y),
    }


def rounded(value):
    if isinstance(value, float):
        return float(f"{value:.10g}")
    if isinstance(value, list):
        return [rounded(item) for item in value]
    return {key: rounded(item) for key, item in value.items()} if isinstance(value, dict) else value


json.dump(
    {
        "versions": {"python": sys.version.split()[0], "scikit-learn": sklearn.__version__, "scipy": scipy.__version__, "numpy": np.__version__},
        "tall": rounded(numbers(6, 1)),
        "wide": rounded(numbers(70, 2)),
    },
    sys.stdout,
)
