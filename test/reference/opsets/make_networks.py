"""Small networks as PyTorch's two exporters write them, opsets 17 to 24, constants as nodes and as initializers.

Each is named <network>-<exporter><opset>-<constants>.onnx; networks.json beside them holds the input (drawn from a
seed by splitmix, see ../autodiff), a sample of the output as PyTorch computes it, and the versions.

    python make_networks.py            # writes here: the files that the tests read
    python make_networks.py OUT all    # every combination into OUT

torch 2.15.0, onnxscript 0.7.2, onnx 1.23.2
"""

import json
import os
import sys
import warnings

import onnx
import onnxscript
import torch
from onnx import helper, numpy_helper
from torch import nn

HERE = os.path.dirname(os.path.abspath(__file__))
SIDE = 24
OPSETS = range(17, 25)


class Plain(nn.Module):
    """Convolutions, dropout and a pool."""

    def __init__(self):
        super().__init__()
        self.first = nn.Conv2d(3, 6, 3, stride=2, padding=1)
        self.second = nn.Conv2d(6, 8, 3, padding=1)
        self.last = nn.Linear(8, 4)

    def forward(self, x):
        x = torch.relu(self.first(x))
        x = torch.max_pool2d(torch.relu(self.second(x)), 2)
        return self.last(nn.functional.adaptive_avg_pool2d(x, 1).flatten(1))


class Residual(nn.Module):
    """A block of a ResNet, batch normalisation and a projected shortcut."""

    def __init__(self):
        super().__init__()
        self.stem = nn.Conv2d(3, 6, 3, stride=2, padding=1, bias=False)
        self.norm = nn.BatchNorm2d(6)
        self.one = nn.Conv2d(6, 8, 3, stride=2, padding=1, bias=False)
        self.norm1 = nn.BatchNorm2d(8)
        self.two = nn.Conv2d(8, 8, 3, padding=1, bias=False)
        self.norm2 = nn.BatchNorm2d(8)
        self.short = nn.Conv2d(6, 8, 1, stride=2, bias=False)
        self.last = nn.Linear(8, 4)

    def forward(self, x):
        x = torch.relu(self.norm(self.stem(x)))
        y = self.norm2(self.two(torch.relu(self.norm1(self.one(x)))))
        x = torch.relu(y + self.short(x))
        return self.last(x.mean((2, 3)))


class Layered(nn.Module):
    """Layer normalisation over the channels, as the operator and by its formula; GELU between."""

    def __init__(self):
        super().__init__()
        self.patch = nn.Conv2d(3, 8, 4, stride=4)
        self.norm = nn.LayerNorm(8)
        self.wide = nn.Linear(8, 12)
        self.narrow = nn.Linear(12, 8)
        self.scale = nn.Parameter(torch.ones(8, 1, 1) * 0.9)
        self.shift = nn.Parameter(torch.zeros(8, 1, 1) + 0.1)

    def forward(self, x):
        x = self.patch(x)
        d = x - x.mean(1, keepdim=True)
        x = d / torch.sqrt(d.pow(2).mean(1, keepdim=True) + 1e-6) * self.scale + self.shift
        y = self.norm(x.permute(0, 2, 3, 1))
        y = self.narrow(nn.functional.gelu(self.wide(y)))
        return x + y.permute(0, 3, 1, 2)


class Mobile(nn.Module):
    """A depthwise block with hard-swish, as the operator and by its formula, and a squeeze-and-excite gate."""

    def __init__(self):
        super().__init__()
        self.stem = nn.Conv2d(3, 8, 3, stride=2, padding=1)
        self.depth = nn.Conv2d(8, 8, 3, padding=1, groups=8)
        self.down = nn.Conv2d(8, 4, 1)
        self.up = nn.Conv2d(4, 8, 1)
        self.point = nn.Conv2d(8, 8, 1)

    def forward(self, x):
        x = nn.functional.hardswish(self.stem(x))
        x = self.depth(x)
        x = x * (nn.functional.relu6(x + 3.0) / 6.0)
        g = nn.functional.hardsigmoid(self.up(torch.relu(self.down(x.mean((2, 3), keepdim=True)))))
        return nn.functional.silu(self.point(x * g))


NETWORKS = {"plain": Plain, "residual": Residual, "layered": Layered, "mobile": Mobile}


def network(name):
    torch.manual_seed(sorted(NETWORKS).index(name))
    made = NETWORKS[name]()
    for part in made.modules():
        if isinstance(part, nn.BatchNorm2d):
            part.running_mean.uniform_(-0.3, 0.3)
            part.running_var.uniform_(0.5, 1.5)
            part.weight.data.uniform_(0.5, 1.5)
    return made.eval()


def picture():
    return torch.sin(torch.arange(2 * 3 * SIDE * SIDE, dtype=torch.float64)).float().reshape(2, 3, SIDE, SIDE)


def export(net, exporter, opset, path):
    x = picture()
    names = {"input_names": ["pixels"], "output_names": ["out"], "opset_version": opset}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        if exporter == "dynamo":
            torch.onnx.export(
                net, (x,), path, dynamo=True, external_data=False, verbose=False,
                dynamic_shapes=({0: torch.export.Dim("batch")},), **names,
            )
        else:
            torch.onnx.export(net, (x,), path, dynamo=False, dynamic_axes={"pixels": {0: "batch"}}, **names)


def is_setting(tensor):
    values = numpy_helper.to_array(tensor)
    return values.size == 1 or values.dtype.kind == "i"


def constants_as_nodes(model):
    """Scalars and lists of whole numbers that an exporter wrote as initializers, as Constant nodes."""
    graph = model.graph
    moved = [t for t in graph.initializer if is_setting(t)]
    nodes = [helper.make_node("Constant", [], [t.name], value=t) for t in moved]
    kept = [t for t in graph.initializer if not is_setting(t)]
    rest = list(graph.node)
    del graph.initializer[:], graph.node[:]
    graph.initializer.extend(kept)
    graph.node.extend(nodes + rest)


def constants_as_initializers(model):
    graph = model.graph
    constants = [n for n in graph.node if n.op_type == "Constant" and n.attribute[0].name == "value"]
    for node in constants:
        tensor = onnx.TensorProto()
        tensor.CopyFrom(node.attribute[0].t)
        tensor.name = node.output[0]
        graph.initializer.append(tensor)
    rest = [n for n in graph.node if n not in constants]
    del graph.node[:]
    graph.node.extend(rest)


FORMS = {"nodes": constants_as_nodes, "initializers": constants_as_initializers}


def strip(model):
    """What only people read: it is most of such a small file."""
    del model.metadata_props[:], model.graph.value_info[:], model.graph.metadata_props[:]
    model.graph.doc_string = ""
    for item in [*model.graph.node, *model.graph.initializer, *model.graph.input, *model.graph.output]:
        item.doc_string = ""
        del item.metadata_props[:]


def committed(name, exporter, opset, form):
    """Of the new exporter every opset, the forms of constants taking turns; of the old one its first, middle and last."""
    if exporter == "dynamo":
        turn = "nodes" if (opset + sorted(NETWORKS).index(name)) % 2 else "initializers"
        return form == turn or opset in (18, 20, 24)
    return (opset, form) in [(17, "nodes"), (20, "initializers"), (23, "nodes")]


def main():
    out = sys.argv[1] if len(sys.argv) > 1 else HERE
    everything = "all" in sys.argv[2:]
    record, failed = {}, {}
    for name in NETWORKS:
        net = network(name)
        with torch.no_grad():
            expected = net.double()(picture().double()).flatten().tolist()
        net = net.float()
        for exporter in ("torchscript", "dynamo"):
            for opset in OPSETS:
                raw = os.path.join(out, "raw.onnx")
                try:
                    export(net, exporter, opset, raw)
                except Exception as error:
                    failed[f"{name}-{exporter}{opset}"] = str(error).splitlines()[0][:200]
                    continue
                written = {i.domain: i.version for i in onnx.load(raw).opset_import}[""]
                if written != opset:
                    failed[f"{name}-{exporter}{opset}"] = f"asked for opset {opset}, it wrote {written}"
                    os.remove(raw)
                    continue
                for form, change in FORMS.items():
                    model = onnx.load(raw)
                    if not (everything or committed(name, exporter, opset, form)):
                        continue
                    change(model)
                    strip(model)
                    onnx.checker.check_model(model, full_check=True)
                    file = f"{name}-{exporter}{opset}-{form}.onnx"
                    onnx.save(model, os.path.join(out, file))
                    record[file] = {"network": name, "opset": opset, "constants": form}
                os.remove(raw)
        step = max(1, len(expected) // 16)
        record[name] = {"expected": expected[::step], "step": step}
    files = {k: v for k, v in record.items() if k.endswith(".onnx")}
    outputs = {k: v for k, v in record.items() if not k.endswith(".onnx")}
    versions = {"torch": torch.__version__, "onnxscript": onnxscript.__version__, "onnx": onnx.__version__}
    with open(os.path.join(out, "networks.json"), "w") as file:
        json.dump({"versions": versions, "outputs": outputs, "files": files, "notExported": failed}, file, indent=1)
        file.write("\n")


main()
