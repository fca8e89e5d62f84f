"""PyTorch in three forms, named by the second argument.

eager: as one writes it, F.dropout, g*relu(u) + (1-g)*x, stock Adam, the test images in one piece.
tuned: the quickest eager form that was found, all masks in one draw, lerp for the layer, fused
Adam, the test images in chunks. compile: tuned, and torch.compile on it.
In all of them the hidden parameters are stacked: one tensor a layer costs a third more.
"""

import sys

from protocol import serve

CHUNK = 2500  # images: quicker than 10,000 in one piece, and than 500


class Torch:
    def __init__(self, setup):
        import torch

        torch.set_num_threads(1)
        torch.set_num_interop_threads(1)
        self.torch, self.setup = torch, setup
        self.version = f"torch {torch.__version__}"
        form = sys.argv[2]
        self.tuned, self.compiled = form != "eager", form == "compile"
        self.images = torch.from_numpy(setup.train_images)
        self.labels = torch.from_numpy(setup.train_labels)
        test = torch.from_numpy(setup.test_images).float().div_(255)
        self.chunks = test.split(CHUNK if self.tuned else len(test))
        wrap = torch.compile if self.compiled else lambda f: f
        self.cross_entropy = wrap(self._cross_entropy)
        self.norms = wrap(self._norms)
        self.classes = wrap(self._classes)

    def reset(self, weights):
        torch = self.torch
        self.parameters = [torch.from_numpy(w).requires_grad_() for w in weights]
        self.adam = torch.optim.Adam(self.parameters, fused=self.tuned)

    def _logits(self, parameters, x, g, dropout=lambda y, layer: y):
        torch = self.torch
        W1, b1, W, b, W2, b2 = parameters
        y = dropout(torch.relu(torch.addmm(b1, x, W1)), 0)
        for l, (w, c) in enumerate(zip(W.unbind(0), b.unbind(0)), 1):
            late = torch.relu(torch.addmm(c, y, w))
            y = dropout(torch.lerp(y, late, g) if self.tuned else g * late + (1 - g) * y, l)
        return torch.addmm(b2, y, W2)

    def _cross_entropy(self, parameters, x, labels, g, masks):
        if masks is None:
            dropout = lambda y, layer: self.torch.dropout(y, 1 - self.setup.keep, True)
        else:
            layers = masks.unbind(0)
            dropout = lambda y, layer: y * layers[layer]
        logits = self._logits(parameters, x, g, dropout)
        p = self.torch.softmax(logits, 1).gather(1, labels[:, None])
        return -self.torch.log(p + 1e-9).sum()

    def _norms(self, W, dW, l1):
        """Both means of absolute values, and dW with the penalty's gradient added."""
        return W.abs().mean(), dW.abs().mean(), dW.add(W.sign(), alpha=l1 / W.numel())

    def _classes(self, parameters, x, g):
        return self._logits(parameters, x, g).argmax(1)

    def _batch(self, indices):
        indices = self.torch.from_numpy(indices)
        return self.images[indices].float().div_(255), self.labels[indices]

    def _g(self, g):
        # a tensor, lest every new number be compiled anew
        return self.torch.tensor(g) if self.compiled else g

    def _draw(self):
        s = self.setup
        return self.torch.empty(s.depth - 1, s.batch, s.width).bernoulli_(s.keep).div_(s.keep)

    def step(self, indices, g, learning_rate, t, masks=None):
        torch = self.torch
        x, labels = self._batch(indices)
        if masks is not None:
            masks = torch.from_numpy(masks)
        elif self.tuned:
            masks = self._draw()
        loss = self.cross_entropy(self.parameters, x, labels, self._g(g), masks)
        gradients = torch.autograd.grad(loss, self.parameters)
        with torch.no_grad():
            for parameter, gradient in zip(self.parameters, gradients):
                parameter.grad = gradient
            W = self.parameters[2]
            weight_norm, gradient_norm, W.grad = self.norms(W, W.grad, self.setup.l1)
            found = torch.stack([loss.detach(), weight_norm, gradient_norm]).tolist()
        group = self.adam.param_groups[0]
        group["lr"], group["eps"] = learning_rate, 1e-8 / (1 - 0.999**t) ** 0.5  # TensorFlow's form
        self.adam.step()
        return found

    def predict(self, g):
        torch = self.torch
        with torch.no_grad():
            parts = [self.classes(self.parameters, x, self._g(g)) for x in self.chunks]
            return torch.cat(parts).numpy()

    def measure(self, indices, g):
        """Loss, both norms and accuracy on the batch, without dropout."""
        torch = self.torch
        x, labels = self._batch(indices)
        logits = self._logits(self.parameters, x, g)
        p = torch.softmax(logits, 1).gather(1, labels[:, None])
        loss = -torch.log(p + 1e-9).sum()
        W = self.parameters[2]
        (dW,) = torch.autograd.grad(loss, [W])
        accuracy = (logits.argmax(1) == labels).float().mean()
        with torch.no_grad():
            found = [loss, W.abs().mean(), dW.abs().mean(), accuracy]
        return torch.stack([f.detach() for f in found]).tolist()

    def log(self, iteration, scalars):
        with open(f"{self.setup.directory}/torch-log.csv", "a") as file:
            file.write(",".join(map(str, (iteration, *scalars))) + "\n")

    def kept(self):
        torch = self.torch
        ones = torch.ones(10**5)
        drawn = self._draw() if self.tuned else torch.dropout(ones, 1 - self.setup.keep, True)
        return float((drawn > 0).float().mean())


serve(Torch)
