"""Prints what the real TensorBoard reads in a directory of event files, as JSON.

usage: python read_events.py DIR

{"tensorboard": its version, "file_version": of the newest file,
 "scalars": {tag: [[wall time, step, value], ...]}, "tensors": {tag: plugin}}

A value that is not finite is a string: "nan", "inf", "-inf".
"scalars" is by the accumulator, which sees the file as it is; "tensors" by the loader that the
web page is served from, which rewrites old summaries for the plugins of today.
"""

import json
import math
import os
import sys

from tensorboard import version
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.backend.event_processing.event_file_loader import EventFileLoader


def number(value):
    return value if math.isfinite(value) else str(value)


directory = sys.argv[1]
accumulator = EventAccumulator(directory)
accumulator.Reload()
scalars = {
    tag: [[e.wall_time, e.step, number(e.value)] for e in accumulator.Scalars(tag)]
    for tag in accumulator.Tags()["scalars"]
}
tensors = {}
for name in sorted(os.listdir(directory)):
    file_version = None
    for event in EventFileLoader(os.path.join(directory, name)).Load():
        file_version = event.file_version or file_version
        for value in event.summary.value:
            # a loader gives the metadata with a tag's first value only
            tensors.setdefault(value.tag, value.metadata.plugin_data.plugin_name)
print(json.dumps({
    "tensorboard": version.VERSION,
    "file_version": file_version,
    "scalars": scalars,
    "tensors": tensors,
}))
