"""Names the class of photos with the model folder that this file lies in.

    pip install onnxruntime numpy pillow
    python predict.py photo.jpg more/*.png

From your own code: `from predict import load; predict = load(); predict("photo.jpg")` gives [(label, probability), ...],
the best first. The model sees exactly what it was trained on: photos turned upright, colours managed to sRGB, 16 bits
cut to the upper 8, floats from 0 to 1 scaled, transparency laid on white.
"""

import io
import json
import sys
from pathlib import Path

import numpy
from PIL import Image, ImageCms, ImageOps

HERE = Path(__file__).resolve().parent


def read_pixels(path):
    """A photo as the model's input: 1 x 3 x H x W float32, sRGB from 0 to 255, at full size."""
    image = Image.open(path)
    if getattr(image, "n_frames", 1) > 1:
        raise ValueError(f"{path}: expected one frame or page, got {image.n_frames}")
    profile, is_png = image.info.get("icc_profile"), image.format == "PNG"
    image = ImageOps.exif_transpose(image)
    if image.mode.startswith("I;16") or (image.mode == "I" and is_png):  # grey, the upper byte of 16 bits
        image, profile = Image.fromarray((numpy.asarray(image) >> 8).astype(numpy.uint8)), None
    if image.mode in ("I", "F"):
        image, profile = Image.fromarray(scaled(numpy.asarray(image, dtype=numpy.float64), image.mode, path)), None
    image, alpha = split_alpha(image)
    pixels = numpy.asarray(to_srgb(image, profile, path), dtype=numpy.uint32)
    if alpha is not None:  # rounded down, as the photos that it learnt from were
        opacity = numpy.asarray(alpha, dtype=numpy.uint32)[:, :, None]
        pixels = (pixels * opacity + 255 * (255 - opacity)) // 255
    return pixels.astype(numpy.float32).transpose(2, 0, 1)[None]


def scaled(values, mode, path):
    """Grey of floats from 0 to 1, or of numbers from 0 to 255, as 8 bits; what is white in any other cannot be known."""
    if mode == "F" and -0.1 <= values.min() and values.max() <= 1.1:
        values = values * 255
    elif not (0 <= values.min() and values.max() <= 255):
        raise ValueError(f"{path}: numbers from {values.min():g} to {values.max():g}; save it with 8 or 16 bits first")
    return numpy.rint(values).clip(0, 255).astype(numpy.uint8)


def split_alpha(image):
    """Colours and transparency apart; None where everything is opaque."""
    if image.mode not in ("RGBA", "LA", "PA") and "transparency" not in image.info:
        return image, None
    grey = image.mode in ("L", "LA", "1")
    image = image.convert("LA" if grey else "RGBA")
    return image.convert("L" if grey else "RGB"), image.getchannel("A")


def to_srgb(image, profile, path):
    """Colours managed to sRGB by the embedded profile, perceptual intent; sRGB is assumed where there is none."""
    if image.mode in ("1", "P"):
        image = image.convert("L" if image.mode == "1" else "RGB")
    if profile:
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            return ImageCms.profileToProfile(
                image, source, ImageCms.createProfile("sRGB"), ImageCms.Intent.PERCEPTUAL, outputMode="RGB"
            )
        except ImageCms.PyCMSError:
            pass  # a damaged profile, or one of another colour space: as good as none
    if image.mode == "CMYK":
        raise ValueError(f"{path}: CMYK without a usable colour profile; save it as RGB first")
    return image.convert("RGB")


def load(folder=HERE):
    """A function from a photo's path to [(label, probability), ...], the best first."""
    import onnxruntime

    folder = Path(folder)
    names = json.loads((folder / "config.json").read_text(encoding="utf-8"))["id2label"]
    labels = [names[str(i)] for i in range(len(names))]
    session = onnxruntime.InferenceSession(str(folder / "onnx" / "model.onnx"), providers=["CPUExecutionProvider"])

    def predict(path):
        (logits,) = session.run(["logits"], {"pixel_values": read_pixels(path)})
        values = numpy.exp(logits[0].astype(numpy.float64) - logits[0].max())
        pairs = zip(labels, (values / values.sum()).tolist())
        return sorted(pairs, key=lambda pair: -pair[1])

    return predict


if __name__ == "__main__":
    predict = load()
    for photo in sys.argv[1:]:
        label, probability = predict(photo)[0]
        print(f"{photo}\t{label}\t{probability:.4f}")
