"""Peer of bench/train-steps.ts: training steps of PyTorch, one JSON line per request.

A request: {"network", "scope", "batchNorm", "optimizer", "format", "batch", "steps"};
the answer: {"secondsEach", "loss"}.
`scope` is what is trained: {"frozen": how many modules of `features` are frozen, "cached": whether their values are
given} or all of it where `frozen` is 0. Examples are random, made before the clock starts; a warm-up step is not timed.
"""

import os

import torch
import torchvision
from timed_steps import answer
from torch import nn

torch.set_num_threads(os.cpu_count())
CLASSES = 5


def build(name):
    torch.manual_seed(1)
    model = getattr(torchvision.models, name)(weights=None, num_classes=CLASSES)
    if name == "alexnet":
        return model.features, nn.Sequential(model.avgpool, nn.Flatten(), model.classifier)
    return model.features, nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten(), model.classifier[1])


def prepare(network, scope, batchNorm, optimizer, format, batch):
    features, head = build(network)
    frozen, trained = features[: scope["frozen"]].eval(), nn.Sequential(*features[scope["frozen"] :], head).train()
    for parameter in frozen.parameters():
        parameter.requires_grad_(False)
    if batchNorm == "frozen":
        for module in trained.modules():
            if isinstance(module, nn.BatchNorm2d):
                module.eval()
    layout = torch.channels_last if format == "channels_last" else torch.contiguous_format
    frozen, trained = frozen.to(memory_format=layout), trained.to(memory_format=layout)
    example = torch.randn(batch, 3, 224, 224).to(memory_format=layout)
    if scope["cached"]:
        with torch.inference_mode():
            example = frozen(example)
            if scope["pooled"]:
                example = nn.AdaptiveAvgPool2d(1)(example)
        example, frozen = example.clone(), nn.Identity()
    labels = torch.arange(batch) % CLASSES
    parameters = list(trained.parameters())
    clips = optimizer == "adamw"
    if clips:
        optimizer = torch.optim.AdamW(parameters, lr=1e-3, weight_decay=0.01, fused=True)
    else:
        optimizer = torch.optim.SGD(parameters, lr=1e-3, momentum=0.9, fused=True)
    loss_of = nn.CrossEntropyLoss()

    def step():
        optimizer.zero_grad(set_to_none=True)
        with torch.no_grad():
            values = frozen(example)
        loss = loss_of(trained(values), labels)
        loss.backward()
        if clips:
            nn.utils.clip_grad_norm_(parameters, 5)
        optimizer.step()
        return loss.item()

    step()
    return step


versions = {"torch": torch.__version__, "torchvision": torchvision.__version__, "threads": torch.get_num_threads()}
answer(versions, prepare)
