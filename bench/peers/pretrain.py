"""Peer of bench/pretrain.ts: pretraining steps of PyTorch, one JSON line per request.

A request: {"network", "precision", "size", "batch", "classes", "steps"}; the answer: {"secondsEach", "loss"}.
Both networks as the product has them, channels_last, SGD with Nesterov's momentum; bfloat16 is autocast's, so weights,
normalisation's statistics and loss stay float32. Examples are random, made before the clock starts; two warm-up steps
are not timed.
"""

import os
import sys

import torch
from timed_steps import answer
from torch import nn

sys.path.append(os.path.join(os.path.dirname(__file__), "..", "pretraining"))
from pretrain_mini import head, trunks  # noqa: E402

torch.set_num_threads(os.cpu_count())


def build(network, classes):
    torch.manual_seed(1)
    trunk, width = trunks[network]()
    return nn.Sequential(*trunk, nn.AdaptiveAvgPool2d(1), nn.Flatten(), *head(width, classes))


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


threads, capability = torch.get_num_threads(), torch.backends.cpu.get_cpu_capability()
answer({"torch": torch.__version__, "threads": threads, "capability": capability}, prepare)
