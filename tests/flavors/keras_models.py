"""Models of keras, and classes of a user for them. Imported where keras is wanted: that takes seconds."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np

X = np.random.default_rng(0).random((32, 6), dtype="float32")
Y = (X.sum(1) > 3).astype("float32")


def net(*layers: Any, loss: Any = "mse") -> Any:
    """Return a small fitted model, equal each time."""
    keras.utils.set_random_seed(0)
    model = keras.Sequential([keras.Input((6,)), *layers, keras.layers.Dense(1, name="last")])
    model.compile(keras.optimizers.Adam(0.01), loss=loss)
    model.fit(X, Y, epochs=1, verbose=0)
    return model


def wide() -> Any:
    """Return a model with the layers that keep more than weights."""
    layers = keras.layers
    return net(layers.Dense(8, "relu"), layers.Dropout(0.5, seed=3), layers.BatchNormalization())


def equal(before: Any, after: Any) -> bool:
    """Whether two models answer alike, also after another epoch of training."""
    answers = [np.asarray(model(X).detach()) for model in (before, after)]
    losses = [model.fit(X, Y, epochs=1, verbose=0, shuffle=False).history["loss"] for model in (before, after)]
    return np.array_equal(*answers) and losses[0] == losses[1]


@keras.saving.register_keras_serializable("mine")
class Scaled(keras.layers.Layer):
    def __init__(self, factor: float, **rest: Any) -> None:
        super().__init__(**rest)
        self.factor = factor

    def build(self, shape: Any) -> None:
        self.scale = self.add_weight(shape=(shape[-1],), initializer="ones")

    def call(self, rows: Any) -> Any:
        return rows * self.scale * self.factor

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "factor": self.factor}


class Forgetful(keras.Model):
    def __init__(self, width: int = 4, **rest: Any) -> None:
        super().__init__(**rest)
        self.wide, self.narrow = keras.layers.Dense(width), keras.layers.Dense(1)

    def call(self, rows: Any) -> Any:
        return self.narrow(self.wide(rows))


def tripled(rows: Any) -> Any:
    return rows * 3


def distance(true: Any, found: Any) -> Any:
    return keras.ops.mean(keras.ops.abs(true - found))
