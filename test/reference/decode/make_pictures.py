"""Small pictures in the forms that files come in, and Pillow's pixels of them, for decode.test.ts.

Run: python make_pictures.py > pictures.json
Each case holds the file and its 8-bit RGB pixels in base64: EXIF orientation applied, alpha laid on white,
16-bit values by their upper byte.
"""

import base64
import io
import json
import struct
import sys
import zlib

import numpy
import PIL
from PIL import Image, ImageOps

WIDTH, HEIGHT = 20, 12


def colours():
    """Smooth, and different in every direction, so that no turn or mirror image passes for another."""
    y, x = numpy.mgrid[0:HEIGHT, 0:WIDTH]
    return numpy.stack([x * 12, y * 20, 255 - x * 6 - y * 9], axis=2).clip(0, 255).astype(numpy.uint8)


def alpha():
    y, x = numpy.mgrid[0:HEIGHT, 0:WIDTH]
    return ((x * 13 + y * 5) % 256).astype(numpy.uint8)


def png16(values):
    """A 16-bit RGB or grey PNG, which Pillow does not write. Shape: [height, width, channels], uint16."""
    height, width, channels = values.shape
    rows = b"".join(b"\0" + row.astype(">u2").tobytes() for row in values)

    def chunk(name, content):
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

    head = struct.pack(">IIBBBBB", width, height, 16, 2 if channels == 3 else 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def saved(image, form, **options):
    out = io.BytesIO()
    image.save(out, form, **options)
    return out.getvalue()


def reference(data):
    """Pillow's reading, as torchvision users see it, but alpha on white instead of dropped."""
    image = ImageOps.exif_transpose(Image.open(io.BytesIO(data)))
    if image.mode.startswith("I;16") or image.mode == "I":
        image = Image.fromarray((numpy.asarray(image).astype(numpy.uint32) >> 8).astype(numpy.uint8))
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        image = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image.convert("RGBA"))
    return numpy.asarray(image.convert("RGB"))


def orientation(value):
    exif = Image.Exif()
    exif[0x0112] = value
    return exif


def files():
    rgb = Image.fromarray(colours())
    rgba = Image.fromarray(numpy.dstack([colours(), alpha()]))
    grey = rgb.convert("L")
    deep = colours().astype(numpy.uint16) * 256 + 77
    for value in range(1, 9):
        yield f"jpeg, orientation {value}", saved(rgb, "JPEG", quality=95, exif=orientation(value))
    yield "png, orientation 6", saved(rgb, "PNG", exif=orientation(6))
    yield "webp, orientation 8", saved(rgb, "WEBP", lossless=True, exif=orientation(8))
    yield "jpeg, 4:2:0", saved(rgb, "JPEG", quality=80, subsampling=2)
    yield "jpeg, progressive", saved(rgb, "JPEG", quality=90, progressive=True)
    yield "jpeg, grey", saved(grey, "JPEG", quality=95)
    yield "jpeg, cmyk", saved(rgb.convert("CMYK"), "JPEG", quality=100)
    yield "png", saved(rgb, "PNG")
    yield "png, grey", saved(grey, "PNG")
    yield "png, 1 bit", saved(grey.convert("1"), "PNG")
    yield "png, palette", saved(rgb.quantize(32), "PNG")
    yield "png, palette with transparency", saved(rgb.quantize(32), "PNG", transparency=3)
    yield "png, alpha", saved(rgba, "PNG")
    yield "png, grey with alpha", saved(rgba.convert("LA"), "PNG")
    yield "png, 16 bits", png16(deep)
    yield "png, 16-bit grey", png16(deep[:, :, 2:])
    yield "webp, lossless", saved(rgb, "WEBP", lossless=True)
    yield "webp, alpha", saved(rgba, "WEBP", lossless=True, exact=True)
    yield "gif", saved(rgb.quantize(32), "GIF")
    yield "gif, transparency", saved(rgb.quantize(32), "GIF", transparency=3)
    yield "tiff, lzw", saved(rgb, "TIFF", compression="tiff_lzw")
    yield "tiff, cmyk", saved(rgb.convert("CMYK"), "TIFF")
    yield "tiff, 16-bit grey", saved(Image.fromarray(deep[:, :, 2]), "TIFF")
    yield "avif, 4:4:4", saved(rgb, "AVIF", quality=100, subsampling="4:4:4")
    yield "avif, 4:2:0", saved(rgb, "AVIF", quality=100, subsampling="4:2:0")


def text(raw):
    return base64.b64encode(raw).decode()


def main():
    cases = []
    for name, data in files():
        pixels = reference(data)
        if name == "png, 16 bits":  # Pillow reads 8 bits of it; state what they must be
            assert numpy.array_equal(pixels, colours())
        height, width, _ = pixels.shape
        texts = {"file": text(data), "pixels": text(pixels.tobytes())}
        cases.append({"name": name, "width": width, "height": height, **texts})
    json.dump({"pillow": PIL.__version__, "cases": cases}, sys.stdout, indent=1)


main()
