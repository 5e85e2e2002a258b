"""Greedy selection with replacement in NumPy, for src/classifiers/blend/greedy-weights.test.ts. Run: python make.py > weights.json"""

import json

import numpy as np

PICKS = 24


def greedy(probabilities, labels):
    at_label = probabilities[:, np.arange(len(labels)), labels]
    bag, best, best_loss = [], None, np.inf
    for _ in range(PICKS):
        losses = [-np.log(np.maximum(1e-9, at_label[bag + [m]].mean(axis=0))).mean() for m in range(len(at_label))]
        bag.append(int(np.argmin(losses)))
        if min(losses) < best_loss - 1e-9:
            best_loss, best = min(losses), np.bincount(bag, minlength=len(at_label)) / len(bag)
    return best.tolist(), best_loss


random = np.random.default_rng(7)
labels = random.integers(0, 3, 40)
logits = random.normal(size=(5, 40, 3)) + np.array([1.5, 1.2, 0.8, 0.0, 1.2])[:, None, None] * np.eye(3)[labels]
logits = np.round(logits, 3).astype(np.float32)
exps = np.exp(logits - logits.max(axis=2, keepdims=True))
weights, loss = greedy(exps / exps.sum(axis=2, keepdims=True), labels)
print(json.dumps({"numpy": np.__version__, "labels": labels.tolist(), "logits": np.round(logits.astype(float), 3).tolist(), "weights": weights, "loss": float(loss)}))
