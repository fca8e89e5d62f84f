"""Computes a GradNet of "identity-grelu" layers in PyTorch from a safetensors file, and writes it back.

usage: python net.py NET IMAGES G OUT

NET: the file. IMAGES: raw bytes, [count, inputs]. OUT: where to write the same weights again, by
PyTorch. Prints the predicted classes as JSON.
"""

import json
import sys

import numpy
import torch
from safetensors.torch import load_file, save_file

path, images, g, out = sys.argv[1], sys.argv[2], float(sys.argv[3]), sys.argv[4]
net = load_file(path)
pixels = numpy.fromfile(images, dtype=numpy.uint8).reshape(-1, net["firstW"].shape[0])
x = torch.from_numpy(pixels).float() / 255
y = torch.relu(x @ net["firstW"] + net["firstB"])
for weight, bias in zip(net["hiddenW"], net["hiddenB"]):
    y = g * torch.relu(y @ weight + bias) + (1 - g) * y
logits = y @ net["lastW"] + net["lastB"]
names = ["firstW", "firstB", "hiddenW", "hiddenB", "lastW", "lastB"]
save_file({name: net[name] for name in names}, out)
print(json.dumps(logits.argmax(1).tolist()))
