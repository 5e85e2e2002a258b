"""Reference numbers for src/classifiers/network/mlp.ts: mlp.test.ts beside this file. Run: python mlp.py > mlp.json

steps: twenty full-batch steps of 6 - 8 - 3 layers in float64 PyTorch, from seeded weights, on seeded rows.
rings: the accuracy of scikit-learn's MLPClassifier on two classes that no linear function tells apart.
"""

import json
import sys
from pathlib import Path

import numpy
import sklearn
import torch
import torch.nn.functional as F
from sklearn.neural_network import MLPClassifier
from sklearn.preprocessing import StandardScaler

sys.path.append(str(Path(__file__).parent.parent / "autodiff"))
from splitmix import uniform  # noqa: E402

ROWS, SIZES = 24, [6, 8, 3]


def steps():
    """Rate 0.02 throughout, weight decay 0.25 on all parameters, as AdamW does by default."""
    parameters = []
    for i, (inputs, outputs) in enumerate(zip(SIZES, SIZES[1:])):
        for j, shape in enumerate(([outputs, inputs], [outputs])):
            parameters.append(torch.from_numpy(uniform(10 * i + j + 1, shape, 0.5)).requires_grad_())
    w1, b1, w2, b2 = parameters
    optimizer = torch.optim.AdamW(parameters, lr=0.02, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.25)
    x = torch.from_numpy(uniform(31, [ROWS, SIZES[0]], 2.0))
    y = torch.tensor([row % SIZES[-1] for row in range(ROWS)])
    losses = []
    for _ in range(20):
        loss = F.cross_entropy(F.relu(x @ w1.T + b1) @ w2.T + b2, y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return {"losses": losses, "parameters": [p.detach().flatten().tolist() for p in parameters]}


def ring_rows(seed, rows):
    """Radius 1 or 2 by turns, spread by a fifth either way, in the first two of six columns; noise in the others."""
    draws = uniform(seed, [rows, 6], 1.0)
    y = numpy.arange(rows) % 2
    radius, angle = 1 + y + 0.4 * draws[:, 0], numpy.pi * draws[:, 1]
    x = draws.copy()
    x[:, 0], x[:, 1] = radius * numpy.cos(angle), radius * numpy.sin(angle)
    return x, y


def rings():
    (x, y), (held, truth) = ring_rows(41, 240), ring_rows(42, 400)
    scaler = StandardScaler().fit(x)
    accuracies = []
    for state in range(5):
        settings = {"hidden_layer_sizes": (64,), "max_iter": 2000, "random_state": state}
        model = MLPClassifier(**settings).fit(scaler.transform(x), y)
        accuracies.append(model.score(scaler.transform(held), truth))
    return {"accuracies": accuracies}


torch.set_num_threads(1)
VERSIONS = {
    "python": sys.version.split()[0],
    "torch": torch.__version__,
    "numpy": numpy.__version__,
    "scikit-learn": sklearn.__version__,
}
json.dump({"versions": VERSIONS, "steps": steps(), "rings": rings()}, sys.stdout, separators=(",", ":"))
