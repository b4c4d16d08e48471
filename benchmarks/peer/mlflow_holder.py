"""How MLflow keeps an object of one's own: in a model of the kind that it knows."""

from __future__ import annotations

from typing import Any

from mlflow.pyfunc import PythonModel


class Held(PythonModel):
    """Holds the object."""

    def __init__(self, held: Any) -> None:
        self.held = held

    def predict(self, context, model_input, params=None):  # noqa: ANN001, ANN201  (MLflow reads types as its own schema)
        """Return nothing of use."""
        return model_input
