"""Peer of bench/svm.ts: nested cross-validation of scikit-learn's SVC over C, one JSON line per request.

Arguments: a folder with features.f32 and labels.i32, and the number of columns.
"""

import json
import os
import sys
import time

import numpy as np
import sklearn
from sklearn.model_selection import GridSearchCV, StratifiedKFold
from sklearn.svm import SVC

folder, columns = sys.argv[1], int(sys.argv[2])
labels = np.fromfile(os.path.join(folder, "labels.i32"), dtype=np.int32)
features = np.fromfile(os.path.join(folder, "features.f32"), dtype=np.float32).reshape(-1, columns)
cores = os.cpu_count()


def peak_megabytes():
    """Largest resident memory of this process and its helpers, added up (Linux)."""
    parents, peaks = {}, {}
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{pid}/status") as file:
                status = dict(line.split(":", 1) for line in file)
        except OSError:  # it has ended meanwhile
            continue
        parents[int(pid)] = int(status["PPid"])
        peaks[int(pid)] = int(status.get("VmHWM", "0 kB").split()[0]) / 1024
    family = {os.getpid()}
    while True:
        more = {pid for pid, parent in parents.items() if parent in family} - family
        if not more:
            return sum(peaks[pid] for pid in family)
        family |= more


def cross_validate(kernel, costs, folds):
    start = time.perf_counter()
    gram = features @ features.T if kernel == "precomputed" else None
    right = 0
    for test in folds:
        train = np.setdiff1d(np.arange(len(labels)), test)
        inner = StratifiedKFold(5, shuffle=True, random_state=1)
        search = GridSearchCV(SVC(kernel=kernel), {"C": costs}, cv=inner, n_jobs=cores)
        if gram is None:
            search.fit(features[train], labels[train])
            predicted = search.predict(features[test])
        else:
            search.fit(gram[np.ix_(train, train)], labels[train])
            predicted = search.predict(gram[np.ix_(test, train)])
        right += int((predicted == labels[test]).sum())
    seconds = time.perf_counter() - start
    return {"seconds": seconds, "accuracy": right / len(labels), "peakMegabytes": peak_megabytes()}


print(json.dumps({"scikit-learn": sklearn.__version__, "numpy": np.__version__, "jobs": cores}), flush=True)
for line in sys.stdin:
    print(json.dumps(cross_validate(**json.loads(line))), flush=True)
