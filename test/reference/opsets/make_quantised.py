"""The plain and the residual network of make_networks.py as ONNX Runtime's quantiser writes them.

QDQ (QuantizeLinear and DequantizeLinear around float operators), operators on whole numbers (QLinearConv and the
runtime's own), dynamic, and with float16 inside. networks.json is not touched: what quantisation loses is its own.

    python make_quantised.py [OUT]

torch 2.15.0, onnx 1.23.2, onnxruntime 1.32.0
"""

import os
import sys

import numpy
import onnx
from onnxruntime.quantization import (
    CalibrationDataReader,
    QuantFormat,
    QuantType,
    quantize_dynamic,
    quantize_static,
)

HERE = os.path.dirname(os.path.abspath(__file__))
OUT = sys.argv[1] if len(sys.argv) > 1 else HERE
SIDE = 24


class Pictures(CalibrationDataReader):
    def __init__(self):
        count = 3 * SIDE * SIDE
        waves = [numpy.sin(numpy.arange(count) * (i + 1)).astype("float32").reshape(1, 3, SIDE, SIDE) for i in range(4)]
        self.rest = iter(waves)

    def get_next(self):
        found = next(self.rest, None)
        return None if found is None else {"pixels": found}


def tidy(path):
    model = onnx.load(path)
    del model.graph.value_info[:], model.metadata_props[:]
    onnx.save(model, path)


def static(source, target, form, **types):
    quantize_static(source, target, Pictures(), quant_format=form, **types)
    tidy(target)


def dynamic(source, target, weights):
    quantize_dynamic(source, target, weight_type=weights)
    tidy(target)


for name, exporter in [("plain", "dynamo20"), ("residual", "dynamo18")]:
    source = os.path.join(HERE, f"{name}-{exporter}-initializers.onnx")
    path = lambda form: os.path.join(OUT, f"{name}-{form}.onnx")
    static(source, path("qdq"), QuantFormat.QDQ)
    static(source, path("qdq-perchannel"), QuantFormat.QDQ, per_channel=True)
    static(source, path("qoperator"), QuantFormat.QOperator)
    dynamic(source, path("dynamic-uint8"), QuantType.QUInt8)
    dynamic(source, path("dynamic-int8"), QuantType.QInt8)
static(
    os.path.join(HERE, "plain-dynamo20-initializers.onnx"),
    os.path.join(OUT, "plain-qdq16.onnx"),
    QuantFormat.QDQ,
    activation_type=QuantType.QUInt16,
    weight_type=QuantType.QInt16,
)
