"""Shapes of whole networks for whole-networks.test.ts, by onnx.shape_inference on torchvision's exports.

Run: python make_shapes.py > shapes.json
Weights are random and left out; only operators, attributes, names, integer constants and shapes are stored.
"""

import io
import json
import sys
import warnings

import onnx
import torch
import torchvision
from onnx import helper, numpy_helper, shape_inference

warnings.filterwarnings("ignore")
NETWORKS = ["alexnet", "vgg11", "squeezenet1_0", "googlenet", "resnet18", "mobilenet_v2", "mobilenet_v3_small", "efficientnet_b0"]
KINDS = {1: "float", 2: "int", 3: "string", 4: "tensor", 6: "floats", 7: "ints", 8: "strings"}


def tensor(proto):
    out = {"type": proto.data_type, "dims": list(proto.dims)}
    if proto.data_type == onnx.TensorProto.INT64:
        out["values"] = numpy_helper.to_array(proto).reshape(-1).tolist()
    return out


def attribute(proto):
    value = helper.get_attribute_value(proto)
    kind = KINDS[proto.type]
    if kind == "tensor":
        value = tensor(value)
    if kind == "string":
        value = value.decode()
    return {"kind": kind, "value": list(value) if kind in ("ints", "floats") else value}


def network(name):
    options = {"init_weights": False, "aux_logits": False} if name == "googlenet" else {}
    model = getattr(torchvision.models, name)(weights=None, **options).eval()
    file = io.BytesIO()
    dynamic = {"x": {0: "N"}, "logits": {0: "N"}}
    torch.onnx.export(
        model, torch.zeros(1, 3, 224, 224), file, opset_version=17, dynamo=False,
        input_names=["x"], output_names=["logits"], dynamic_axes=dynamic,
    )
    proto = shape_inference.infer_shapes(onnx.load_from_string(file.getvalue()), data_prop=True)
    shapes = {}
    for info in list(proto.graph.value_info) + list(proto.graph.output):
        dims = info.type.tensor_type.shape.dim
        shapes[info.name] = [d.dim_value if d.HasField("dim_value") else d.dim_param for d in dims]
    short = {}

    def rename(long):  # exporters' names are half the file
        return long and (long if long in ("x", "logits") else short.setdefault(long, f"v{len(short)}"))

    return {
        "name": name,
        "initializers": {rename(t.name): tensor(t) for t in proto.graph.initializer},
        "nodes": [
            {
                "operator": n.op_type,
                "inputs": [rename(i) for i in n.input],
                "outputs": [rename(o) for o in n.output],
                "attributes": {a.name: attribute(a) for a in n.attribute},
            }
            for n in proto.graph.node
        ],
        "shapes": {rename(key): dims for key, dims in shapes.items()},
    }


versions = {"torch": torch.__version__, "torchvision": torchvision.__version__, "onnx": onnx.__version__}
json.dump({"versions": versions, "networks": [network(name) for name in NETWORKS]}, sys.stdout, separators=(",", ":"))
