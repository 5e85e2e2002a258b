"""Losses, optimisers and learning-rate schedules in float64 PyTorch: test/autodiff/losses.test.ts, optimizers.test.ts
and src/training/schedule.test.ts.

Run: python make_training.py > training.json
"""

import json
import sys
import warnings

import numpy
import torch
import torch.nn.functional as F
from splitmix import uniform

ROWS, CLASSES = 7, 5
WEIGHTS = [0.5, 1.0, 2.0, 1.5, 0.25]


def drawn(seed, shape, limit):
    return torch.from_numpy(uniform(seed, shape, limit))


def hard_labels():
    """Row 3 has none: it fills a batch."""
    return torch.tensor([-1 if row == 3 else (2 * row) % CLASSES for row in range(ROWS)])


def distribution():
    return F.softmax(drawn(2, [ROWS, CLASSES], 3.0), 1)


def cross_entropy(z, smoothing=0.0, weights=None):
    weight = None if weights is None else torch.tensor(weights, dtype=torch.float64)
    return F.cross_entropy(z, hard_labels(), weight, ignore_index=-1, label_smoothing=smoothing)


def soft(z, temperature=1.0, smoothing=0.0):
    """Hinton's loss up to the entropy of the targets, which does not move with z."""
    return temperature**2 * F.cross_entropy(z / temperature, distribution(), label_smoothing=smoothing)


LOSSES = {
    "plain": lambda z: cross_entropy(z),
    "smoothed": lambda z: cross_entropy(z, smoothing=0.125),
    "weighted": lambda z: cross_entropy(z, weights=WEIGHTS),
    "smoothed and weighted": lambda z: cross_entropy(z, 0.25, WEIGHTS),
    "soft": lambda z: soft(z),
    "soft, smoothed": lambda z: soft(z, smoothing=0.125),
    "soft, temperature 2": lambda z: soft(z, 2.0),
}


def loss_of(function):
    z = drawn(1, [ROWS, CLASSES], 4.0).requires_grad_()
    loss = function(z)
    (gradient,) = torch.autograd.grad(loss, z)
    return {"loss": loss.item(), "gradient": gradient.flatten().tolist()}


HINTS = 3


def distilled(z, hint):
    """Half cross-entropy, half Hinton's loss at temperature 2 (less the entropy of its targets), three times smooth L1."""
    teacher = F.softmax(drawn(4, [ROWS, CLASSES], 3.0), 1)
    features = drawn(5, [ROWS, HINTS], 2.0)
    soft_part = 4 * F.cross_entropy(z / 2, teacher)
    return 0.5 * cross_entropy(z) + 0.5 * soft_part + 3 * F.smooth_l1_loss(hint, features)


def several_outputs():
    """The loss by two outputs of one network; some hints lie within 1 of their feature and some do not."""
    z, hint = (drawn(1, [ROWS, CLASSES], 4.0).requires_grad_(), drawn(3, [ROWS, HINTS], 2.0).requires_grad_())
    loss = distilled(z, hint)
    gradients = torch.autograd.grad(loss, [z, hint])
    return {"loss": loss.item(), "gradients": [gradient.flatten().tolist() for gradient in gradients]}


STEPS, INPUTS = 6, 4
SGD, ADAMW = torch.optim.SGD, torch.optim.AdamW
OPTIMIZERS = {
    "sgd": (SGD, {"momentum": 0.0, "weight_decay": 0.0}, None),
    "sgd, decay": (SGD, {"momentum": 0.0, "weight_decay": 0.125}, None),
    "momentum": (SGD, {"momentum": 0.875, "weight_decay": 0.0}, None),
    "momentum, decay": (SGD, {"momentum": 0.875, "weight_decay": 0.125}, None),
    "nesterov, decay": (SGD, {"momentum": 0.875, "weight_decay": 0.125, "nesterov": True}, None),
    "adamw": (ADAMW, {"betas": (0.875, 0.96875), "eps": 1e-8, "weight_decay": 0.125}, None),
    "adamw, no decay": (ADAMW, {"betas": (0.875, 0.96875), "eps": 1e-8, "weight_decay": 0.0}, None),
    "momentum, clipped": (SGD, {"momentum": 0.875, "weight_decay": 0.125}, 0.5),
    "adamw, clipped": (ADAMW, {"betas": (0.875, 0.96875), "eps": 1e-8, "weight_decay": 0.125}, 0.5),
}


def optimize(kind, settings, clip):
    """Six steps of logits = x W' + b, the bias at half the rate and without decay; rates 0.25, 0.125, 0.0625, ..."""
    w = drawn(11, [CLASSES, INPUTS], 1.0).requires_grad_()
    b = drawn(12, [CLASSES], 0.5).requires_grad_()
    groups = [{"params": [w]}, {"params": [b], "weight_decay": 0.0}]
    optimizer = kind(groups, lr=0.1, **settings)
    x = drawn(13, [STEPS, ROWS, INPUTS], 2.0)
    losses, norms = [], []
    for step in range(STEPS):
        for group, factor in zip(optimizer.param_groups, (1.0, 0.5)):
            group["lr"] = factor * 0.25 * 0.5**step
        labels = torch.tensor([(step + 2 * row) % CLASSES for row in range(ROWS)])
        loss = F.cross_entropy(x[step] @ w.T + b, labels)
        optimizer.zero_grad()
        loss.backward()
        if clip is not None:
            norms.append(torch.nn.utils.clip_grad_norm_([w, b], clip).item())
        optimizer.step()
        losses.append(loss.item())
    values = {"w": w.detach().flatten().tolist(), "b": b.detach().tolist()}
    return {"losses": losses, **values, **({"norms": norms} if norms else {})}


def averaged(decay=0.25):
    """The moving average of w and b over six Nesterov steps at one rate: d = min(decay, (1 + t) / (10 + t))."""
    w = torch.nn.Parameter(drawn(11, [CLASSES, INPUTS], 1.0))
    b = torch.nn.Parameter(drawn(12, [CLASSES], 0.5))
    model = torch.nn.ParameterList([w, b])
    average = torch.optim.swa_utils.AveragedModel(model, avg_fn=moved_by(decay))
    average.n_averaged += 1  # else the first update is a copy
    optimizer = SGD(model.parameters(), lr=0.25, momentum=0.875, nesterov=True)
    x = drawn(13, [STEPS, ROWS, INPUTS], 2.0)
    for step in range(STEPS):
        labels = torch.tensor([(step + 2 * row) % CLASSES for row in range(ROWS)])
        optimizer.zero_grad()
        F.cross_entropy(x[step] @ w.T + b, labels).backward()
        optimizer.step()
        average.update_parameters(model)
    return {name: p.detach().flatten().tolist() for name, p in zip("wb", average.module.parameters())}


def moved_by(decay):
    def move(before, now, count):
        t = float(count)
        d = min(decay, (1 + t) / (10 + t))
        return before + (1 - d) * (now - before)

    return move


def rates_of(schedule, optimizer, steps):
    rates = []
    for _ in range(steps):
        rates.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        schedule.step()
    return rates


def one_cycle(steps=40, rising=12):
    """PyTorch lets the rise end at step pct_start * total_steps - 1."""
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=1.0)
    rise = {"total_steps": steps + 1, "pct_start": (rising + 1) / (steps + 1)}
    settings = {"max_lr": 1.0, "cycle_momentum": False, **rise}
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, anneal_strategy="cos", **settings)
    return rates_of(schedule, optimizer, steps + 1)


def warm_up_cosine(steps=40, warm=4):
    """A straight line from (all but) 0, then half a cosine to 0.01."""
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=1.0)
    rise = torch.optim.lr_scheduler.LinearLR(optimizer, start_factor=1e-9, total_iters=warm)
    fall = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=steps - warm, eta_min=0.01)
    schedule = torch.optim.lr_scheduler.SequentialLR(optimizer, [rise, fall], [warm])
    return rates_of(schedule, optimizer, steps + 1)


def main():
    torch.set_num_threads(1)
    torch.set_default_dtype(torch.float64)
    warnings.filterwarnings("ignore")
    losses = {name: loss_of(function) for name, function in LOSSES.items()}
    optimizers = {name: optimize(*given) for name, given in OPTIMIZERS.items()}
    further = {"severalOutputs": several_outputs(), "averaged": averaged()}
    schedules = {"oneCycle": one_cycle(), "warmUpCosine": warm_up_cosine()}
    versions = {"python": sys.version.split()[0], "torch": torch.__version__, "numpy": numpy.__version__}
    told = {"versions": versions, "losses": losses, "optimizers": optimizers, "schedules": schedules, **further}
    json.dump(told, sys.stdout, separators=(",", ":"))


main()
