"""Trains the shipped weights of alexnet-mini and vgg-mini on Tiny ImageNet, by distillation.

python pretrain_mini.py prepare PHOTOS            PHOTOS/{train,val}/<synset>/*, 64 px -> {train,val}_{x,y}.npy
python pretrain_mini.py teach lite0.onnx          a teacher, pixels -> features, at 128 px -> {train,val}_t.npy, head.pt
python pretrain_mini.py train NAME IMAGES         IMAGES seen in all; started again, it goes on at NAME.ckpt
python pretrain_mini.py export NAME FILE          the averaged weights as FILE.pth, the learning curve as FILE.json

Files are read and written where it is started; torch 2.15.0, onnxruntime 1.32, on two cores with AMX.

The shipped weights are of this plan, and not of one command: the number of images was changed while they trained, which
moves the rate and the size of the photos along their way. Alexnet-mini was headed for 8, 14, 10, 9.5,
9.3 and 9.6 epochs in turn, vgg-mini for 8, 12, 9, 8.5, 8, 8.6 and 9, and then for 10.8 from the end of these.
"""

import glob
import json
import math
import os
import sys
import time

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

CLASSES, HIDDEN, TEACHER, BATCH = 200, 1024, 1280, 128
MEAN = torch.tensor([123.675, 116.28, 103.53]).view(1, 3, 1, 1)
STD = torch.tensor([58.395, 57.12, 57.375]).view(1, 3, 1, 1)


def unit(inputs, channels, kernel, stride=1):
    convolution = nn.Conv2d(inputs, channels, kernel, stride, kernel // 2, bias=False)
    return [convolution, nn.BatchNorm2d(channels), nn.ReLU(inplace=True)]


def head(width, classes=CLASSES):
    return [nn.Linear(width, HIDDEN, bias=False), nn.BatchNorm1d(HIDDEN), nn.ReLU(inplace=True), nn.Dropout(0.3),
            nn.Linear(HIDDEN, classes)]


class Net(nn.Module):
    """Trunk, classifier, and a map from the trunk's average and maximum to the teacher's features."""

    def __init__(self, layers, width):
        super().__init__()
        self.features = nn.Sequential(*layers)
        self.head = nn.Sequential(*head(width))
        self.hint = nn.Linear(width * 2, TEACHER)

    def forward(self, x):
        maps = self.features(x)
        average, largest = maps.mean((2, 3)), maps.amax((2, 3))
        return self.head(average), self.hint(torch.cat([average, largest], 1))


def alexnet_mini():
    def pool():
        return nn.MaxPool2d(3, 2, 1)
    return [*unit(3, 64, 7, 2), pool(), *unit(64, 192, 5), pool(), *unit(192, 384, 3), *unit(384, 256, 3),
            *unit(256, 256, 3), pool()], 256


def vgg_mini():
    layers, inputs = [], 3
    for block, (channels, count) in enumerate([(32, 1), (64, 2), (128, 2), (256, 2), (320, 2)]):
        layers += [nn.MaxPool2d(2, 2)] if block > 0 else []
        for _ in range(count):
            layers += unit(inputs, channels, 3)
            inputs = channels
    return layers, inputs


trunks = {"alexnet-mini": alexnet_mini, "vgg-mini": vgg_mini}
"""Layers, and channels at the end."""


def prepare(folder):
    from PIL import Image
    synsets = sorted(os.listdir(f"{folder}/train"))
    for split in ("train", "val"):
        found = [(path, label) for label, synset in enumerate(synsets)
                 for path in sorted(glob.glob(f"{folder}/{split}/{synset}/*"))]
        pixels = np.empty((len(found), 64, 64, 3), np.uint8)
        for i, (path, _) in enumerate(found):
            pixels[i] = np.asarray(Image.open(path).convert("RGB"))
        np.save(f"{split}_x.npy", pixels)
        np.save(f"{split}_y.npy", np.array([label for _, label in found], np.int64))


def teach(file, side=128, mean=127, scale=128):
    """The teacher's pooled features of the plain photos, enlarged; then a linear softmax on them."""
    import onnxruntime
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 2
    session = onnxruntime.InferenceSession(file, options, providers=["CPUExecutionProvider"])
    for split in ("val", "train"):
        pixels = np.load(f"{split}_x.npy", mmap_mode="r")
        out = np.empty((len(pixels), TEACHER), np.float16)
        for i in range(0, len(pixels), 50):
            x = torch.from_numpy(np.array(pixels[i:i + 50])).permute(0, 3, 1, 2).float()
            x = F.interpolate(x, size=side, mode="bicubic", align_corners=False).clamp(0, 255)
            out[i:i + 50] = session.run(None, {"x": ((x - mean) / scale).numpy()})[0]
        np.save(f"{split}_t.npy", out)
    features, val_features = teacher_features()
    labels, val_labels = (torch.from_numpy(np.load(f"{split}_y.npy")) for split in ("train", "val"))
    classify = nn.Linear(TEACHER, CLASSES)
    optimizer = torch.optim.AdamW(classify.parameters(), 2e-3, weight_decay=1e-2)
    for epoch in range(8):
        for group in optimizer.param_groups:
            group["lr"] = 2e-3 * (1 - epoch / 8)
        for rows in torch.randperm(len(features)).split(512):
            optimizer.zero_grad()
            F.cross_entropy(classify(features[rows].float()), labels[rows]).backward()
            optimizer.step()
    top1 = (classify(val_features.float()).argmax(1) == val_labels).float().mean().item()
    print(f"the teacher's features with a linear softmax: top-1 {top1:.4f}")
    torch.save(classify.state_dict(), "head.pt")


def teacher_features():
    """Standardised by the first 20,000 training photos."""
    train, val = np.load("train_t.npy"), np.load("val_t.npy")
    sample = train[:20000].astype(np.float32)
    mean, std = sample.mean(0), sample.std(0) + 1e-3
    return [torch.from_numpy(((x - mean) / std).astype(np.float16)) for x in (train, val)]


def uniform(n, low, high):
    return torch.empty(n).uniform_(low, high)


def augmented(x, size):
    """A random box (70 to 100 % of the area, sides e^±0.2), mirrored or not, with other contrast, colour and light."""
    n = len(x)
    side, aspect = uniform(n, 0.7, 1.0) ** 0.5, torch.exp(uniform(n, -0.2, 0.2))
    width, height = (side * aspect).clamp(max=1.0), (side / aspect).clamp(max=1.0)
    theta = torch.zeros(n, 2, 3)
    theta[:, 0, 0] = width * torch.where(torch.rand(n) < 0.5, -1.0, 1.0)
    theta[:, 1, 1] = height
    theta[:, 0, 2] = uniform(n, -1, 1) * (1 - width)
    theta[:, 1, 2] = uniform(n, -1, 1) * (1 - height)
    grid = F.affine_grid(theta, (n, 3, size, size), align_corners=False)
    x = F.grid_sample(x, grid, mode="bilinear", padding_mode="reflection", align_corners=False)
    contrast, cast, light = (uniform(s, -1, 1) for s in [(n, 1, 1, 1), (n, 3, 1, 1), (n, 1, 1, 1)])
    return (x - 110) * (1 + 0.25 * contrast) + 110 + 12 * cast + 20 * light


def network_input(pixels, size=None):
    x = pixels.permute(0, 3, 1, 2).float()
    x = x if size is None else augmented(x, size)
    return ((x - MEAN) / STD).contiguous(memory_format=torch.channels_last)


class Run:
    """A training that can stop anywhere and go on."""

    def __init__(self, name, total):
        self.name, self.total = name, total
        self.net = Net(*trunks[name]()).to(memory_format=torch.channels_last)
        for module in self.net.modules():
            if isinstance(module, nn.Conv2d):
                nn.init.kaiming_normal_(module.weight, mode="fan_out", nonlinearity="relu")
        weights = [p for p in self.net.parameters() if p.dim() > 1]
        others = [p for p in self.net.parameters() if p.dim() == 1]
        groups = [{"params": weights, "weight_decay": 5e-4}, {"params": others, "weight_decay": 0}]
        self.optimizer = torch.optim.SGD(groups, 0.1, momentum=0.9, nesterov=True)
        self.average = {k: v.detach().clone() for k, v in self.net.state_dict().items()}
        self.seen, self.hours, self.curve = 0, 0.0, []
        if os.path.exists(f"{name}.ckpt"):
            kept = torch.load(f"{name}.ckpt", weights_only=False)
            self.net.load_state_dict(kept["net"])
            self.optimizer.load_state_dict(kept["opt"])
            self.average, self.seen, self.hours, self.curve = (kept[k] for k in ("ema", "seen", "hours", "history"))

    def save(self):
        kept = dict(net=self.net.state_dict(), opt=self.optimizer.state_dict(), ema=self.average, seen=self.seen,
                    hours=self.hours, history=self.curve)
        torch.save(kept, f"{self.name}.ckpt.tmp")
        os.replace(f"{self.name}.ckpt.tmp", f"{self.name}.ckpt")

    def step(self, pixels, labels, soft, hints):
        p = self.seen / self.total
        rate = 0.12 * (p / 0.1 if p < 0.1 else 0.5 * (1 + math.cos(math.pi * (p - 0.1) / 0.9)))
        for group in self.optimizer.param_groups:
            group["lr"] = max(rate, 1e-4)
        size = 40 if p < 0.3 else 48 if p < 0.55 else 56 if p < 0.75 else 64
        with torch.autocast("cpu", torch.bfloat16):
            logits, guess = self.net(network_input(pixels, size))
        logits = logits.float()
        loss = 0.5 * F.cross_entropy(logits, labels) + 3 * F.smooth_l1_loss(guess.float(), hints.float())
        loss += 0.5 * 4 * F.kl_div(F.log_softmax(logits / 2, 1), F.softmax(soft.float() / 2, 1), reduction="batchmean")
        self.optimizer.zero_grad()
        loss.backward()
        self.optimizer.step()
        self.seen += len(pixels)
        steps = self.seen / BATCH
        decay = min(0.999, (1 + steps) / (10 + steps))
        with torch.no_grad():
            for name, value in self.net.state_dict().items():
                if value.dtype.is_floating_point:
                    self.average[name].lerp_(value, 1 - decay)
                else:
                    self.average[name].copy_(value)

    @torch.inference_mode()
    def top1(self, pixels, labels):
        """Of the averaged weights."""
        own = {k: v.clone() for k, v in self.net.state_dict().items()}
        self.net.load_state_dict(self.average)
        self.net.eval()
        with torch.autocast("cpu", torch.bfloat16):
            right = sum((self.net(network_input(x))[0].argmax(1) == y).sum().item()
                        for x, y in zip(pixels.split(250), labels.split(250)))
        self.net.load_state_dict(own)
        self.net.train()
        return right / len(pixels)


def train(name, total):
    torch.manual_seed(42)
    torch.set_num_threads(int(os.environ.get("THREADS", "1")))
    pixels, val_pixels = (torch.from_numpy(np.load(f"{s}_x.npy", mmap_mode="c")) for s in ("train", "val"))
    labels, val_labels = (torch.from_numpy(np.load(f"{s}_y.npy")) for s in ("train", "val"))
    hints, _ = teacher_features()
    classify = nn.Linear(TEACHER, CLASSES)
    classify.load_state_dict(torch.load("head.pt"))
    with torch.no_grad():
        soft = torch.cat([classify(x.float()) for x in hints.split(5000)]).half()
    run = Run(name, float(total))
    epoch = len(pixels) // BATCH * BATCH
    while run.seen < run.total:
        for rows in torch.randperm(len(pixels))[:epoch].split(BATCH):
            start = time.time()
            run.step(pixels[rows], labels[rows], soft[rows], hints[rows])
            run.hours += (time.time() - start) / 3600
            if run.seen % (100 * BATCH) == 0:
                run.save()
            if run.seen >= run.total:
                break
        run.curve.append([run.seen / len(pixels), run.top1(val_pixels, val_labels)])
        print(f"{name}: epoch {run.curve[-1][0]:.1f}, top-1 {run.curve[-1][1]:.4f}, {run.hours:.2f} h", flush=True)
    run.save()


def export(name, out):
    kept = torch.load(f"{name}.ckpt", weights_only=False)
    weights = {k: v.float().clone() for k, v in kept["ema"].items()
               if v.dtype.is_floating_point and not k.startswith("hint.")}
    torch.save(weights, f"{out}.pth")
    with open(f"{out}.json", "w") as file:
        json.dump({"images": kept["seen"], "hours": kept["hours"], "top1": kept["history"]}, file, indent=1)


if __name__ == "__main__":
    {"prepare": prepare, "teach": teach, "train": train, "export": export}[sys.argv[1]](*sys.argv[2:])
