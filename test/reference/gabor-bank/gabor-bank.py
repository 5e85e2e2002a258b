"""The gabor-bank formula in PyTorch float64, written from the docstring of src/backbones/gabor-bank.ts.

Run here with Python 3: writes gabor-bank.json (kernel values and the averaged features of one computed picture).
"""
import json
import sys
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F

torch.set_default_dtype(torch.float64)
K, SCALES, GRID = 8, 4, 4


def kernels():
    ys, xs = np.mgrid[-4:5, -4:5].astype(float)
    even, odd = [], []
    for k in range(K):
        t = np.pi * k / K
        u, v = xs * np.cos(t) + ys * np.sin(t), -xs * np.sin(t) + ys * np.cos(t)
        w = np.exp(-(u**2 + (0.6 * v) ** 2) / (2 * 2.2**2))
        w /= w.sum()
        wave = np.cos(2 * np.pi * u / 4.5)
        even.append(w * (wave - (w * wave).sum()))
        odd.append(w * np.sin(2 * np.pi * u / 4.5))
    return np.array(even), np.array(odd)


def amplitude(image):
    n, c, h, w = image.shape
    even, odd = (torch.tensor(kernel)[:, None] for kernel in kernels())
    flat = image.reshape(n * c, 1, h, w)
    energy = F.conv2d(flat, even, padding=4) ** 2 + F.conv2d(flat, odd, padding=4) ** 2
    return torch.sqrt(energy + 1e-6).reshape(n, c * K, h, w)


def features(x):
    average = lambda a: F.adaptive_avg_pool2d(a, GRID)
    peak = lambda a: F.adaptive_max_pool2d(a, GRID)
    r, g, b = x[:, 0], x[:, 1], x[:, 2]
    opponent = torch.stack([(r + g + b) / 3, (r - g) / 2, (r + g) / 4 - b / 2], 1)
    image, first = opponent, []
    for _ in range(SCALES):
        first.append(amplitude(image))
        image = F.avg_pool2d(image, 2)
    second = []
    for s in range(SCALES - 1):
        a = first[s][:, :K]
        for _ in range(SCALES - 1 - s):
            a = F.avg_pool2d(a, 2)
            second.append(average(amplitude(a)))
    small = F.avg_pool2d(x, 2)
    centres = torch.arange(4)[None, :, None, None] / 3
    hats = [F.relu(1 - 3 * (small[:, c : c + 1] - centres).abs()) for c in range(3)]
    joint = torch.einsum("nahw,nbhw,nchw->nabchw", *hats).flatten(1, 3)
    mean = average(opponent)
    deviation = torch.sqrt(F.relu(average(opponent**2) - mean**2) + 1e-6)
    root = lambda maps: torch.sqrt(torch.cat(maps, 1))
    parts = [root([average(a) for a in first]), root(second), root([average(joint)]), mean, deviation]
    parts += [root([peak(a) for a in first]), root([peak(joint)])]
    return torch.cat(parts, 1)


def picture():
    """Colours and waves by formula, so that the test can make the same one."""
    c, y, x = np.mgrid[0:3, 0:128, 0:128].astype(float)
    wave = np.sin(x * (0.05 + 0.004 * y) + c) * np.cos(0.3 * y - 0.1 * x * (c + 1))
    return (0.5 + 0.5 * wave).astype(np.float32)


if __name__ == "__main__":
    even, odd = kernels()
    out = features(torch.tensor(picture().astype(np.float64))[None])[0]
    record = {
        "versions": {"python": sys.version.split()[0], "torch": torch.__version__, "numpy": np.__version__},
        "even": [float(f"{v:.9g}") for v in even[3].ravel()],
        "odd": [float(f"{v:.9g}") for v in odd[3].ravel()],
        "average": [float(f"{v:.8g}") for v in out.mean((1, 2))],
        "lastCell": [float(f"{v:.8g}") for v in out[:, 3, 2]],
    }
    Path(__file__).with_suffix(".json").write_text(json.dumps(record) + "\n")
