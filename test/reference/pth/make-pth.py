"""Small weights files as PyTorch itself writes them, and the numbers inside.

Run in this folder: python make-pth.py
"""

import json
from collections import OrderedDict

import torch

torch.manual_seed(3)
base = torch.randn(4, 6)
state = OrderedDict()
state["conv.weight"] = torch.randn(4, 3, 2, 2)
state["conv.channels_last"] = torch.randn(2, 3, 4, 5).to(memory_format=torch.channels_last)
state["transposed"] = base.t()
state["slice"] = base[1:3, 2:5]
state["tied"] = base
state["half"] = torch.tensor([0.5, -1.0, 65504.0, 6e-8, 6.1e-5, float("inf"), 1 / 3]).half()
state["bfloat16"] = torch.tensor([0.5, -1.0, 3e38, 1e-40, 1 / 3]).bfloat16()
state["double"] = torch.tensor([1 / 3, -2.0], dtype=torch.float64)
state["scalar"] = torch.tensor(2.5)
state["empty"] = torch.zeros(0, 3)
state["num_batches_tracked"] = torch.tensor(7)

torch.save(state, "state.zip.pth")
torch.save(state, "state.legacy.pth", _use_new_zipfile_serialization=False)
torch.save(state, "state.protocol4.pth", pickle_protocol=4)
wrapped = OrderedDict((f"module.{name}", torch.nn.Parameter(value) if value.is_floating_point() else value)
                      for name, value in state.items())
torch.save({"epoch": 3, "best": 0.5, "arch": "tiny", "state_dict": wrapped}, "checkpoint.zip.pth")
torch.save({"epoch": 3, "best": 0.5, "arch": "tiny", "state_dict": wrapped}, "checkpoint.legacy.pth",
           _use_new_zipfile_serialization=False)
model = torch.nn.Linear(2, 2)
torch.save(model, "module.zip.pth")

numbers = {name: {"dims": list(value.shape), "values": [str(v) for v in value.float().flatten().tolist()]}
           for name, value in state.items()}
with open("state.json", "w") as file:
    json.dump({"torch": torch.__version__.split("+")[0], "tensors": numbers}, file, indent=1)
    file.write("\n")
