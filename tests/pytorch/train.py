"""Trains what a directory describes in PyTorch, in float32 and in float64, and prints JSON.

usage: python train.py DIR

DIR holds what compare.ts wrote: case.json, weights.f32 (the initial parameters, one after another,
as case.json lists them), images.u8 [steps, batch, inputs], labels.u8 [steps, batch], masks.u8
[steps, depth - 1, batch, width] of 0 and 1, and test.u8 [images, inputs].

{"torch": its version, "float32": {"loss": [a number a step], "weight_norm": [...],
 "gradient_norm": [...], "predictions": [a class a test image]}, "float64": the same}
"""

import json
import os
import sys

import numpy as np
import torch

torch.set_num_threads(1)
directory = sys.argv[1]
with open(os.path.join(directory, "case.json")) as file:
    case = json.load(file)


def read(name, kind, *shape):
    return torch.from_numpy(np.fromfile(os.path.join(directory, name), kind).reshape(shape))


steps, batch, width = len(case["steps"]), case["batch"], case["width"]
images = read("images.u8", np.uint8, steps, batch, -1)
labels = read("labels.u8", np.uint8, steps, batch).long()
masks = read("masks.u8", np.uint8, steps, case["depth"] - 1, batch, width)
test = read("test.u8", np.uint8, -1, images.shape[2])


def parameters(dtype):
    flat, at, found = read("weights.f32", np.float32, -1), 0, {}
    for name, shape in case["parameters"].items():
        size = int(np.prod(shape))
        found[name] = flat[at : at + size].reshape(shape).to(dtype).clone().requires_grad_()
        at += size
    return found


def hidden(x, p, layer, g):
    u = x @ p["hiddenW"][layer] + p["hiddenB"][layer]
    kind = case["layer"]
    if kind == "identity-grelu":
        return g * torch.relu(u) + (1 - g) * x
    if kind == "linear-grelu":
        return g * torch.relu(u) + (1 - g) * u
    if kind == "plain":
        return torch.relu(u)
    if kind == "residual":
        return x + torch.relu(u)
    t = torch.sigmoid(x @ p["gateW"][layer] + p["gateB"][layer])
    return t * torch.relu(u) + (1 - t) * x


def logits(p, pixels, g, kept=None):
    dtype = p["firstW"].dtype
    x = (pixels.float() / 255).to(dtype)
    dropout = lambda y, l: y if kept is None else y * kept[l].to(dtype) / case["keep"]
    y = dropout(torch.relu(x @ p["firstW"] + p["firstB"]), 0)
    for layer in range(case["depth"] - 2):
        y = dropout(hidden(y, p, layer, g), layer + 1)
    return y @ p["lastW"] + p["lastB"]


def train(dtype):
    p = parameters(dtype)
    adam = torch.optim.Adam(p.values())
    found = {"loss": [], "weight_norm": [], "gradient_norm": []}
    for i, (g, rate) in enumerate(case["steps"]):
        probabilities = torch.softmax(logits(p, images[i], g, masks[i]), 1)
        of_label = probabilities.gather(1, labels[i][:, None])
        cross_entropy = -torch.log(of_label + case["log_epsilon"]).sum()
        weight_norm = p["hiddenW"].abs().mean()
        (of_weights,) = torch.autograd.grad(
            cross_entropy, [p["hiddenW"]], retain_graph=True, materialize_grads=True
        )
        loss = cross_entropy + case["l1"] * weight_norm
        adam.zero_grad()
        loss.backward()
        # The epsilon of torch.optim.Adam is added after the correction for t, TensorFlow's before.
        adam.param_groups[0].update(lr=rate, eps=1e-8 / (1 - 0.999 ** (i + 1)) ** 0.5)
        adam.step()
        found["loss"].append(loss.item())
        found["weight_norm"].append(weight_norm.item())
        found["gradient_norm"].append(of_weights.abs().mean().item())
    with torch.no_grad():
        found["predictions"] = logits(p, test, case["steps"][-1][0]).argmax(1).tolist()
    return found


print(json.dumps({
    "torch": torch.__version__,
    "float32": train(torch.float32),
    "float64": train(torch.float64),
}))
