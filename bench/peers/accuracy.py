"""Peer of bench/accuracy.ts: scikit-learn's classifiers, tuned by grid search on inner folds, one JSON line per request.

Arguments: a folder with features.f32 and labels.i32, and the number of columns. A request names a classifier and the rows of
an outer fold; the answer has the predictions of its test rows, and what inner folds chose.
The scaling is a step of the pipeline and part of every grid: none, StandardScaler, Normalizer (L2). An SVM is given the
products of the scaled rows, computed once for all C (and the squared distances, for all gamma): the same numbers as on the
rows themselves, a tenth of the time.
"""

import json
import os
import sys
import time
import warnings

import numpy as np
import sklearn
from sklearn.discriminant_analysis import _class_cov
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold
from sklearn.naive_bayes import GaussianNB
from sklearn.preprocessing import FunctionTransformer, Normalizer, StandardScaler
from sklearn.svm import SVC

warnings.filterwarnings("ignore")  # of logistic regressions that stop before the last digit
folder, columns = sys.argv[1], int(sys.argv[2])
labels = np.fromfile(os.path.join(folder, "labels.i32"), dtype=np.int32)
features = np.fromfile(os.path.join(folder, "features.f32"), dtype=np.float32).reshape(-1, columns).astype(np.float64)

scalings = {"none": FunctionTransformer, "standard": StandardScaler, "l2": Normalizer}
costs = [0.01, 0.1, 1, 10, 100]


class Plain:
    """Any estimator over a grid, on the rows themselves."""

    def __init__(self, make, grid):
        self.make, self.grid = make, grid

    def fit_predict(self, train, labels_of_train, test):
        for parameters in self.grid:
            yield parameters, self.make(**parameters).fit(train, labels_of_train).predict(test)


class Kernel:
    """SVC over C, and over gamma as multiples of 1 / (columns x variance), which is scikit-learn's "scale"."""

    def __init__(self, multiples):
        self.multiples = multiples

    def fit_predict(self, train, labels_of_train, test):
        gram, cross = train @ train.T, test @ train.T
        if self.multiples is None:
            yield from self.over_costs({}, gram, labels_of_train, cross)
            return
        square, other = np.einsum("ij,ij->i", train, train), np.einsum("ij,ij->i", test, test)
        inner = square[:, None] + square[None, :] - 2 * gram
        outer = other[:, None] + square[None, :] - 2 * cross
        scale = 1 / (train.shape[1] * train.var())
        for multiple in self.multiples:
            gamma = multiple * scale
            yield from self.over_costs({"gamma": multiple}, np.exp(-gamma * inner), labels_of_train, np.exp(-gamma * outer))

    @staticmethod
    def over_costs(chosen, gram, labels_of_train, cross):
        for cost in costs:
            model = SVC(C=cost, kernel="precomputed").fit(gram, labels_of_train)
            yield {**chosen, "C": cost}, model.predict(cross)


class Discriminant:
    """LinearDiscriminantAnalysis(solver="lsqr"), whose least squares are solved as the equations that they are, ten times faster."""

    def fit_predict(self, train, labels_of_train, test):
        for shrinkage in ("auto", 0.1, 0.3, 0.5, 0.7, 0.9):
            priors = np.bincount(labels_of_train) / len(labels_of_train)
            means = np.stack([train[labels_of_train == k].mean(axis=0) for k in range(len(priors))])
            covariance = _class_cov(train, labels_of_train, priors, shrinkage)
            weights = np.linalg.solve(covariance, means.T).T
            offsets = -0.5 * np.einsum("kj,kj->k", means, weights) + np.log(priors)
            yield {"shrinkage": shrinkage}, np.argmax(test @ weights.T + offsets, axis=1)


classifiers = {
    "svm": Kernel(None),
    "svm-rbf": Kernel([0.1, 0.3, 1]),
    "bayes": Plain(GaussianNB, [{"var_smoothing": value} for value in np.logspace(-9, 1, 11)]),
    "lda": Discriminant(),
    "softmax": Plain(lambda C: LogisticRegression(C=C, max_iter=100, tol=1e-3), [{"C": cost} for cost in costs]),
}


def search(classifier, train):
    """Accuracy of every candidate summed over five inner folds; the best, of equals the first."""
    right = {}
    folds = StratifiedKFold(5, shuffle=True, random_state=1)
    for name, scaling in scalings.items():
        for fit, held in folds.split(features[train], labels[train]):
            scaler = scaling().fit(features[train][fit])
            rows, others = scaler.transform(features[train][fit]), scaler.transform(features[train][held])
            for chosen, predicted in classifier.fit_predict(rows, labels[train][fit], others):
                key = json.dumps({"scaling": name, **chosen})
                right[key] = right.get(key, 0) + int((predicted == labels[train][held]).sum())
    return max(right, key=right.get)


def refit(classifier, train, test, best):
    scaler = scalings[json.loads(best)["scaling"]]().fit(features[train])
    rows, others = scaler.transform(features[train]), scaler.transform(features[test])
    for chosen, predicted in classifier.fit_predict(rows, labels[train], others):
        if json.dumps({"scaling": json.loads(best)["scaling"], **chosen}) == best:
            return predicted
    raise AssertionError(best)


def one_fold(classifier, train, test):
    started = time.perf_counter()
    train, test = np.array(train), np.array(test)
    best = search(classifiers[classifier], train)
    predictions = refit(classifiers[classifier], train, test, best)
    return {"predictions": predictions.tolist(), "chosen": json.loads(best), "seconds": time.perf_counter() - started}


print(json.dumps({"scikit-learn": sklearn.__version__, "numpy": np.__version__}), flush=True)
for line in sys.stdin:
    print(json.dumps(one_fold(**json.loads(line))), flush=True)
