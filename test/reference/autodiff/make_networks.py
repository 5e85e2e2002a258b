"""Five training steps of whole networks at reduced width, in float64 PyTorch: test/autodiff/networks.test.ts.

Run: python make_networks.py > networks.json
Each network is a list of layers (data, read by both languages). Per tensor: the norm of its update after steps 1 and 5
and up to 64 entries of it.
"""

import json
import sys

import numpy
import torch
import torch.nn.functional as F
from samples import sample
from splitmix import dropout_mask, uniform

BATCH, CLASSES, STEPS = 4, 5, 5
RATE, MOMENTUM, DECAY = 0.01, 0.9, 5e-4


class Layers(list):
    """Appends layers and returns their names."""

    def add(self, op, inputs, **settings):
        name = f"{op}{len(self)}"
        self.append({"op": op, "name": name, "inputs": inputs, **settings})
        return name

    def conv(self, x, shape, stride=1, pad=0, groups=1, bias=True):
        return self.add("conv", [x], weight=shape, stride=stride, pad=pad, groups=groups, bias=bias)

    def conv_relu(self, x, shape, **settings):
        return self.add("relu", [self.conv(x, shape, **settings)])

    def conv_norm(self, x, shape, activation="relu", **settings):
        x = self.add("norm", [self.conv(x, shape, bias=False, **settings)], channels=shape[0])
        return self.add(activation, [x]) if activation else x

    def pool(self, x, kernel=3, stride=2, pad=0, ceil=False):
        return self.add("maxpool", [x], kernel=kernel, stride=stride, pad=pad, ceil=ceil)

    def linear(self, x, shape):
        return self.add("linear", [x], weight=shape)


def alexnet():
    n = Layers()
    x = n.pool(n.conv_relu("x", [8, 3, 11, 11], stride=4, pad=2))
    x = n.pool(n.conv_relu(x, [24, 8, 5, 5], pad=2))
    x = n.conv_relu(x, [40, 24, 3, 3], pad=1)
    x = n.conv_relu(x, [32, 40, 3, 3], pad=1)
    x = n.pool(n.conv_relu(x, [32, 32, 3, 3], pad=1))
    x = n.add("dropout", [n.add("flatten", [x])], ratio=0.5)
    x = n.add("relu", [n.linear(x, [32, 128])])
    x = n.add("relu", [n.linear(n.add("dropout", [x], ratio=0.5), [32, 32])])
    n.linear(x, [CLASSES, 32])
    return {"name": "AlexNet", "size": 95, "layers": n}


def vgg11():
    n, x, channels = Layers(), "x", 3
    for width in [8, "M", 16, "M", 32, 32, "M", 48, 48, "M", 48, 48, "M"]:
        if width == "M":
            x = n.pool(x, kernel=2)
        else:
            x, channels = n.conv_relu(x, [width, channels, 3, 3], pad=1), width
    x = n.add("relu", [n.linear(n.add("flatten", [x]), [32, 48])])
    n.linear(x, [CLASSES, 32])
    return {"name": "VGG-11", "size": 32, "layers": n}


def resnet():
    n = Layers()
    x = n.pool(n.conv_norm("x", [8, 3, 7, 7], stride=2, pad=3), pad=1)
    channels = 8
    for width, stride in [(8, 1), (16, 2), (24, 2)]:
        y = n.conv_norm(x, [width, channels, 3, 3], stride=stride, pad=1)
        y = n.conv_norm(y, [width, width, 3, 3], pad=1, activation=None)
        if stride != 1 or width != channels:
            x = n.conv_norm(x, [width, channels, 1, 1], stride=stride, activation=None)
        x, channels = n.add("relu", [n.add("add", [x, y])]), width
    n.linear(n.add("flatten", [n.add("avgpool", [x])]), [CLASSES, channels])
    return {"name": "ResNet", "size": 33, "layers": n}


def mobilenet():
    n = Layers()
    x = n.conv_norm("x", [8, 3, 3, 3], stride=2, pad=1, activation="relu6")
    channels = 8
    for expand, width, stride in [(1, 8, 1), (4, 12, 2), (4, 12, 1), (4, 16, 2)]:
        y, hidden = x, channels * expand
        if expand > 1:
            y = n.conv_norm(y, [hidden, channels, 1, 1], activation="relu6")
        y = n.conv_norm(y, [hidden, 1, 3, 3], stride=stride, pad=1, groups=hidden, activation="relu6")
        y = n.conv_norm(y, [width, hidden, 1, 1], activation=None)
        x = n.add("add", [x, y]) if stride == 1 and width == channels else y
        channels = width
    x = n.conv_norm(x, [32, channels, 1, 1], activation="relu6")
    n.linear(n.add("flatten", [n.add("avgpool", [x])]), [CLASSES, 32])
    return {"name": "MobileNetV2", "size": 32, "layers": n}


def squeezenet():
    n = Layers()
    x = n.pool(n.conv_relu("x", [16, 3, 3, 3], stride=2), ceil=True)
    channels = 16
    for squeeze, expand in [(4, 16), (4, 16), (8, 24)]:
        s = n.conv_relu(x, [squeeze, channels, 1, 1])
        parts = [n.conv_relu(s, [expand, squeeze, 1, 1]), n.conv_relu(s, [expand, squeeze, 3, 3], pad=1)]
        x, channels = n.add("concat", parts), 2 * expand
    x = n.pool(x, ceil=True)
    n.add("flatten", [n.add("avgpool", [n.conv_relu(x, [CLASSES, channels, 1, 1])])])
    return {"name": "SqueezeNet", "size": 40, "layers": n}


def googlenet():
    n = Layers()
    x = n.pool(n.conv_relu("x", [8, 3, 7, 7], stride=2, pad=3), ceil=True)
    x = n.add("lrn", [x], size=5, alpha=1e-2, beta=0.75, k=1)
    x = n.conv_relu(n.conv_relu(x, [8, 8, 1, 1]), [24, 8, 3, 3], pad=1)
    x = n.pool(n.add("lrn", [x], size=5, alpha=1e-2, beta=0.75, k=1), ceil=True)
    channels = 24
    for a, b1, b2, c1, c2, d in [(8, 8, 16, 4, 8, 8), (8, 12, 16, 4, 8, 8)]:
        parts = [
            n.conv_relu(x, [a, channels, 1, 1]),
            n.conv_relu(n.conv_relu(x, [b1, channels, 1, 1]), [b2, b1, 3, 3], pad=1),
            n.conv_relu(n.conv_relu(x, [c1, channels, 1, 1]), [c2, c1, 5, 5], pad=2),
            n.conv_relu(n.pool(x, stride=1, pad=1), [d, channels, 1, 1]),
        ]
        x, channels = n.add("concat", parts), a + b2 + c2 + d
    x = n.add("dropout", [n.add("flatten", [n.add("avgpool", [x])])], ratio=0.4)
    n.linear(x, [CLASSES, channels])
    return {"name": "GoogLeNet", "size": 47, "layers": n}


def parameters_of(layers):
    """Names and starting values, in order; tensor i is drawn from seed 1000 + i."""
    tensors, statistics = {}, {}

    def draw(name, shape, limit, offset=0.0):
        tensors[name] = uniform(1000 + len(tensors), shape, limit) + offset

    for layer in layers:
        name = layer["name"]
        if "weight" in layer:
            shape = layer["weight"]
            draw(f"{name}.weight", shape, (6 / numpy.prod(shape[1:])) ** 0.5)
            if layer.get("bias", True):
                draw(f"{name}.bias", shape[:1], 0.1)
        if layer["op"] == "norm":
            draw(f"{name}.weight", [layer["channels"]], 0.0, 1.0)
            draw(f"{name}.bias", [layer["channels"]], 0.1)
            statistics[f"{name}.mean"] = numpy.zeros(layer["channels"])
            statistics[f"{name}.variance"] = numpy.ones(layer["channels"])
    return tensors, statistics


def forward(layers, x, w, statistics, step_seed):
    values, dropouts = {"x": x}, 0
    for layer in layers:
        name, op = layer["name"], layer["op"]
        inputs = [values[i] for i in layer["inputs"]]
        h = inputs[0]
        if op == "conv":
            h = F.conv2d(h, w[f"{name}.weight"], w.get(f"{name}.bias"), layer["stride"], layer["pad"], 1, layer["groups"])
        elif op == "norm":
            running = [statistics[f"{name}.mean"], statistics[f"{name}.variance"]]
            h = F.batch_norm(h, *running, w[f"{name}.weight"], w[f"{name}.bias"], training=True, momentum=0.1)
        elif op == "relu":
            h = F.relu(h)
        elif op == "relu6":
            h = F.relu6(h)
        elif op == "maxpool":
            h = F.max_pool2d(h, layer["kernel"], layer["stride"], layer["pad"], ceil_mode=layer["ceil"])
        elif op == "avgpool":
            h = h.mean((2, 3), keepdim=True)
        elif op == "lrn":
            h = F.local_response_norm(h, layer["size"], layer["alpha"], layer["beta"], layer["k"])
        elif op == "flatten":
            h = h.flatten(1)
        elif op == "linear":
            h = F.linear(h, w[f"{name}.weight"], w[f"{name}.bias"])
        elif op == "add":
            h = inputs[0] + inputs[1]
        elif op == "concat":
            h = torch.cat(inputs, 1)
        elif op == "dropout":
            h = h * torch.from_numpy(dropout_mask(step_seed, dropouts, tuple(h.shape), layer["ratio"]))
            dropouts += 1
        values[name] = h
    return h


def train(network):
    layers, size = network["layers"], network["size"]
    start, start_statistics = parameters_of(layers)
    w = {name: torch.nn.Parameter(torch.from_numpy(value.copy())) for name, value in start.items()}
    statistics = {name: torch.from_numpy(value.copy()) for name, value in start_statistics.items()}
    optimizer = torch.optim.SGD(w.values(), lr=RATE, momentum=MOMENTUM, weight_decay=DECAY)
    data = uniform(7, [STEPS, BATCH, 3, size, size], 1.5)
    losses, updates = [], {}
    for step in range(STEPS):
        labels = torch.tensor([(step + 2 * row) % CLASSES for row in range(BATCH)])
        logits = forward(layers, torch.from_numpy(data[step]), w, statistics, 500 + step)
        loss = F.cross_entropy(logits, labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
        if step + 1 in (1, STEPS):
            now = {name: value.detach().numpy() for name, value in {**w, **statistics}.items()}
            before = {**start, **start_statistics}
            updates[step + 1] = {name: sample(value - before[name]) for name, value in now.items()}
    return {**network, "losses": losses, "updates": updates}


def main():
    torch.set_num_threads(1)
    networks = [train(make()) for make in (alexnet, vgg11, resnet, mobilenet, squeezenet, googlenet)]
    settings = {"batch": BATCH, "classes": CLASSES, "rate": RATE, "momentum": MOMENTUM, "weightDecay": DECAY}
    versions = {"python": sys.version.split()[0], "torch": torch.__version__, "numpy": numpy.__version__}
    json.dump({"versions": versions, **settings, "networks": networks}, sys.stdout, separators=(",", ":"))


main()
