"""Reference numbers for src/evaluate, from scikit-learn and SciPy. Run: python metrics.py > metrics.json"""

import json

import numpy as np
import scipy
import sklearn
from scipy.special import softmax
from scipy.stats import binomtest, permutation_test, t
from sklearn.calibration import calibration_curve
from sklearn.metrics import (
    accuracy_score,
    brier_score_loss,
    confusion_matrix,
    f1_score,
    log_loss,
    precision_recall_fscore_support,
    top_k_accuracy_score,
)


def case(name, seed, rows, classes, absent, sharpness):
    """Random logits that favour the truth. Classes in `absent` are never the truth and never predicted."""
    rng = np.random.default_rng(seed)
    present = [k for k in range(classes) if k not in absent]
    labels = rng.choice(present, rows)
    logits = rng.normal(size=(rows, classes)) * sharpness
    logits[np.arange(rows), labels] += sharpness
    logits[:, absent] = -20
    logits = np.round(logits, 4).astype(np.float32)
    probabilities = softmax(logits.astype(np.float64), axis=1)
    predictions = logits.argmax(1)
    right = (predictions == labels).astype(int)
    every = list(range(classes))
    precision, recall, f1, support = precision_recall_fscore_support(
        labels, predictions, labels=every, zero_division=0
    )
    prob_true, prob_pred = calibration_curve(right, probabilities.max(1), n_bins=10)
    return {
        "name": name,
        "labels": labels.tolist(),
        "logits": [[float(f"{z:.4f}") for z in row] for row in logits.tolist()],
        "accuracy": accuracy_score(labels, predictions),
        "macroF1": f1_score(labels, predictions, average="macro", zero_division=0),
        "precision": precision.tolist(),
        "recall": recall.tolist(),
        "f1": f1.tolist(),
        "support": support.tolist(),
        "confusion": confusion_matrix(labels, predictions, labels=every).tolist(),
        "logLoss": log_loss(labels, probabilities, labels=every),
        "brier": brier_score_loss(labels, probabilities, labels=every, scale_by_half=False),
        # scikit-learn refuses two columns here, where the answer is 1 by definition.
        "top2": top_k_accuracy_score(labels, probabilities, k=2, labels=every) if classes > 2 else 1,
        "calibration": {"accuracy": prob_true.tolist(), "confidence": prob_pred.tolist()},
    }


def wilson(hits, rows):
    low, high = binomtest(hits, rows).proportion_ci(0.95, method="wilson")
    return {"hits": hits, "rows": rows, "low": low, "high": high}


def sign_flip(totals):
    """The two-sided paired permutation test over group totals, all 2^G sign patterns."""
    result = permutation_test(
        (np.array(totals),), np.sum, permutation_type="samples", alternative="two-sided", n_resamples=np.inf
    )
    return {"totals": totals, "p": float(result.pvalue)}


print(
    json.dumps(
        {
            "versions": {"sklearn": sklearn.__version__, "scipy": scipy.__version__, "numpy": np.__version__},
            "cases": [
                case("four classes", 1, 80, 4, [], 1.0),
                case("a class that never occurs", 2, 60, 5, [3], 1.5),
                case("two classes", 3, 50, 2, [], 0.8),
            ],
            "wilson": [wilson(h, n) for h, n in [(0, 10), (10, 10), (7, 10), (885, 1000), (1, 3)]],
            "studentT": [{"degrees": d, "value": float(t.ppf(0.975, d))} for d in [1, 2, 3, 5, 8, 20, 100]],
            "mcnemar": [
                {"b": b, "c": c, "p": float(binomtest(min(b, c), b + c).pvalue)}
                for b, c in [(10, 2), (5, 5), (31, 14), (1, 0), (60, 35)]
            ],
            "signFlip": [sign_flip(x) for x in [[3, 1, -1, 2, 1, -2, 1], [1, 1, 1, 4, -1], [2, -2, 1, -1]]],
        }
    )
)
