"""JAX: one jitted function a step, the hidden layers by lax.scan, parameters donated.

Unrolled, a step takes half as long again.
"""

import os

os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false"
os.environ["JAX_PLATFORMS"] = "cpu"

from protocol import serve, tf_adam_rate


class Jax:
    def __init__(self, setup):
        import jax

        self.jax, self.np, self.setup = jax, jax.numpy, setup
        self.version = f"jax {jax.__version__}"
        self.images = self.np.asarray(setup.train_images)
        self.labels = self.np.asarray(setup.train_labels.astype("int32"))
        self.test = self.np.asarray(setup.test_images.astype("float32") / 255)
        self.jit_step = jax.jit(self._step, donate_argnums=(0,))
        self.jit_draw = jax.jit(self._draw)
        self.jit_classes = jax.jit(self._classes)

    def reset(self, weights):
        parameters = [self.np.array(w) for w in weights]
        zeros = [self.np.zeros_like(w) for w in parameters]
        self.state = (parameters, zeros, [self.np.zeros_like(w) for w in parameters])
        self.key = self.jax.random.key(self.setup.seed)

    def _logits(self, parameters, x, g, masks):
        relu = self.jax.nn.relu
        W1, b1, W, b, W2, b2 = parameters
        y = relu(x @ W1 + b1)
        if masks is None:
            masks = self.np.ones((self.setup.depth - 1, 1, 1))

        def layer(y, part):
            w, c, mask = part
            return (g * relu(y @ w + c) + (1 - g) * y) * mask, None

        y, _ = self.jax.lax.scan(layer, y * masks[0], (W, b, masks[1:]))
        return y @ W2 + b2

    def _cross_entropy(self, parameters, x, labels, g, masks):
        p = self.jax.nn.softmax(self._logits(parameters, x, g, masks))
        return -self.np.log(p[self.np.arange(len(labels)), labels] + 1e-9).sum()

    def _step(self, state, images, labels, indices, g, rate, masks):
        np = self.np
        parameters, m, v = state
        x = images[indices].astype(np.float32) / 255
        loss, gradients = self.jax.value_and_grad(self._cross_entropy)(
            parameters, x, labels[indices], g, masks
        )
        W, dW = parameters[2], gradients[2]
        found = np.stack([loss, np.abs(W).mean(), np.abs(dW).mean()])
        gradients[2] = dW + self.setup.l1 / W.size * np.sign(W)
        m = [0.9 * m + 0.1 * d for m, d in zip(m, gradients)]
        v = [0.999 * v + 0.001 * d * d for v, d in zip(v, gradients)]
        parameters = [
            w - rate * m / (np.sqrt(v) + 1e-8) for w, m, v in zip(parameters, m, v)
        ]
        return (parameters, m, v), found

    def _draw(self, key):
        s, random = self.setup, self.jax.random
        key, now = random.split(key)
        kept = random.bernoulli(now, s.keep, (s.depth - 1, s.batch, s.width))
        return key, kept * self.np.float32(1 / s.keep)

    def _classes(self, parameters, x, g):
        return self._logits(parameters, x, g, None).argmax(1)

    def step(self, indices, g, learning_rate, t, masks=None):
        if masks is None:
            self.key, masks = self.jit_draw(self.key)
        rate = tf_adam_rate(learning_rate, t)
        indices = indices.astype("int32")
        self.state, found = self.jit_step(
            self.state, self.images, self.labels, indices, g, rate, masks
        )
        return found.tolist()

    def predict(self, g):
        return self.setup.np.asarray(self.jit_classes(self.state[0], self.test, g))

    def kept(self):
        return float((self.jit_draw(self.key)[1] > 0).mean())


serve(Jax)
