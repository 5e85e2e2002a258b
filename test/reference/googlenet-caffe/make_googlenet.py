"""GoogLeNet as Caffe has it, for googlenet-caffe.test.ts: Pillow's pixels through PyTorch. Run: python make_googlenet.py > googlenet.json

5 x 5 kernels, biases, local response normalisation, pooling that rounds up; a quarter of the width. Weights and picture
come from formulas that noise.ts and picture.ts share. Caffe's pixels: the whole picture squeezed to 224 x 224, blue first,
the ImageNet mean taken away, not scaled. Kept: the average-pooled end of inception 5b.
"""

import json
import math
import sys

import numpy as np
import PIL
import torch
import torch.nn.functional as F
from PIL import Image

MEAN = [104, 117, 123]
INCEPTIONS = {
    "3a": [64, 96, 128, 16, 32, 32],
    "3b": [128, 128, 192, 32, 96, 64],
    "4a": [192, 96, 208, 16, 48, 64],
    "4b": [160, 112, 224, 24, 64, 64],
    "4c": [128, 128, 256, 24, 64, 64],
    "4d": [112, 144, 288, 32, 64, 64],
    "4e": [256, 160, 320, 32, 128, 128],
    "5a": [256, 160, 320, 32, 128, 128],
    "5b": [384, 192, 384, 48, 128, 128],
}


def picture(width, height):
    """Two waves and noise: smooth parts, edges and detail. Shape: [height, width, 3]."""
    y, x, c = np.meshgrid(
        np.arange(height, dtype=np.uint32),
        np.arange(width, dtype=np.uint32),
        np.arange(3, dtype=np.uint32),
        indexing="ij",
    )
    slow = np.abs(((x * 3 + y * 2 + c * 90) % 510).astype(np.int64) - 255)
    rings = np.abs(((x * x + y * y * 2 + c * 4000) // 97 % 510).astype(np.int64) - 255)
    noise = ((x * np.uint32(73856093)) ^ (y * np.uint32(19349663)) ^ (c * np.uint32(83492791))) >> 7 & 255
    return ((slow * 2 + rings + noise.astype(np.int64)) // 4).astype(np.uint8)


def noise(name, count, scale):
    seed = 0x811C9DC5
    for character in name:
        seed = ((seed ^ ord(character)) * 0x01000193) & 0xFFFFFFFF
    x = np.arange(count, dtype=np.uint32) + np.uint32(seed)
    x ^= x >> np.uint32(16)
    x *= np.uint32(0x7FEB352D)
    x ^= x >> np.uint32(15)
    x *= np.uint32(0x846CA68B)
    x ^= x >> np.uint32(16)
    return (scale * (x.astype(np.float64) / 4294967296.0 - 0.5)).astype(np.float32)


def conv(x, name, depth, kernel, stride=1):
    fan_in = x.shape[1] * kernel * kernel
    weight = noise(f"{name}.weight", depth * fan_in, math.sqrt(24 / fan_in)).reshape(depth, x.shape[1], kernel, kernel)
    bias = noise(f"{name}.bias", depth, 0.2)
    return F.relu(F.conv2d(x, torch.from_numpy(weight), torch.from_numpy(bias), stride, (kernel - 1) // 2))


def inception(x, name, counts):
    one, reduce3, three, reduce5, five, pooled = [count // 4 for count in counts]
    return torch.cat(
        [
            conv(x, f"{name}/1x1", one, 1),
            conv(conv(x, f"{name}/3x3_reduce", reduce3, 1), f"{name}/3x3", three, 3),
            conv(conv(x, f"{name}/5x5_reduce", reduce5, 1), f"{name}/5x5", five, 5),
            conv(F.max_pool2d(x, 3, 1, 1), f"{name}/pool_proj", pooled, 1),
        ],
        1,
    )


def pool(x):
    return F.max_pool2d(x, 3, 2, ceil_mode=True)


def normalise(x):
    return F.local_response_norm(x, 5, 1e-4, 0.75, 1.0)


def features(image):
    image = image.resize((224, image.height), Image.BILINEAR).resize((224, 224), Image.BILINEAR)
    pixels = np.asarray(image).astype(np.float32)[:, :, ::-1] - np.float32(MEAN)
    x = torch.from_numpy(np.ascontiguousarray(pixels.transpose(2, 0, 1)))[None]
    x = normalise(pool(conv(x, "conv1/7x7_s2", 16, 7, 2)))
    x = pool(normalise(conv(conv(x, "conv2/3x3_reduce", 16, 1), "conv2/3x3", 48, 3)))
    for name, counts in INCEPTIONS.items():
        x = pool(x) if name in ("4a", "5a") else x
        x = inception(x, f"inception_{name}", counts)
    return x.mean(dim=(2, 3))[0]


with torch.no_grad():
    found = features(Image.fromarray(picture(500, 333)))
json.dump(
    {
        "versions": {"python": sys.version.split()[0], "pillow": PIL.__version__, "torch": torch.__version__, "numpy": np.__version__},
        "features": [float(f"{value:.7g}") for value in found.tolist()],
    },
    sys.stdout,
)
