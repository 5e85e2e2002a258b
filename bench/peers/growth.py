"""Peer of bench/growth.ts: one tuned fit of scikit-learn's counterpart of a recipe, one JSON line.

Arguments: a folder with peer.features.f32, peer.labels.i32 and peer.test.i32, the number of columns, the recipe, and its
transforms with commas between. Two jobs, five inner folds, the recipe's own candidates.
"""

import json
import os
import resource
import sys
import time
import warnings

import numpy as np
import sklearn
from joblib.externals.loky import get_reusable_executor
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV, StratifiedKFold
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.svm import SVC, LinearSVC

warnings.filterwarnings("ignore")
folder, columns, recipe, transforms = sys.argv[1], int(sys.argv[2]), sys.argv[3], sys.argv[4]


def read(name, kind):
    return np.fromfile(os.path.join(folder, "peer." + name), dtype=kind)


x, y, test = read("features.f32", np.float32).reshape(-1, columns), read("labels.i32", np.int32), read("test.i32", np.int32)
train = np.setdiff1d(np.arange(len(y)), test)
start = time.perf_counter()
for transform in transforms.split(","):
    if transform == "signed-sqrt":
        x = np.sign(x) * np.sqrt(np.abs(x))
    elif transform == "l2":
        x = x / np.maximum(np.linalg.norm(x, axis=1, keepdims=True), 1e-12)
    elif transform == "standardise":
        x = (x - x[train].mean(0)) / np.maximum(x[train].std(0), 1e-12)
models = {
    "svm": (LinearSVC(), {"C": [0.1, 0.3, 1, 3, 10, 30]}),
    "softmax": (LogisticRegression(max_iter=1000), {"C": [1, 3, 10, 30, 100]}),
    "lda": (LinearDiscriminantAnalysis(solver="lsqr"), {"shrinkage": [0.9, 0.7, 0.5, "auto", 0.3, 0.1]}),
    "bayes": (GaussianNB(), {"var_smoothing": [1e-9]}),
    "knn": (KNeighborsClassifier(), {"n_neighbors": [25, 15, 9, 5, 3, 1], "weights": ["uniform", "distance"]}),
    "svm-rbf": (SVC(gamma="scale"), {"C": [1, 3, 10, 30]}),
}
model, grid = models[recipe]
if recipe == "svm-rbf":
    scale = 1 / x[train].var(0).sum()
    grid = {**grid, "gamma": [0.3 * scale, scale]}
search = GridSearchCV(model, grid, cv=StratifiedKFold(5, shuffle=True, random_state=1), n_jobs=2)
search.fit(x[train], y[train])
accuracy = float((search.predict(x[test]) == y[test]).mean())
seconds = time.perf_counter() - start
get_reusable_executor().shutdown(wait=True)
cpu = sum(part.ru_utime + part.ru_stime for part in map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)))
versions = {"scikit-learn": sklearn.__version__, "numpy": np.__version__}
print(json.dumps({"seconds": seconds, "cpu": cpu, "accuracy": accuracy, "chosen": search.best_params_, **versions}))
