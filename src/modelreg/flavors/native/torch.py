"""``model.safetensors``: the weights of a module, for ``load_state_dict``; the code of its class is not in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from modelreg.flavors.native import safetensors

if TYPE_CHECKING:
    from pathlib import Path

NAME = "model.safetensors"


def write(obj: Any, directory: Path) -> list[str]:
    """Write the tensors of a module; one without any, or with other things among them, has no file."""
    state = obj.state_dict() if hasattr(obj, "state_dict") else {}
    return [safetensors.write(state, directory / NAME)] if safetensors.writable(state) else []
