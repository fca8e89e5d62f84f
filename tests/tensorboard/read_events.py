"""Prints what the real TensorBoard reads in a directory of event files, as JSON.

usage: python read_events.py DIR

{"tensorboard": its version, "file_version": of the newest file,
 "scalars": {tag: [[wall time, step, value], ...]}, "tensors": {tag: plugin},
 "histograms": {tag: [[step, min, max, number, sum, [[from, to, count], ...]], ...]},
 "graph": [[name, op, [input, ...], [size, ...]], ...], "hparams": {name: value}}

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
from tensorboard.plugins.hparams import metadata
from tensorboard.util import tensor_util


def number(value):
    return value if math.isfinite(value) else str(value)


directory = sys.argv[1]
accumulator = EventAccumulator(directory)
accumulator.Reload()
scalars = {
    tag: [[e.wall_time, e.step, number(e.value)] for e in accumulator.Scalars(tag)]
    for tag in accumulator.Tags()["scalars"]
}
histograms = {
    tag: [
        [e.step, h.min, h.max, h.num, h.sum]
        for e in accumulator.Histograms(tag)
        for h in [e.histogram_value]
    ]
    for tag in accumulator.Tags()["histograms"]
}
graph = []
if accumulator.Tags()["graph"]:
    for node in accumulator.Graph().node:
        shapes = node.attr["_output_shapes"].list.shape
        graph.append([node.name, node.op, list(node.input), [d.size for s in shapes for d in s.dim]])
hparams = {}
buckets = {}
tensors = {}
for name in sorted(os.listdir(directory)):
    file_version = None
    for event in EventFileLoader(os.path.join(directory, name)).Load():
        file_version = event.file_version or file_version
        for value in event.summary.value:
            # a loader gives the metadata with a tag's first value only
            plugin = tensors.setdefault(value.tag, value.metadata.plugin_data.plugin_name)
            if plugin == "histograms":
                rows = tensor_util.make_ndarray(value.tensor).tolist()
                buckets.setdefault(value.tag, []).append(rows)
            if value.tag == metadata.SESSION_START_INFO_TAG:
                content = value.metadata.plugin_data.content
                start = metadata.parse_session_start_info_plugin_data(content)
                for key, of in start.hparams.items():
                    hparams[key] = getattr(of, of.WhichOneof("kind"))
for tag, of in histograms.items():
    for one, rows in zip(of, buckets[tag]):
        one.append(rows)
print(json.dumps({
    "tensorboard": version.VERSION,
    "file_version": file_version,
    "scalars": scalars,
    "tensors": tensors,
    "histograms": histograms,
    "graph": graph,
    "hparams": hparams,
}))
