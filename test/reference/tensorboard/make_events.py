"""Writes an event file with TensorBoard's own writer, reads it back, and checks files that Rootstock wrote.

    python make_events.py                 # writes events.json and events.out.tfevents.reference
    python make_events.py check FOLDER    # reads every run under FOLDER with EventAccumulator and prints its scalars

Made with tensorboard 2.21.0, protobuf 7.36.2, numpy 2.4.6, Python 3.11.
"""

import json
import sys
from pathlib import Path

from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.compat.proto.event_pb2 import Event
from tensorboard.compat.proto.summary_pb2 import Summary
from tensorboard.summary.writer.record_writer import RecordWriter

HERE = Path(__file__).parent
WALL_TIME = 1750000000.25
EVENTS = [
    {"step": 0, "scalars": {"loss/validation": 1.609375, "accuracy/validation": 0.2}},
    {
        "step": 1,
        "scalars": {
            "loss/training": 1.25,
            "accuracy/training": 0.4375,
            "loss/validation": 1.1,
            "accuracy/validation": 0.55,
            "rate": 0.001,
        },
    },
    {"step": 300, "scalars": {"rate test/loss": 2.5e-7, "学习率": -3.0}},
]


def make():
    path = HERE / "events.out.tfevents.reference"
    with open(path, "wb") as file:
        writer = RecordWriter(file)
        writer.write(Event(wall_time=WALL_TIME, file_version="brain.Event:2").SerializeToString())
        for event in EVENTS:
            values = [Summary.Value(tag=tag, simple_value=value) for tag, value in event["scalars"].items()]
            whole = Event(wall_time=WALL_TIME + event["step"], step=event["step"], summary=Summary(value=values))
            writer.write(whole.SerializeToString(deterministic=True))
    (HERE / "events.json").write_text(
        json.dumps({"wallTime": WALL_TIME, "events": EVENTS}, indent=2, ensure_ascii=False) + "\n", encoding="utf-8"
    )
    show(path)


def check(root):
    for folder in sorted({path.parent for path in Path(root).rglob("events.out.tfevents.*")}):
        print(folder.relative_to(root))
        show(folder)


def show(path):
    events = EventAccumulator(str(path), size_guidance={"scalars": 0})
    events.Reload()
    for tag in events.Tags()["scalars"]:
        print("  ", tag, [(scalar.step, scalar.value) for scalar in events.Scalars(tag)])


check(sys.argv[2]) if sys.argv[1:2] == ["check"] else make()
