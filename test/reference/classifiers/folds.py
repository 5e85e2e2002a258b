"""Out-of-fold scores far from the origin, by scikit-learn fitted to each fold's own rows. Run: python folds.py > folds.json

150 rows of 3 classes, 8 columns: all near 1000, deviations from 0.02 to 2, class 2 thrice as wide; rounded to float32 first.
Fold f holds out the rows whose position is f modulo 5. See test/reference/classifiers/folds.test.ts, which draws the same.
"""

import json
import os
import sys

import numpy
import sklearn
from sklearn.covariance import ledoit_wolf_shrinkage
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.linear_model import RidgeClassifier
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import NearestCentroid

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "autodiff"))
from splitmix import uniform  # noqa: E402

ROWS, COLUMNS = 150, 8
noise = numpy.asarray(uniform(51, [ROWS, COLUMNS], 1.0), dtype=numpy.float32).astype(float)
centres = numpy.asarray(uniform(52, [3, COLUMNS], 1.0), dtype=numpy.float32).astype(float)
y = numpy.arange(ROWS) % 3
width = 2.0 * 0.5 ** numpy.arange(COLUMNS)
spread = noise * numpy.where(y == 2, 1.5, 0.5)[:, None] + centres[y]
x = (1000 + spread * width).astype(numpy.float32).astype(float)


def out_of_fold(fit):
    scores = numpy.zeros((ROWS, 3))
    for fold in range(5):
        held = numpy.arange(ROWS) % 5 == fold
        scores[held] = fit(x[~held], y[~held])(x[held])
    return scores.tolist()


def lda(rows, labels):
    means = numpy.stack([rows[labels == k].mean(0) for k in range(3)])
    shrinkage = float(ledoit_wolf_shrinkage(rows - means[labels], assume_centered=True))
    return LinearDiscriminantAnalysis(solver="lsqr", shrinkage=shrinkage).fit(rows, labels).predict_log_proba


def nearest_mean(rows, labels):
    predict = NearestCentroid().fit(rows, labels).predict
    return lambda held: numpy.eye(3)[predict(held)]


numbers = {
    "bayes": out_of_fold(lambda rows, labels: GaussianNB().fit(rows, labels)._joint_log_likelihood),
    "lda": out_of_fold(lda),
    "ridge": out_of_fold(lambda rows, labels: RidgeClassifier(alpha=0.5).fit(rows, labels).decision_function),
    "nearestMean": numpy.argmax(out_of_fold(nearest_mean), 1).tolist(),
}
versions = {"scikit-learn": sklearn.__version__, "numpy": numpy.__version__}
json.dump({"versions": versions, **numbers}, sys.stdout)
print()
