"""The judge: inside the fresh kernel, once the captured code has run, beside the stored version."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from modelreg import contents, flavors
from modelreg.capture.data import fingerprint, value_of
from modelreg.capture.data.kinds import Unreadable
from modelreg.capture.secrets import redact
from modelreg.errors import ModelRegError
from modelreg.notebook import Notebook
from modelreg.records.replay import DIFFERS, FAILED, REPRODUCED
from modelreg.verbs.context import open_context
from modelreg.verbs.load import verified
from modelreg.verbs.unpacking import unpacked

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from modelreg.capture.replay.rows import Rows

    Verdict = dict[str, Any]


def judge(asked: str, names: Mapping[str, Any]) -> None:
    """Compare the model that the code made with the stored one, and leave the verdict in a file.

    Parameters
    ----------
    asked : str
        A file of JSON: ``registry``, ``ref``, ``content`` (the content id that was allowed to load), ``expression`` (what the
        model is called), ``source`` (the code), ``answer`` (the file to leave).
    names : mapping
        The variables after the code has run.
    """
    told = json.loads(Path(asked).read_text(encoding="utf-8"))
    try:
        verdict = _judged(told, names)
    except ModelRegError as error:
        verdict = {"outcome": FAILED, "reason": str(error)}
    Path(told["answer"]).write_text(json.dumps(verdict), encoding="utf-8")


def _judged(told: Mapping[str, str], names: Mapping[str, Any]) -> Verdict:
    from modelreg.capture.replay import rows

    try:
        made = value_of(told["expression"], names)
    except Unreadable as error:
        return {"outcome": FAILED, "reason": f"the code does not make {told['expression']}: {error}"}
    ctx = open_context(Path(told["registry"]), notebook=Notebook.current())
    ready = verified(ctx, told["ref"], expect=f"b3:{told['content']}")
    stored = unpacked(ready)
    found = rows.trained_on(told["source"], names, told["expression"])
    data = {one.expression: fingerprint(value_of(one.expression, names)).digest for one in found}
    return {**_answered(made, stored, _asked(found, names, stored), told["content"]), "data": data}


def _asked(found: Any, names: Mapping[str, Any], stored: Any) -> Iterator[Rows]:
    from modelreg.capture.replay import rows

    yield from rows.rows_of(found, names, stored)
    other = rows.made_up(stored)
    if other is not None:
        yield other


def _answered(made: Any, stored: Any, asked: Iterator[Rows], content: str) -> Verdict:
    """Return the verdict on the first rows that the stored model takes, else on the contents."""
    from modelreg.capture.replay.comparing import NoAnswer, answers, difference

    for rows in asked:
        try:
            before = answers(stored, rows.data)
        except NoAnswer:
            break
        except Exception:  # noqa: BLE001  (rows that it does not take)
            before = {}
        if not before:
            continue
        compared = f"{rows.many} {rows.name}"
        try:
            now = answers(made, rows.data)
        except Exception as error:  # noqa: BLE001  (code of the model's own class)
            reason = f"the model made now does not answer: {type(error).__name__}: {error}"
            return {"outcome": DIFFERS, "compared": compared, "reason": redact(reason).text[:300]}
        differs = difference(before, now)
        outcome = DIFFERS if differs else REPRODUCED
        return {"outcome": outcome, "compared": f"{' and '.join(before)} for {compared}", "reason": differs}
    return _contents(made, content)


def _contents(made: Any, content: str) -> Verdict:
    """Return the verdict of those that cannot be asked anything: whether they would be stored as the same."""
    same = contents.pack(made, flavors.flavor_for(made)).content_id == content
    outcome = REPRODUCED if same else DIFFERS
    return {"outcome": outcome, "compared": "contents", "reason": "" if same else "the contents are others"}
