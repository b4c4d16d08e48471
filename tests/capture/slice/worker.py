"""Runs notebooks and their slices, each in a process of its own, forked after the heavy imports.

Reads a list of jobs as JSON from its input and writes a list of results.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import pickle
import random
import sys
import tempfile
import traceback
from functools import cache
from pathlib import Path

import numpy as np
from traitlets.config import Config

from modelreg.capture.slice import slice_log
from modelreg.notebook.execution import Execution

PROBE = np.linspace(-2.0, 9.0, 24).reshape(12, 2)


def preload(modules):
    """Import what the notebooks will, once for all of them."""
    for name in modules:
        with contextlib.suppress(ImportError):
            __import__(name)


def parts(text):
    """The directives, files and cells of a notebook that is written as text."""
    head, *rest = text.split("# %%")
    words = dict(one[2:].split(": ", 1) for one in head.splitlines() if one.startswith("# ") and ": " in one)
    files, cells = {}, []
    for one in rest:
        first, _, body = one.partition("\n")
        if first.startswith(" file "):
            files[first[6:].strip()] = body
        else:
            cells.append(({*first.split()}, body))
    return words, files, cells


def first_line(error):
    """The line of the cell's own frame."""
    trace = error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_name.startswith("<") and "ipython" in trace.tb_frame.f_code.co_filename.lower():
            return trace.tb_lineno
        trace = trace.tb_next
    return None


def execution_of(shell, marks, cell):
    """Run one cell."""
    before = {name: id(one) for name, one in shell.user_ns.items()}
    transformed = shell.transform_cell(cell)
    result = shell.run_cell(cell, store_history=True)
    error = result.error_in_exec or result.error_before_exec
    return Execution(
        source=cell,
        transformed=transformed,
        ok=result.success,
        error=type(error).__name__ if error else None,
        failing_line=first_line(error) if result.error_in_exec else None,
        bound=frozenset(name for name, one in shell.user_ns.items() if before.get(name) != id(one)),
        before_load="before" in marks,
    )


@cache
def fresh_shell():
    """A shell whose main module is the one that classes are looked up in; made before the forks, used by one of them each."""
    from IPython.core.interactiveshell import InteractiveShell

    class Shell(InteractiveShell):
        """A shell in which `%matplotlib inline` is no error."""

        def enable_gui(self, gui=None):
            """Have no loop of events."""

    config = Config()
    config.HistoryManager.enabled = False  # it would save from a thread, which no fork has
    shell = Shell.instance(config=config)
    sys.modules["__main__"] = shell.user_module
    return shell


def answers(model, probe):
    """What a model says of the rows of a probe."""
    if hasattr(model, "forward") and hasattr(model, "parameters"):
        import torch

        model.eval()
        with torch.no_grad():
            found = model(torch.as_tensor(np.asarray(probe), dtype=torch.float32))
        return np.asarray(found)
    if type(model).__module__.startswith("xgboost.core"):
        import xgboost

        return model.predict(xgboost.DMatrix(probe))
    for name in ("predict_proba", "predict", "transform"):
        if hasattr(model, name):
            found = getattr(model, name)(probe)
            return found.toarray() if hasattr(found, "toarray") else np.asarray(found)
    return np.asarray(model)


def seed(number):
    """Set what a notebook finds when it seeds nothing."""
    np.random.seed(number)  # noqa: NPY002
    random.seed(number)
    if "torch" in sys.modules:
        sys.modules["torch"].manual_seed(number)


def run_notebook(job):
    """Run the whole notebook, slice it and ask its model."""
    words, files, cells = parts(job["text"])
    write(files)
    seed(1)
    shell = fresh_shell()
    log = [execution_of(shell, marks, cell) for marks, cell in cells]
    target = words.get("target", "model")
    model = eval(target, shell.user_ns)
    found = slice_log(log, target, scope=shell.user_ns)
    probe = eval(words["probe"], shell.user_ns) if "probe" in words else PROBE
    code = sum(lines_of(one.code) for one in log)
    return {
        "source": found.source,
        "uncertain": [list(one) for one in found.uncertain],
        "outside": sorted(found.outside),
        "dropped": found.dropped,
        "share": lines_of(found.source) / code,
        "probe": probe,
        "answers": answers(model, probe),
        "target": target,
        "files": files,
        "words": words,
        "rng": [list(one) for one in found.rng],
        "failed": [one.error for one in log if not one.ok],
    }


def lines_of(text):
    """How many lines of code a text has."""
    return sum(1 for one in text.splitlines() if one.strip() and not one.strip().startswith("#"))


def write(files):
    """Put the modules beside the notebook."""
    for name, body in files.items():
        Path(name).write_text(body)
    if sys.path[0] != "":
        sys.path.insert(0, "")


def run_slice(made):
    """Run the slice alone and ask its model the same."""
    write(made["files"])
    seed(99)
    shell = fresh_shell()
    result = shell.run_cell(made["source"], store_history=False)
    result.raise_error()
    return answers(eval(made["target"], shell.user_ns), made["probe"])


def forked(function, given):
    """Start a function in a child with a folder of its own; gives a handle for `collect`."""
    reader, writer = os.pipe()
    child = os.fork()
    if child:
        os.close(writer)
        return child, reader
    os.close(reader)
    try:
        os.chdir(tempfile.mkdtemp())
        sys.stdout.flush()
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            made = (True, function(given))
    except BaseException:  # noqa: BLE001 - the parent shows whatever it was
        made = (False, traceback.format_exc()[-3000:])
    try:
        data = pickle.dumps(made)
    except Exception:  # noqa: BLE001 - the same
        data = pickle.dumps((False, traceback.format_exc()[-3000:]))
    with os.fdopen(writer, "wb") as stream:
        stream.write(data)
    os._exit(0)


def collect(handle):
    """Wait for a child."""
    child, reader = handle
    with os.fdopen(reader, "rb") as stream:
        data = stream.read()
    os.waitpid(child, 0)
    return pickle.loads(data) if data else (False, "the process ended")


def judged(job):
    """The result of one job: whether the slice alone answers as the notebook did."""
    ran, made = collect(forked(run_notebook, job))
    if not ran:
        return {"name": job["name"], "ran": False, "error": made}
    done, said = collect(forked(run_slice, made))
    expected = made.pop("answers")
    made.pop("probe")
    equal = done and expected.shape == said.shape and close(expected, said)
    return {"name": job["name"], "ran": True, "equal": bool(equal), "error": "" if done else said, **made}


def close(left, right):
    """Whether two answers are the same up to rounding."""
    if left.dtype.kind in "fc" and right.dtype.kind in "fc":
        return np.allclose(left, right, rtol=1e-5, atol=1e-7, equal_nan=True)
    return np.array_equal(left, right)


def main():
    """Judge the jobs, two at a time."""
    jobs = json.load(sys.stdin)
    preload(jobs["preload"])
    fresh_shell()
    halves = [jobs["jobs"][0::2], jobs["jobs"][1::2]]
    handles = [forked(lambda half: [judged(one) for one in half], half) for half in halves]
    results = [collect(one) for one in handles]
    found = [
        one for done, said in results for one in (said if done else [{"name": "batch", "ran": False, "error": said}])
    ]
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    main()
