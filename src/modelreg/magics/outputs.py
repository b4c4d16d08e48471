"""What one cell shows, written down while it is shown: text, and what is displayed; a little of it, never in the way."""

from __future__ import annotations

import sys
from functools import partial
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable

    from IPython.core.interactiveshell import InteractiveShell

MOST: Final = 1 << 20
"""Bytes that are kept of one cell."""
IMAGES: Final = 5
LEFT_OUT: Final = "left_out"
"""Key of the last output that says how many more there were."""
KEPT: Final = ("text/plain", "text/html", "text/markdown", "image/png", "image/jpeg", "image/svg+xml")


class Outputs:
    """Writes down what the running cell shows, from :meth:`start` to :meth:`stop`."""

    def __init__(self, shell: InteractiveShell) -> None:
        self._shell = shell
        self._found: list[dict[str, Any]] | None = None
        self._left = MOST
        self._images = IMAGES
        self._lost = 0
        self._undo: list[Callable[[], object]] = []

    def start(self) -> None:
        """Begin."""
        self.stop()
        self._found, self._left, self._images, self._lost = [], MOST, IMAGES, 0
        for name in ("stdout", "stderr"):
            stream = getattr(sys, name)
            tee = _Tee(stream, partial(self._text, name))
            setattr(sys, name, tee)
            self._undo.append(partial(_put_back, name, stream, tee))
        shows: Any
        for shows in (self._shell.display_pub, self._shell.displayhook):
            register = getattr(shows, "register_hook", None)  # a terminal has none, and shows no pictures
            if callable(register):
                register(self._message)
                self._undo.append(partial(shows.unregister_hook, self._message))

    def stop(self) -> tuple[dict[str, Any], ...] | None:
        """End; return what was shown as a notebook keeps it, None where nobody began."""
        for undo in reversed(self._undo):
            undo()
        self._undo.clear()
        found, self._found = self._found, None
        if found is None:
            return None
        if self._lost:
            text = f"\n{self._lost:,} more output{'' if self._lost == 1 else 's'} of this cell: too much to keep\n"
            found.append({"output_type": "stream", "name": "stderr", "text": text, LEFT_OUT: self._lost})
        return tuple(found)

    def _text(self, name: str, text: str) -> None:
        if self._found is None:
            return
        text = self._cut(text)
        if not text:
            return
        last = self._found[-1] if self._found else {}
        if last.get("name") == name:
            last["text"] += text
        else:
            self._found.append({"output_type": "stream", "name": name, "text": text})

    def _message(self, message: dict[str, Any]) -> dict[str, Any]:
        """Write down a message that shows something, and let it go on."""
        try:
            kind, content = message["header"]["msg_type"], message["content"]
            if kind in {"display_data", "execute_result"} and self._found is not None:
                self._display(kind, content)
        except Exception:  # noqa: BLE001  (what is shown must be shown)
            return message
        return message

    def _display(self, kind: str, content: dict[str, Any]) -> None:
        data = {form: value for form, value in content["data"].items() if form in KEPT and isinstance(value, str)}
        pictures = [form for form in data if form.startswith("image/")]
        if not data or self._found is None:
            return
        size = sum(len(value.encode("utf-8", "replace")) for value in data.values())
        if (pictures and not self._images) or size > self._left:
            self._lost += 1
        else:
            self._left -= size
            self._images -= bool(pictures)
            told = {"execution_count": content.get("execution_count")} if kind == "execute_result" else {}
            self._found.append({"output_type": kind, "data": data, "metadata": {}, **told})

    def _cut(self, text: str) -> str:
        """Return as much of a text as there is room for."""
        whole = text.encode("utf-8", "replace")
        kept = whole[: self._left]
        self._left -= len(kept)
        if len(kept) == len(whole):
            return text
        self._lost += 1
        return kept.decode("utf-8", "ignore")


class _Tee:
    """A stream that somebody else reads along."""

    def __init__(self, stream: Any, also: Callable[[str], None]) -> None:
        self._stream = stream
        self._also = also

    def write(self, text: str) -> Any:
        written = self._stream.write(text)
        if isinstance(text, str):
            self._also(text)
        return written

    def writelines(self, lines: Any) -> None:
        for line in lines:
            self.write(line)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


def _put_back(name: str, stream: object, tee: _Tee) -> None:
    """Give a stream back its place, unless the cell has put another one there."""
    if getattr(sys, name) is tee:
        setattr(sys, name, stream)
