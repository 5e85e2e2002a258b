"""Features by PyTorch and torchvision, for bench/extraction.ts.

Reads one JSON line a request, {"network", "workers", "threads"}, extracts average-pooled features of every photo and
answers with one JSON line: {"seconds", "cpuSeconds", "images", "peakBytes"}, the memory without the loader's workers.
Models and transforms stay alive between requests; the loader's workers start anew with each, as in any script.
Usage: python extraction.py DATA WEIGHTS    (DATA: a folder per class; WEIGHTS: squeezenet1_1.pth or "")
"""

import json
import os
import resource
import sys
import time

import torch
import torchvision
from torchvision import transforms

DATA, WEIGHTS = sys.argv[1], sys.argv[2]


def network(name):
    model = getattr(torchvision.models, name)(weights=None)
    if name == "squeezenet1_1" and WEIGHTS:
        model.load_state_dict(torch.load(WEIGHTS, weights_only=True))
    return model.features.eval().to(memory_format=torch.channels_last)  # the faster layout for all three networks


preprocess = transforms.Compose(
    [
        transforms.Resize(256),
        transforms.CenterCrop(224),
        transforms.ToTensor(),
        transforms.Normalize([0.485, 0.456, 0.406], [0.229, 0.224, 0.225]),
    ]
)
photos = torchvision.datasets.ImageFolder(DATA, preprocess)
models = {}


def cpu_seconds():
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(u.ru_utime + u.ru_stime for u in used)


@torch.inference_mode()
def extract(name, workers, threads):
    torch.set_num_threads(threads)
    model = models.setdefault(name, network(name))
    planned = torch.zeros(32, 3, 224, 224).contiguous(memory_format=torch.channels_last)
    model(planned)  # not timed: the first run plans its convolutions
    loader = torch.utils.data.DataLoader(photos, batch_size=32, num_workers=workers)
    cpu, start = cpu_seconds(), time.perf_counter()
    rows = [model(batch.contiguous(memory_format=torch.channels_last)).mean((2, 3)) for batch, _ in loader]
    seconds = time.perf_counter() - start
    del loader
    features = torch.cat(rows)
    return {
        "seconds": seconds,
        "cpuSeconds": cpu_seconds() - cpu,
        "images": len(features),
        "peakBytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
        "checksum": float(features.abs().mean()),
    }


print(json.dumps({"torch": torch.__version__, "torchvision": torchvision.__version__, "pid": os.getpid()}), flush=True)
for line in sys.stdin:
    request = json.loads(line)
    print(json.dumps(extract(request["network"], request["workers"], request["threads"])), flush=True)
