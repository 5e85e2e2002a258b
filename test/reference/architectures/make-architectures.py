"""Outputs of torchvision's networks for weights and a picture that a formula gives; both sides can compute them.
And of every network the names and shapes of its tensors, as one digest.

EfficientNet-Lite, which torchvision has not, is that of the package efficientnet-lite-pytorch 0.1.0, at its own size.

Run: python make-architectures.py > architectures.json
"""

import hashlib
import json
from collections import OrderedDict

import numpy as np
import torch
import torchvision
from torch import nn
from efficientnet_lite_pytorch import EfficientNet

SIZE = 64


def fnv1a(text):
    value = 0x811C9DC5
    for character in text:
        value = ((value ^ ord(character)) * 0x01000193) & 0xFFFFFFFF
    return value


def noise(name, count):
    """Uniform in [-0.5, 0.5): a 32-bit mix of place and name."""
    x = np.arange(count, dtype=np.uint32) + np.uint32(fnv1a(name))
    x ^= x >> np.uint32(16)
    x *= np.uint32(0x7FEB352D)
    x ^= x >> np.uint32(15)
    x *= np.uint32(0x846CA68B)
    x ^= x >> np.uint32(16)
    return x.astype(np.float64) / 4294967296.0 - 0.5


def fill(name, shape):
    u = noise(name, int(np.prod(shape)))
    if len(shape) > 1:
        u = u * np.sqrt(24.0 / np.prod(shape[1:]))
    elif name.endswith("running_var") or (name.endswith("weight")):
        u = 1 + 0.4 * u
    else:
        u = 0.2 * u
    return torch.from_numpy(u.astype(np.float32).reshape(shape))


def unit(inputs, channels, kernel, stride=1):
    return [nn.Conv2d(inputs, channels, kernel, stride, kernel // 2, bias=False), nn.BatchNorm2d(channels), nn.ReLU()]


def mini(layers, width, classes=1000, hidden=1024):
    head = nn.Sequential(nn.Linear(width, hidden, bias=False), nn.BatchNorm1d(hidden), nn.ReLU(), nn.Dropout(0.3),
                         nn.Linear(hidden, classes))
    pooled = [nn.AdaptiveAvgPool2d(1), nn.Flatten()]
    return nn.Sequential(OrderedDict(features=nn.Sequential(*layers), pooled=nn.Sequential(*pooled), head=head))


def alexnet_mini():
    pool = nn.MaxPool2d(3, 2, 1)
    return mini([*unit(3, 64, 7, 2), pool, *unit(64, 192, 5), pool, *unit(192, 384, 3), *unit(384, 256, 3),
                 *unit(256, 256, 3), pool], 256)


def vgg_mini():
    layers, inputs = [], 3
    for block, (channels, count) in enumerate([(32, 1), (64, 2), (128, 2), (256, 2), (320, 2)]):
        layers += [nn.MaxPool2d(2)] if block > 0 else []
        for _ in range(count):
            layers += unit(inputs, channels, 3)
            inputs = channels
    return mini(layers, 320)


def load(name):
    options = {"aux_logits": False, "init_weights": False} if name == "googlenet" else {}
    return filled(getattr(torchvision.models, name)(weights=None, **options))


def filled(model):
    state = {k: fill(k, list(v.shape)) for k, v in model.state_dict().items() if v.dim() > 0}
    model.load_state_dict(state, strict=False)
    return model.eval()


def describe(values):
    values = values.flatten().double()
    return {"count": values.numel(), "mean": values.mean().item(), "min": values.min().item(),
            "max": values.max().item(), "first": values[:6].tolist(), "last": values[-6:].tolist()}


def picture_of(size):
    return torch.from_numpy((noise("picture", 3 * size * size) * 4).astype(np.float32).reshape(1, 3, size, size))


picture = picture_of(SIZE)
results = {}
with torch.no_grad():
    # fully connected layers over a 6x6 or 7x7 map do not fit this size: the trunk stands for the network
    for name in ["alexnet", "vgg11", "vgg16", "vgg13_bn", "vgg19_bn"]:
        results[name] = {"layer": "pool5", **describe(load(name).features(picture))}
    for name in ["resnet18", "resnet34", "resnet50", "resnext50_32x4d", "squeezenet1_0", "squeezenet1_1", "googlenet",
                 "mobilenet_v2", "mobilenet_v3_large", "mobilenet_v3_small", "efficientnet_b0", "efficientnet_b1",
                 "efficientnet_b2"]:
        results[name] = {"layer": "logits", **describe(load(name)(picture))}
    for name, size in [("lite0", 224), ("lite1", 240), ("lite2", 260)]:
        model = filled(EfficientNet.from_name(f"efficientnet-{name}"))
        results[f"efficientnet_{name}"] = {"layer": "logits", "size": size, **describe(model(picture_of(size)))}
    for name, build in [("alexnet-mini", alexnet_mini), ("vgg-mini", vgg_mini)]:
        results[name] = {"layer": "logits", **describe(filled(build())(picture))}


def digest(name):
    options = {"aux_logits": False, "init_weights": False} if name == "googlenet" else {}
    state = getattr(torchvision.models, name)(weights=None, **options).state_dict()
    lines = sorted(f"{k} {','.join(map(str, v.shape))}" for k, v in state.items() if v.dim() > 0)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


names = ["alexnet", "vgg11", "vgg11_bn", "vgg13", "vgg13_bn", "vgg16", "vgg16_bn", "vgg19", "vgg19_bn", "resnet18",
         "resnet34", "resnet50", "resnet101", "resnet152", "wide_resnet50_2", "wide_resnet101_2", "resnext50_32x4d",
         "resnext101_32x8d", "squeezenet1_0", "squeezenet1_1", "googlenet", "mobilenet_v2", "mobilenet_v3_large",
         "mobilenet_v3_small", "efficientnet_b0", "efficientnet_b1", "efficientnet_b2", "efficientnet_b3", "efficientnet_b4"]
print(json.dumps({"torch": torch.__version__.split("+")[0], "torchvision": torchvision.__version__.split("+")[0],
                  "size": SIZE, "tensors": {name: digest(name) for name in names}, "networks": results}, indent=1))
