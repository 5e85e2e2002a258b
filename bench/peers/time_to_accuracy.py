"""Peer of bench/time-to-accuracy.ts: transfer learning in PyTorch, one JSON line per request.

The recipe of PyTorch's tutorial: a pretrained network, a new linear layer, random resized crops and flips, pictures
decoded and sent through the frozen part in every epoch by a DataLoader. Optimiser, rates, schedule and batch are those
of our `fine-tune` recipe, which get there sooner than the tutorial's SGD.
A request: {"network", "frozen", "mode": "plain" | "cached", "views", "epochs", "rate", "bodyRate", "weightDecay",
"batch", "workers", "threads"}; the answer: {"epochs": [[seconds, accuracy], ...], "trained"}. With "epochs" 0 it
trains ten batches and answers {"secondsEach"}.
Arguments: a JSON file with {"training": [[path, label], ...], "validation": ...}, and the folder of the weights.
"""

import json
import os
import sys
import time

import onnx
import torch
import torchvision
from onnx import numpy_helper
from PIL import Image
from torch import nn
from torchvision import transforms

with open(sys.argv[1]) as file:
    SPLIT = json.load(file)
WEIGHTS = sys.argv[2]
CLASSES = 1 + max(label for _, label in SPLIT["training"])
normalise = [transforms.ToTensor(), transforms.Normalize([0.485, 0.456, 0.406], [0.229, 0.224, 0.225])]
varied = transforms.Compose([transforms.RandomResizedCrop(224), transforms.RandomHorizontalFlip(), *normalise])
plain = transforms.Compose([transforms.Resize(256), transforms.CenterCrop(224), *normalise])


class Photos(torch.utils.data.Dataset):
    def __init__(self, rows, transform):
        self.rows, self.transform = rows, transform

    def __len__(self):
        return len(self.rows)

    def __getitem__(self, i):
        path, label = self.rows[i]
        with Image.open(path) as image:
            return self.transform(image.convert("RGB")), label


def trunk(name):
    if name == "squeezenet1_1":
        model = torchvision.models.squeezenet1_1(weights=None)
        model.load_state_dict(torch.load(os.path.join(WEIGHTS, "squeezenet1_1.pth"), weights_only=True))
        return model.features, 512
    features = torchvision.models.mobilenet_v2(weights=None).features
    load_folded(features, os.path.join(WEIGHTS, "mobilenetv2_features.onnx"))
    return features, 1280


def load_folded(features, path):
    """The convolutions of an ONNX file whose batch normalisation is folded away, in its order, which is torchvision's."""
    graph = onnx.load(path).graph
    values = {tensor.name: numpy_helper.to_array(tensor) for tensor in graph.initializer}
    convolutions = [node for node in graph.node if node.op_type == "Conv"]
    places = [(parent, key) for parent in features.modules() for key, m in parent.named_children() if isinstance(m, nn.Conv2d)]
    places.sort(key=lambda place: [id(m) for m in features.modules()].index(id(getattr(*place))))
    assert len(places) == len(convolutions)
    for (parent, key), node in zip(places, convolutions):
        old = getattr(parent, key)
        new = nn.Conv2d(old.in_channels, old.out_channels, old.kernel_size, old.stride, old.padding, groups=old.groups)
        with torch.no_grad():
            new.weight.copy_(torch.tensor(values[node.input[1]]))
            new.bias.copy_(torch.tensor(values[node.input[2]]))
        setattr(parent, key, new)
    for parent in list(features.modules()):
        for key, module in parent.named_children():
            if isinstance(module, nn.BatchNorm2d):
                setattr(parent, key, nn.Identity())


def loader(rows, transform, r, shuffle):
    return torch.utils.data.DataLoader(
        Photos(rows, transform), batch_size=r["batch"], shuffle=shuffle, num_workers=r["workers"], persistent_workers=True
    )


@torch.no_grad()
def cache(frozen, rows, transform, r):
    parts = [(frozen(x.contiguous(memory_format=torch.channels_last)), y) for x, y in loader(rows, transform, r, False)]
    return torch.cat([x for x, _ in parts]), torch.cat([y for _, y in parts])


def cached_batches(views, labels, r):
    order = torch.randperm(len(labels))
    for at in range(0, len(order), r["batch"]):
        rows = order[at : at + r["batch"]]
        picks = torch.randint(len(views), (len(rows),))
        yield torch.stack([views[v][i] for v, i in zip(picks.tolist(), rows.tolist())]), labels[rows]


def train(r):
    torch.manual_seed(1)
    torch.set_num_threads(r["threads"])
    start = time.perf_counter()
    features, dimensions = trunk(r["network"])
    frozen = features[: r["frozen"]].eval().to(memory_format=torch.channels_last)
    body = features[r["frozen"] :].train().to(memory_format=torch.channels_last)
    head = nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(dimensions, CLASSES))
    groups = [
        {"params": list(body.parameters()), "lr": r["rate"] * r["bodyRate"]},
        {"params": list(head.parameters()), "lr": r["rate"]},
    ]
    optimizer = torch.optim.AdamW(groups, weight_decay=r["weightDecay"], fused=True)
    steps = -(-len(SPLIT["training"]) // r["batch"])
    rates = [r["rate"] * r["bodyRate"], r["rate"]]
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, rates, total_steps=max(1, r["epochs"]) * steps + 1, cycle_momentum=False)
    loss_of = nn.CrossEntropyLoss()
    if r["mode"] == "cached":
        transforms_of = [plain] + [varied] * r["views"]
        made = [cache(frozen, SPLIT["training"], transform, r) for transform in transforms_of]
        views, labels = [x for x, _ in made], made[0][1]
        held = cache(frozen, SPLIT["validation"], plain, r)
    else:
        batches, held_batches = loader(SPLIT["training"], varied, r, True), loader(SPLIT["validation"], plain, r, False)

    def values(x):
        with torch.no_grad():
            return frozen(x.contiguous(memory_format=torch.channels_last))

    def step(x, y):
        optimizer.zero_grad(set_to_none=True)
        loss = loss_of(head(body(x)), y)
        loss.backward()
        torch.nn.utils.clip_grad_norm_([p for g in groups for p in g["params"]], 5)
        optimizer.step()
        schedule.step()

    @torch.no_grad()
    def accuracy():
        if r["mode"] == "cached":
            pairs = zip(held[0].split(32), held[1].split(32))
            return sum((head(body(x)).argmax(1) == y).sum().item() for x, y in pairs) / len(held[1])
        return sum((head(body(values(x))).argmax(1) == y).sum().item() for x, y in held_batches) / len(SPLIT["validation"])

    if r["epochs"] == 0:
        for i, (x, y) in enumerate(batches):
            if i == 2:
                began = time.perf_counter()
            if i == 12:
                return {"secondsEach": (time.perf_counter() - began) / 10}
            step(values(x), y)
    epochs = []
    for _ in range(r["epochs"]):
        if r["mode"] == "cached":
            for x, y in cached_batches(views, labels, r):
                step(x, y)
        else:
            for x, y in batches:
                step(values(x), y)
        score = accuracy()
        epochs.append([time.perf_counter() - start, score])
    return {"epochs": epochs, "trained": sum(p.numel() for g in groups for p in g["params"])}


print(json.dumps({"torch": torch.__version__, "torchvision": torchvision.__version__}), flush=True)
for line in sys.stdin:
    print(json.dumps(train(json.loads(line))), flush=True)
