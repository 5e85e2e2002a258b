"""Peer of bench/accuracy.ts: scikit-learn's classifiers, tuned by grid search on inner folds, one JSON line per request.

Arguments: a folder with features.f32 and labels.i32, and the number of columns. A request names a classifier and the outer
test rows of each fold; the answer has the prediction of every row by the fold that held it out, and what was chosen.
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
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
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


classifiers = {
    "svm": Kernel(None),
    "svm-rbf": Kernel([0.1, 0.3, 1, 3]),
    "bayes": Plain(GaussianNB, [{"var_smoothing": value} for value in np.logspace(-9, 1, 11)]),
    "lda": Plain(
        lambda shrinkage: LinearDiscriminantAnalysis(solver="eigen", shrinkage=shrinkage),
        [{"shrinkage": value} for value in ("auto", 0.1, 0.3, 0.5, 0.7, 0.9)],
    ),
    "softmax": Plain(lambda C: LogisticRegression(C=C, max_iter=200, tol=1e-3), [{"C": cost} for cost in costs]),
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


def cross_validate(classifier, folds):
    started = time.perf_counter()
    predictions, chosen = np.full(len(labels), -1), []
    every = np.sort(np.concatenate(folds)).astype(int)
    for test in folds:
        train = np.setdiff1d(every, test)
        best = search(classifiers[classifier], train)
        predictions[test] = refit(classifiers[classifier], train, test, best)
        chosen.append(json.loads(best))
    return {"predictions": predictions.tolist(), "chosen": chosen, "seconds": time.perf_counter() - started}


print(json.dumps({"scikit-learn": sklearn.__version__, "numpy": np.__version__}), flush=True)
for line in sys.stdin:
    print(json.dumps(cross_validate(**json.loads(line))), flush=True)
