"""What peers that train have in common: requests from stdin, one JSON line an answer."""

import json
import sys
import time

live = {}


def run(prepare, steps, **setting):
    key = json.dumps(setting)
    if key not in live:
        if len(live) == 2:
            live.clear()
        live[key] = prepare(**setting)
    start = time.perf_counter()
    losses = [live[key]() for _ in range(steps)]
    return {"secondsEach": (time.perf_counter() - start) / steps, "loss": losses[-1]}


def answer(greeting, prepare):
    """`prepare` makes of a request without its number of steps the function that takes one step and gives its loss."""
    print(json.dumps(greeting), flush=True)
    for line in sys.stdin:
        print(json.dumps(run(prepare, **json.loads(line))), flush=True)
