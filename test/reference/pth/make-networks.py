"""torchvision's AlexNet and VGG-16 with random weights, as PyTorch writes them, and what PyTorch says they give.

Run in this folder: python make-networks.py            narrow copies, a 64th of the width, kept beside this file
                    python make-networks.py FOLDER     at full size: 233 and 528 MiB in each format, never committed
"""

import json
import os
import sys

import numpy as np
import torch
import torchvision

SIZE = 224
FORMATS = {"zip": {}, "legacy": {"_use_new_zipfile_serialization": False}}


def fnv1a(text):
    value = 0x811C9DC5
    for character in text:
        value = ((value ^ ord(character)) * 0x01000193) & 0xFFFFFFFF
    return value


def noise(name, count):
    """Uniform in [-0.5, 0.5): a 32-bit mix of place and name; the same in make-architectures.py and noise.ts."""
    x = np.arange(count, dtype=np.uint32) + np.uint32(fnv1a(name))
    x ^= x >> np.uint32(16)
    x *= np.uint32(0x7FEB352D)
    x ^= x >> np.uint32(15)
    x *= np.uint32(0x846CA68B)
    x ^= x >> np.uint32(16)
    return x.astype(np.float64) / 4294967296.0 - 0.5


def narrow(model, width, classes):
    """The same modules under the same names, with every inner channel count scaled."""
    scaled = lambda count: max(1, round(count * width))
    last = [name for name, _ in model.named_modules()][-1]
    for name, module in list(model.named_modules()):
        parent = model.get_submodule(name.rpartition(".")[0])
        key = name.rpartition(".")[2]
        if isinstance(module, torch.nn.Conv2d):
            depth = 3 if module.in_channels == 3 else scaled(module.in_channels)
            parent[int(key)] = torch.nn.Conv2d(depth, scaled(module.out_channels), module.kernel_size, module.stride,
                                               module.padding)
        if isinstance(module, torch.nn.Linear):
            side = 36 if module.in_features == 9216 else 49 if module.in_features == 25088 else 1
            parent[int(key)] = torch.nn.Linear(scaled(module.in_features // side) * side,
                                               classes if name == last else scaled(module.out_features))
    return model


def draw(model, seed):
    """He-normal weights and small biases, so that values neither vanish nor explode on the way."""
    torch.manual_seed(seed)
    for parameter in model.parameters():
        if parameter.dim() > 1:
            torch.nn.init.kaiming_normal_(parameter)
        else:
            torch.nn.init.normal_(parameter, std=0.1)
    return model.eval()


folder = sys.argv[1] if len(sys.argv) > 1 else "."
is_full = len(sys.argv) > 1
picture = torch.from_numpy((noise("picture", 3 * SIZE * SIZE) * 4).astype(np.float32).reshape(1, 3, SIZE, SIZE))
results = {}
for name in ["alexnet", "vgg16"]:
    model = getattr(torchvision.models, name)(weights=None)
    model = draw(model if is_full else narrow(model, 1 / 64, 10), seed=5)
    for format, options in FORMATS.items():
        torch.save(model.state_dict(), os.path.join(folder, f"{name}.{format}.pth"), **options)
    with torch.no_grad():
        pool5 = model.features(picture).flatten()
        logits = model(picture).flatten()
    results[name] = {"logits": [float(f"{value:.8g}") for value in logits.tolist()],
                     "pool5": {"count": pool5.numel(), "mean": pool5.double().mean().item(),
                               "max": pool5.max().item()}}
with open(os.path.join(folder, "networks.json"), "w") as file:
    json.dump({"torch": torch.__version__.split("+")[0], "torchvision": torchvision.__version__.split("+")[0],
               "size": SIZE, "networks": results}, file, indent=1)
    file.write("\n")
