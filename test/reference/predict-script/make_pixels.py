"""What predict.py, the script in every model folder, reads from pictures in the forms that the pixel contract names.

Run: python make_pixels.py > pixels.json
Each case holds the file and the script's pixels (height x width x 3, 8 bits) in base64. The colour profile is written
here: the primaries and the curve of Adobe RGB (1998).
"""

import base64
import hashlib
import io
import json
import struct
import sys
import tempfile
import zlib
from pathlib import Path

import numpy
import PIL
from PIL import Image

SCRIPT = Path(__file__).resolve().parents[3] / "assets" / "model-folder" / "predict.py"
sys.path.insert(0, str(SCRIPT.parent))
from predict import read_pixels  # noqa: E402

WIDTH, HEIGHT = 14, 9
RANDOM = numpy.random.default_rng(7)


def smooth():
    """Muted colours, different in every direction, inside every colour space. Shape: [height, width, 3], 16 bits."""
    y, x = numpy.mgrid[0:HEIGHT, 0:WIDTH]
    levels = numpy.stack([70 + 8 * x, 90 + 9 * y, 180 - 4 * x - 3 * y], axis=2)
    return (levels * 256 + RANDOM.integers(0, 256, levels.shape)).astype(numpy.uint16)


def fixed(value):
    return struct.pack(">i", round(value * 65536))


def adobe_rgb():
    """An ICC profile, version 2: three primaries and one curve."""
    name = b"wide\0"
    xyz = lambda *values: b"XYZ \0\0\0\0" + b"".join(map(fixed, values))  # noqa: E731
    curve = b"curv\0\0\0\0" + struct.pack(">IHH", 1, round(2.2 * 256), 0)
    tags = {
        b"desc": b"desc\0\0\0\0" + struct.pack(">I", len(name)) + name + b"\0" * 78,
        b"cprt": b"text\0\0\0\0none\0",
        b"wtpt": xyz(0.9642, 1, 0.8249),
        b"rXYZ": xyz(0.60974, 0.31111, 0.01947),
        b"gXYZ": xyz(0.20528, 0.62567, 0.06087),
        b"bXYZ": xyz(0.14919, 0.06322, 0.74457),
        b"rTRC": curve,
        b"gTRC": curve,
        b"bTRC": curve,
    }
    table, body, start = b"", b"", 132 + 12 * len(tags)
    for tag, content in tags.items():
        table += tag + struct.pack(">II", start + len(body), len(content))
        body += content + b"\0" * (-len(content) % 4)
    head = struct.pack(">I4sI", start + len(body), b"none", 0x02400000) + b"mntrRGB XYZ "
    head += struct.pack(">6H", 2026, 1, 1, 0, 0, 0) + b"acsp" + b"\0" * 28 + fixed(0.9642) + fixed(1) + fixed(0.8249)
    return head.ljust(128, b"\0") + struct.pack(">I", len(tags)) + table + body


def png(values, bits, profile=None):
    """A PNG of 1 to 4 channels; Pillow writes none of 16 bits. Shape: [height, width, channels]."""
    height, width, channels = values.shape
    rows = b"".join(b"\0" + row.astype(">u2" if bits == 16 else ">u1").tobytes() for row in values)

    def chunk(kind, content):
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    colour = {1: 0, 2: 4, 3: 2, 4: 6}[channels]
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, bits, colour, 0, 0, 0))
    icc = b"" if profile is None else chunk(b"iCCP", b"wide\0\0" + zlib.compress(profile))
    return b"\x89PNG\r\n\x1a\n" + head + icc + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def upright_jpeg(orientation, profile=None):
    exif = Image.Exif()
    exif[0x0112] = orientation
    out = io.BytesIO()
    picture = Image.fromarray((smooth() >> 8).astype(numpy.uint8))
    picture.save(out, "JPEG", quality=95, exif=exif, **({} if profile is None else {"icc_profile": profile}))
    return out.getvalue()


def tiff(values):
    out = io.BytesIO()
    Image.fromarray(values).save(out, "TIFF")
    return out.getvalue()


def files():
    deep = smooth()
    alpha = RANDOM.integers(0, 65536, (HEIGHT, WIDTH, 1)).astype(numpy.uint16)
    with_alpha = numpy.concatenate([deep, alpha], axis=2)
    grey = deep[:, :, :1]
    grey_alpha = numpy.concatenate([grey, alpha], axis=2)
    yield "jpeg, orientation 6", upright_jpeg(6)
    yield "jpeg, orientation 8, profile", upright_jpeg(8, adobe_rgb())
    yield "8 bits, profile", png(deep >> 8, 8, adobe_rgb())
    yield "8 bits, alpha", png(with_alpha >> 8, 8)
    yield "8 bits, alpha, profile", png(with_alpha >> 8, 8, adobe_rgb())
    yield "8 bits, grey, alpha", png(grey_alpha >> 8, 8)
    yield "16 bits", png(deep, 16)
    yield "16 bits, profile", png(deep, 16, adobe_rgb())
    yield "16 bits, alpha", png(with_alpha, 16)
    yield "16 bits, grey", png(grey, 16)
    yield "16 bits, grey, alpha", png(grey_alpha, 16)
    yield "tiff, 16 bits, grey", tiff(grey[:, :, 0])
    yield "tiff, floats to 1", tiff((grey[:, :, 0] / 65535).astype(numpy.float32))
    yield "tiff, floats to 255", tiff((grey[:, :, 0] / 257).astype(numpy.float32))
    yield "tiff, 32 bits to 255", tiff((grey[:, :, 0] >> 8).astype(numpy.int32))


def main():
    cases = []
    for name, data in files():
        with tempfile.NamedTemporaryFile(suffix=".png") as file:
            file.write(data)
            file.flush()
            pixels = read_pixels(file.name)[0].transpose(1, 2, 0).astype(numpy.uint8)
        texts = [base64.b64encode(raw).decode() for raw in (data, pixels.tobytes())]
        cases.append({"name": name, "file": texts[0], "pixels": texts[1]})
    script = hashlib.sha256(SCRIPT.read_bytes()).hexdigest()
    json.dump({"pillow": PIL.__version__, "script": script, "cases": cases}, sys.stdout, indent=1)
    print()


main()
