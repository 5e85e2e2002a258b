"""Witness of our safetensors files: the format's own reader (safetensors 0.8.0, numpy 2.4.6).

python check_safetensors.py read FILE   prints names, types, shapes, metadata and float64 sums of FILE as JSON
python check_safetensors.py make FILE   writes the small file that `safetensors-python.test.ts` reads
"""

import json
import sys

import numpy as np
from safetensors import safe_open
from safetensors.numpy import save_file


def read(path):
    with safe_open(path, "np") as file:
        tensors = {name: file.get_tensor(name) for name in sorted(file.keys())}
        metadata = file.metadata()
    described = {
        name: {"dtype": str(value.dtype), "shape": value.shape, "sum": float(value.astype(np.float64).sum())}
        for name, value in tensors.items()
    }
    print(json.dumps({"tensors": described, "metadata": metadata}))


def make(path):
    features = (np.arange(6, dtype=np.float32) / 4).reshape(2, 3)
    save_file({"features": features, "labels": np.array([1, -1], np.int32)}, path, metadata={"classes": '["a", "b"]'})


{"read": read, "make": make}[sys.argv[1]](sys.argv[2])
