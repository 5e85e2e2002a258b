"""Linear SVMs on many rows of few, scaled columns, as in libsvm's heart_scale: the lowest objective by liblinear.

Run: python narrow.py > narrow.json
270 rows of 13 columns, every third one -1 or 1, the others in [-1, 1); see test/reference/classifiers/narrow.test.ts,
which draws the same. The objective is 1/2 (|w|^2 + b^2) + C sum of losses.
"""

import json
import os
import sys

import numpy
import sklearn
from sklearn.svm import LinearSVC

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "autodiff"))
from splitmix import uniform  # noqa: E402

ROWS, COLUMNS = 270, 13
x = numpy.asarray(uniform(270, [ROWS, COLUMNS], 1.0), dtype=numpy.float32).astype(float)
x[:, ::3] = numpy.where(x[:, ::3] < 0.2, -1.0, 1.0)
noise = numpy.asarray(uniform(271, [ROWS], 1.5), dtype=numpy.float32).astype(float)
score = x @ numpy.where(numpy.arange(COLUMNS) % 2 == 0, -0.5, 0.75) + noise
signs = numpy.where(score > 0, 1.0, -1.0)

best = {}
for loss in ("hinge", "squared_hinge"):
    for c in (0.1, 1.0, 10.0, 100.0):
        model = LinearSVC(loss=loss, C=c, tol=1e-9, max_iter=3_000_000, dual=True, random_state=0).fit(x, signs)
        w, b = model.coef_[0], model.intercept_[0]
        slack = numpy.maximum(0, 1 - signs * (x @ w + b))
        losses = slack if loss == "hinge" else slack**2
        best[f"{loss.replace('_', '-')} {c:g}"] = float((w @ w + b * b) / 2 + c * losses.sum())
versions = {"scikit-learn": sklearn.__version__, "numpy": numpy.__version__}
json.dump({"versions": versions, "positives": int((signs > 0).sum()), "objectives": best}, sys.stdout, indent=1)
print()
