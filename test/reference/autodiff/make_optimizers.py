"""Writes optimizers.json: five steps of torch.optim on three weights with given gradients, in float64.

Run with PyTorch 2.15: python test/reference/autodiff/make_optimizers.py
"""

import json
import os

import torch

STEPS = 5
START = [1.0, -2.0, 0.5]
RATE, DECAY = 0.05, 0.1


def gradient(step):
    return [0.3 * (step + 1), -1.0 / (step + 1), 1e-6 * (-1) ** step]


def run(make):
    w = torch.tensor(START, dtype=torch.float64, requires_grad=True)
    optimizer = make([w])
    path = []
    for step in range(STEPS):
        w.grad = torch.tensor(gradient(step), dtype=torch.float64)
        optimizer.step()
        path.append(w.detach().tolist())
    return path


result = {
    "torch": torch.__version__,
    "start": START,
    "rate": RATE,
    "weightDecay": DECAY,
    "gradients": [gradient(step) for step in range(STEPS)],
    "paths": {
        "sgd": run(lambda p: torch.optim.SGD(p, lr=RATE, momentum=0.9, weight_decay=DECAY)),
        "nesterov": run(lambda p: torch.optim.SGD(p, lr=RATE, momentum=0.9, weight_decay=DECAY, nesterov=True)),
        "adamW": run(lambda p: torch.optim.AdamW(p, lr=RATE, weight_decay=DECAY)),
    },
}
with open(os.path.join(os.path.dirname(__file__), "optimizers.json"), "w") as file:
    json.dump(result, file, indent=1)
    file.write("\n")
