"""Peer of bench/pretrain.ts: pretraining steps of PyTorch, one JSON line per request.

A request: {"network", "precision", "size", "batch", "classes", "steps"}; the answer: {"secondsEach", "loss"}.
Both networks as the product has them, channels_last, SGD with Nesterov's momentum; bfloat16 is autocast's, so weights,
normalisation's statistics and loss stay float32. Examples are random, made before the clock starts; two warm-up steps
are not timed.
"""

import json
import os
import sys
import time

import torch
from torch import nn

torch.set_num_threads(os.cpu_count())
live = {}


def block(inputs, outputs, kernel, stride=1):
    convolution = nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, bias=False)
    return [convolution, nn.BatchNorm2d(outputs), nn.ReLU(inplace=True)]


def alexnet_trunk():
    def pool():
        return nn.MaxPool2d(3, 2, 1)

    first = [*block(3, 64, 7, 2), pool(), *block(64, 192, 5), pool()]
    return [*first, *block(192, 384, 3), *block(384, 256, 3), *block(256, 256, 3), pool()], 256


def vgg_trunk():
    layers, inputs = [], 3
    for stack, (outputs, count) in enumerate([(32, 1), (64, 2), (128, 2), (256, 2), (320, 2)]):
        layers += [nn.MaxPool2d(2)] if stack > 0 else []
        for _ in range(count):
            layers += block(inputs, outputs, 3)
            inputs = outputs
    return layers, inputs


def build(network, classes):
    torch.manual_seed(1)
    trunk, width = {"alexnet-mini": alexnet_trunk, "vgg-mini": vgg_trunk}[network]()
    head = [nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(width, 1024, bias=False), nn.BatchNorm1d(1024)]
    return nn.Sequential(*trunk, *head, nn.ReLU(inplace=True), nn.Dropout(0.3), nn.Linear(1024, classes))


def prepare(network, precision, size, batch, classes):
    model = build(network, classes).to(memory_format=torch.channels_last).train()
    optimizer = torch.optim.SGD(model.parameters(), 1e-3, momentum=0.9, nesterov=True, weight_decay=5e-4, fused=True)
    examples = torch.randn(batch, 3, size, size).contiguous(memory_format=torch.channels_last)
    labels = torch.arange(batch) % classes

    def step():
        optimizer.zero_grad(set_to_none=True)
        with torch.autocast("cpu", torch.bfloat16, enabled=precision == "bfloat16"):
            logits = model(examples)
        loss = nn.functional.cross_entropy(logits.float(), labels)
        loss.backward()
        optimizer.step()
        return loss.item()

    step()
    step()
    return step


def run(steps, **setting):
    key = json.dumps(setting)
    if key not in live:
        if len(live) == 2:
            live.clear()
        live[key] = prepare(**setting)
    start = time.perf_counter()
    losses = [live[key]() for _ in range(steps)]
    return {"secondsEach": (time.perf_counter() - start) / steps, "loss": losses[-1]}


threads, capability = torch.get_num_threads(), torch.backends.cpu.get_cpu_capability()
print(json.dumps({"torch": torch.__version__, "threads": threads, "capability": capability}), flush=True)
for line in sys.stdin:
    print(json.dumps(run(**json.loads(line))), flush=True)
