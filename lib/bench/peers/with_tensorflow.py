"""TensorFlow 2: one tf.function a step, and the fused Adam that the 2015 notebook trained with."""

import os

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["CUDA_VISIBLE_DEVICES"] = ""

from protocol import serve


class TensorFlow:
    def __init__(self, setup):
        import tensorflow as tf

        tf.config.threading.set_intra_op_parallelism_threads(1)
        tf.config.threading.set_inter_op_parallelism_threads(1)
        self.tf, self.setup = tf, setup
        self.version = f"tensorflow {tf.__version__}"
        self.images = tf.constant(setup.train_images)
        self.labels = tf.constant(setup.train_labels.astype("int32"))
        self.test = tf.constant(setup.test_images.astype("float32") / 255)
        weights = setup.weights()
        self.parameters = [tf.Variable(w) for w in weights]
        self.m = [tf.Variable(w * 0) for w in weights]
        self.v = [tf.Variable(w * 0) for w in weights]
        self.random = tf.random.Generator.from_seed(setup.seed, alg="philox")
        number = tf.TensorSpec((), tf.float32)
        batch = tf.TensorSpec((setup.batch,), tf.int64)
        masks = tf.TensorSpec((setup.depth - 1, setup.batch, setup.width), tf.float32)
        self.graph_step = tf.function(self._step, [batch, number, number, number, number, masks])
        self.graph_draw = tf.function(self._draw, [])
        self.graph_classes = tf.function(self._classes, [number])

    def reset(self, weights):
        for variable, w in zip(self.parameters, weights):
            variable.assign(w)
        for variable in self.m + self.v:
            variable.assign(self.tf.zeros_like(variable))

    def _logits(self, parameters, x, g, masks):
        relu = self.tf.nn.relu
        W1, b1, W, b, W2, b2 = parameters
        y = relu(x @ W1 + b1)
        if masks is not None:
            y = y * masks[0]
        for l, (w, c) in enumerate(zip(self.tf.unstack(W), self.tf.unstack(b))):
            y = g * relu(y @ w + c) + (1 - g) * y
            if masks is not None:
                y = y * masks[l + 1]
        return y @ W2 + b2

    def _step(self, indices, g, learning_rate, power1, power2, masks):
        tf = self.tf
        x = tf.cast(tf.gather(self.images, indices), tf.float32) / 255
        labels = tf.gather(self.labels, indices)
        parameters = [tf.convert_to_tensor(p) for p in self.parameters]
        with tf.GradientTape() as tape:
            tape.watch(parameters)
            p = tf.nn.softmax(self._logits(parameters, x, g, tf.unstack(masks)))
            loss = -tf.reduce_sum(tf.math.log(tf.gather(p, labels, batch_dims=1) + 1e-9))
        gradients = tape.gradient(loss, parameters)
        W, dW = parameters[2], gradients[2]
        mean_abs = lambda t: tf.reduce_mean(tf.abs(t))
        found = tf.stack([loss, mean_abs(W), mean_abs(dW)])
        gradients[2] = dW + self.setup.l1 / self.setup.np.prod(W.shape) * tf.sign(W)
        with tf.control_dependencies([found]):
            for w, m, v, d in zip(self.parameters, self.m, self.v, gradients):
                tf.raw_ops.ResourceApplyAdam(
                    var=w.handle, m=m.handle, v=v.handle, beta1_power=power1, beta2_power=power2,
                    lr=learning_rate, beta1=0.9, beta2=0.999, epsilon=1e-8, grad=d,
                )
        return found

    def _draw(self):
        s, tf = self.setup, self.tf
        uniform = self.random.uniform((s.depth - 1, s.batch, s.width))
        return tf.cast(uniform < s.keep, tf.float32) * (1 / s.keep)

    def _classes(self, g):
        return self.tf.argmax(self._logits(self.parameters, self.test, g, None), 1)

    def step(self, indices, g, learning_rate, t, masks=None):
        constant = lambda value: self.tf.constant(value, self.tf.float32)
        numbers = [constant(n) for n in (g, learning_rate, 0.9**t, 0.999**t)]
        masks = self.graph_draw() if masks is None else self.tf.constant(masks)
        return self.graph_step(self.tf.constant(indices), *numbers, masks).numpy().tolist()

    def predict(self, g):
        return self.graph_classes(self.tf.constant(g, self.tf.float32)).numpy()

    def kept(self):
        return float((self.graph_draw().numpy() > 0).mean())


serve(TensorFlow)
