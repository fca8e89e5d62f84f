"""What every Python peer shares: the recipe's data, schedules and batches, and the conversation.

A peer is a process. Its one argument is the directory that lib/bench/setup.ts wrote; it answers
each line of JSON on its input with one on its output. The clock stands here, around exactly what
Trainer.step() and Trainer.evaluate() do: batch, schedules, masks, forward, backward, Adam, and the
loss and both norms as numbers.

    {"op": "step", "n": 20}     -> {"ms": [20 numbers], "cpu_ms": of all threads}
    {"op": "evaluate"}          -> {"ms": ..., "cpu_ms": ..., "accuracy": ...}
    {"op": "check", "n": 20}    -> {"loss": [...], "weight_norm": [...], "gradient_norm": [...],
                                    "accuracy": ..., "kept": share of units that dropout keeps}
    {"op": "walk", "n": 1100}   -> {"ms": ..., "step_ms": [...]}: with a measurement every 100
    {"op": "reset"}             -> {}: the next step is the first again
    {"op": "memory"}            -> {"rss": bytes}
"""

import json
import os
import sys
import time

for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NPROC"):
    os.environ[name] = "1"

# Libraries print to stdout as they please: the conversation keeps the real one to itself.
_out = os.fdopen(os.dup(1), "w", buffering=1)
os.dup2(2, 1)


def _say(answer):
    _out.write(json.dumps(answer) + "\n")
    _out.flush()


class Setup:
    """setup.json's numbers as attributes, and the arrays beside it."""

    def __init__(self, directory):
        import numpy as np

        self.np = np
        self.directory = directory
        with open(os.path.join(directory, "setup.json")) as file:
            self.__dict__.update(json.load(file))
        self.hidden = self.depth - 2
        self.train_images = self._read("train-images.u8", np.uint8).reshape(-1, self.inputs)
        self.train_labels = self._read("train-labels.u8", np.uint8).astype(np.int64)
        self.test_images = self._read("test-images.u8", np.uint8).reshape(-1, self.inputs)
        self.test_labels = self._read("test-labels.u8", np.uint8).astype(np.int64)

    def _read(self, name, kind):
        return self.np.fromfile(os.path.join(self.directory, name), kind)

    def weights(self):
        """Initial parameters in the order of GradNet's variables, float32."""
        flat, at, arrays = self._read("weights.f32", self.np.float32), 0, []
        i, w, h, c = self.inputs, self.width, self.hidden, self.classes
        for shape in ((i, w), (w,), (h, w, w), (h, w), (w, c), (c,)):
            size = int(self.np.prod(shape))
            arrays.append(flat[at : at + size].reshape(shape).copy())
            at += size
        return arrays

    def masks(self):
        """Dropout masks of the check, [steps, depth - 1, batch, width], 0 and 1/keep."""
        flat = self._read("masks.f32", self.np.float32)
        return flat.reshape(-1, self.depth - 1, self.batch, self.width)


class _Training:
    """Where a training stands: which batch, which g, which learning rate."""

    def __init__(self, setup, model, check=False):
        self.setup, self.model, self.check = setup, model, check
        self.iter = 0
        self.per_epoch = len(setup.train_labels) // setup.batch
        self.random = setup.np.random.default_rng(setup.seed)
        self.masks = setup.masks() if check else None
        model.reset(setup.weights())

    def schedule(self):
        s = self.setup
        at = self.iter + (s.checkFrom if self.check else 0)
        g = min(at / self.per_epoch / s.tau, 1.0)
        return g, s.rate * s.factor ** ((s.globalStep + at) / s.decaySteps)

    def batch(self):
        at = self.iter % self.per_epoch
        if at == 0:
            count = len(self.setup.train_labels)
            order = self.random.permutation(count)
            self.order = self.setup.np.arange(count) if self.check else order
        return self.order[at * self.setup.batch : (at + 1) * self.setup.batch]

    def step(self):
        g, learning_rate = self.schedule()
        masks = self.masks[self.iter] if self.check else None
        found = self.model.step(self.batch(), g, learning_rate, self.iter + 1, masks)
        self.iter += 1
        return found

    def evaluate(self):
        predictions = self.model.predict(self.schedule()[0])
        return float((predictions == self.setup.test_labels).mean())


def tf_adam_rate(learning_rate, t):
    """Of step t, from 1: w -= rate * m / (sqrt(v) + 1e-8), the form of 2015's TensorFlow."""
    return learning_rate * (1 - 0.999**t) ** 0.5 / (1 - 0.9**t)


def _timed(work):
    cpu, start = time.process_time(), time.perf_counter()
    found = work()
    ms = (time.perf_counter() - start) * 1e3
    return found, ms, (time.process_time() - cpu) * 1e3


def _steps(training, n):
    ms, cpu = [], time.process_time()
    for _ in range(n):
        ms.append(_timed(training.step)[1])
    return {"ms": ms, "cpu_ms": (time.process_time() - cpu) * 1e3}


def _check(setup, model, n):
    training = _Training(setup, model, check=True)
    found = [training.step() for _ in range(n)]
    loss, weight_norm, gradient_norm = ([float(f[i]) for f in found] for i in range(3))
    loss = [ce + setup.l1 * norm for ce, norm in zip(loss, weight_norm)]
    return {
        "loss": loss,
        "weight_norm": weight_norm,
        "gradient_norm": gradient_norm,
        "accuracy": training.evaluate(),
        "kept": model.kept(),
    }


def _walk(training, n):
    """n iterations of the walkthrough: measured and logged every 100, before the update."""
    ms = []

    def work():
        for _ in range(n):
            if training.iter % 100 == 0:
                g, learning_rate = training.schedule()
                measured = training.model.measure(training.batch(), g)
                scalars = (*measured, training.evaluate(), g, learning_rate)
                training.model.log(training.iter, scalars)
            ms.append(_timed(training.step)[1])

    return {"ms": _timed(work)[1], "step_ms": ms}


def _rss():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def serve(make):
    """Answers until the input ends. `make(setup)` is the model, with a `version` of its own."""
    try:
        setup = Setup(sys.argv[1])
        model = make(setup)
        training = _Training(setup, model)
        _say({"version": model.version})
    except Exception as error:  # whatever it is, the bench goes on without this peer
        _say({"error": f"{type(error).__name__}: {error}".splitlines()[0]})
        return
    for line in sys.stdin:
        request = json.loads(line)
        op, n = request["op"], request.get("n", 1)
        try:
            if op == "step":
                answer = _steps(training, n)
            elif op == "evaluate":
                accuracy, ms, cpu = _timed(training.evaluate)
                answer = {"ms": ms, "cpu_ms": cpu, "accuracy": accuracy}
            elif op == "check":
                answer = _check(setup, model, n)
                training = _Training(setup, model)
            elif op == "walk":
                answer = _walk(training, n)
            elif op == "reset":
                training = _Training(setup, model)
                answer = {}
            elif op == "memory":
                answer = {"rss": _rss()}
            else:
                answer = {"error": f"no such op: {op}"}
        except Exception as error:
            answer = {"error": f"{type(error).__name__}: {error}".splitlines()[0]}
        _say(answer)
