"""Pillow's and torchvision's pixels for preprocessing-graph.test.ts.

Run: python make_pixels.py > pixels.json
The pictures are made by an integer formula, written the same in picture.ts; nothing but numbers is stored:
for each case some 600 samples spread over the result before normalisation (uint8), the mean of all of it, and 15
normalised values.
"""

import json
import sys

import numpy
import PIL
import torch
import torchvision
from PIL import Image
from torchvision.transforms import InterpolationMode
from torchvision.transforms import functional as F


def picture(width, height):
    """Two waves and noise: smooth parts, edges and detail. Shape: [height, width, 3]."""
    y, x, c = numpy.meshgrid(
        numpy.arange(height, dtype=numpy.uint32),
        numpy.arange(width, dtype=numpy.uint32),
        numpy.arange(3, dtype=numpy.uint32),
        indexing="ij",
    )
    slow = numpy.abs(((x * 3 + y * 2 + c * 90) % 510).astype(numpy.int64) - 255)
    rings = numpy.abs(((x * x + y * y * 2 + c * 4000) // 97 % 510).astype(numpy.int64) - 255)
    noise = ((x * numpy.uint32(73856093)) ^ (y * numpy.uint32(19349663)) ^ (c * numpy.uint32(83492791))) >> 7 & 255
    return ((slow * 2 + rings + noise.astype(numpy.int64)) // 4).astype(numpy.uint8)


def resized(image, case):
    modes = {"bilinear": InterpolationMode.BILINEAR, "bicubic": InterpolationMode.BICUBIC}
    mode = modes[case["interpolation"]]
    kind = case["resize"]["kind"]
    if kind == "shortSide":
        image = F.resize(image, case["resize"]["size"], mode)
    if kind == "exact":
        # Newer Pillow takes the cheaper order of its two passes; older ones and ours always go sideways first.
        image = F.resize(image, [image.height, case["width"]], mode)
        image = F.resize(image, [case["height"], case["width"]], mode)
    if case["crop"] == "centre" and kind != "exact":
        image = F.center_crop(image, [case["height"], case["width"]])
    return image


def case(name, source, target, resize, **rest):
    return {
        "name": name,
        "source": source,
        "width": target[0],
        "height": target[1],
        "resize": resize,
        "crop": "centre",
        "interpolation": "bilinear",
        "colour": "rgb",
        "scale": 1 / 255,
        "mean": [0.485, 0.456, 0.406],
        "std": [0.229, 0.224, 0.225],
        **rest,
    }


def short(size):
    return {"kind": "shortSide", "size": size}


EXACT = {"kind": "exact"}
NONE = {"kind": "none"}
CAFFE = {"colour": "bgr", "scale": 1, "mean": [104, 117, 123], "std": [1, 1, 1]}

CASES = [
    case("landscape 500x333 to 224", [500, 333], [224, 224], short(256)),
    case("portrait 333x500 to 224", [333, 500], [224, 224], short(256)),
    case("odd 401x299 to 225", [401, 299], [225, 225], short(257)),
    case("bicubic 500x333 to 224", [500, 333], [224, 224], short(256), interpolation="bicubic"),
    case("large 1280x961 to 224", [1280, 961], [224, 224], short(256)),
    case("landscape 500x333 to 64", [500, 333], [64, 64], short(64)),
    case("bicubic 500x333 to 64", [500, 333], [64, 64], short(72), interpolation="bicubic"),
    case("upscale 100x75 to 224", [100, 75], [224, 224], short(256)),
    case("bicubic upscale 100x75 to 224", [100, 75], [224, 224], short(256), interpolation="bicubic"),
    case("same size 256x256 to 224", [256, 256], [224, 224], short(256)),
    case("caffe: exact 500x333 to 224, bgr, mean subtracted", [500, 333], [224, 224], EXACT, **CAFFE),
    case("exact stretched both ways 100x500 to 224", [100, 500], [224, 224], EXACT),
    case("crop larger than the picture: 301x200 to 224", [301, 200], [224, 224], NONE),
    case("crop larger both ways, odd: 51x40 to 64", [51, 40], [64, 64], NONE),
    case("short side below the crop: 300x200 to 224", [300, 200], [224, 224], short(181)),
    case("no crop 333x500, short side 96", [333, 500], [96, 96], short(96), crop="none"),
    case("thin 700x9 to 64", [700, 9], [64, 64], short(64)),
    case("one pixel to 64", [1, 1], [64, 64], short(64)),
]


def main():
    rows = []
    for item in CASES:
        image = resized(Image.fromarray(picture(*item["source"])), item)
        pixels = numpy.asarray(image)
        ordered = pixels[:, :, ::-1] if item["colour"] == "bgr" else pixels
        planes = ordered.transpose(2, 0, 1)
        stride = max(1, planes.size // 600) | 1
        values = (torch.from_numpy(planes.astype(numpy.float32)) * item["scale"]).numpy()
        values = (values - numpy.float32(item["mean"])[:, None, None]) / numpy.float32(item["std"])[:, None, None]
        rows.append(
            {
                **item,
                "shape": list(planes.shape),
                "stride": stride,
                "levels": planes.reshape(-1)[::stride].tolist(),
                "meanLevel": round(float(planes.mean()), 6),
                "normalised": [round(float(v), 5) for v in values.reshape(-1)[:: stride * 40]],
            }
        )
    versions = {"pillow": PIL.__version__, "torchvision": torchvision.__version__, "torch": torch.__version__}
    json.dump({"versions": versions, "cases": rows}, sys.stdout, separators=(",", ":"))


main()
