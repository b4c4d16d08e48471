"""What an error of a model says, in one line that holds none of the data."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from modelreg.capture.secrets import redact

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["said"]

LINES: Final = 2
LONGEST: Final = 300
_QUOTED: Final = re.compile(r"'([^'\n]*)'|\"([^\"\n]*)\"")


def said(error: Exception, model: Any, inputs: Any) -> str:
    """Return the name of an error and the first lines that say something, without what may be a value of the data.

    A line of a list (``- age``) belongs to the one above. What stands in quotes stays where it is the name of a method of
    the model or of a column.

    Parameters
    ----------
    error : Exception
        What was raised.
    model, inputs : object
        The model, and what it was asked about.
    """
    lines: list[str] = []
    for line in filter(None, map(str.strip, str(error).splitlines())):
        if line.startswith("- ") and lines:
            lines[-1] += f" {line}"
        else:
            lines.append(line)
    text = redact(_QUOTED.sub(_hidden(model, inputs), " ".join(lines[:LINES]))).text
    return f"{type(error).__name__}: {text}"[:LONGEST].rstrip(": ").removesuffix(".")


def _hidden(model: Any, inputs: Any) -> Callable[[re.Match[str]], str]:
    try:
        columns = {str(name) for name in getattr(inputs, "columns", ())}
    except Exception:  # noqa: BLE001  (an attribute may be anything)
        columns = set()

    def hidden(found: re.Match[str]) -> str:
        word = found[1] or found[2] or ""
        known = word in columns or (word.isidentifier() and callable(getattr(type(model), word, None)))
        return found[0] if known else f"{found[0][0]}…{found[0][0]}"

    return hidden
