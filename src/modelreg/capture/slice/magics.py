"""Plain statements out of a cell that IPython transformed."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass

from modelreg import syntax
from modelreg.capture.slice.table import table

_LOADED_AS = re.compile(r"load\s(?:.*\s)?--as[=\s]\s*(\w+)")
TRANSPARENT = frozenset({"time", "capture", "prun", "modelreg"})
"""Cell and line magics that run the code that they are given."""

DROPPED = table(
    """timeit matplotlib load_ext reload_ext unload_ext autoreload config modelreg pip conda mamba uv
    pinfo pinfo2 psearch pdoc pdef psource pfile precision xmode colors debug pdb tb history hist rerun_ recall_
    pprint page notebook html HTML javascript js latex svg SVG markdown lsmagic magic quickref alias alias_magic
    logstart logstop memit mprun lprun snakeviz tensorboard watermark ls ll pwd dirs automagic doctest_mode
    autocall connect_info qtconsole gui clear cls more less man cat head tail wandb env_ nb_black code_wrap"""
)
"""Magics that show things or set up the notebook."""

HARMLESS = table(
    """pip pip3 conda mamba uv ls cat head tail echo pwd nvidia-smi wc which python python3 free df du date uname
    lscpu less more type dir jupyter apt apt-get tree file"""
)
"""Shell commands that write no file that a later cell reads, or whose packages are recorded elsewhere."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A statement and the text that it stands in."""

    node: ast.stmt
    text: str
    """The text that the lines of `node` count in."""
    shift: int = 0
    """What to add to them for the line of the cell."""
    one_line: int = 0
    """The line of the cell when all stands on one."""
    end: int = 0
    """The last line, in the code that ran, of what it was under a magic of."""

    @property
    def last(self) -> int:
        """The last line of the code that ran."""
        return self.end or self.node.end_lineno or self.node.lineno


def opened(code: str, source: str) -> list[Opened]:
    """Read the statements of a cell, without magics that make nothing, and what timed ones contain.

    Raises
    ------
    SyntaxError
        The cell is not Python.
    """
    text = _silenced(code)
    return [one for node in syntax.parse(text).body for one in _open(Opened(node, text), source)]


def _silenced(code: str) -> str:
    """The code in which magics that make nothing are ``pass`` where they stand inside of a loop, a function or the like."""
    if "get_ipython" not in code:
        return code
    lines = [one.encode() for one in code.split("\n")]
    inner = (node for top in syntax.parse(code).body for node in ast.walk(top) if node is not top)
    found = [node for node in inner if isinstance(node, ast.Expr) and _makes_nothing(node)]
    for node in sorted(found, key=lambda one: (one.lineno, one.col_offset), reverse=True):
        line, end = lines[node.lineno - 1], node.end_col_offset or 0
        lines[node.lineno - 1] = line[: node.col_offset] + b"pass" + line[end:]
    return b"\n".join(lines).decode()


def _makes_nothing(node: ast.Expr) -> bool:
    read = magic(node) if node.end_lineno == node.lineno else None
    if read is None or read[0] != "run_line_magic" or loaded_as(read[1]):
        return False
    return _dropped(read[1][0] if read[1] else "")


def _dropped(name: str) -> bool:
    return name in DROPPED or name.startswith("who")


def plain(body: list[ast.stmt]) -> list[ast.stmt]:
    """The statements of a cell without magics that make nothing, and with what timed ones contain.

    What stood on the line of a magic, or under one, counts its lines from there on.
    """
    found = []
    for node in body:
        for one in _open(Opened(node, ""), ""):
            line = one.one_line or (node.lineno if one.shift else 0)
            for inner in ast.walk(one.node):
                if line and isinstance(inner, ast.stmt | ast.expr):
                    # what failed inside of the magic failed on its line
                    inner.lineno = inner.end_lineno = line
            found.append(one.node)
    return found


def magic(node: ast.AST) -> tuple[str, list[str]] | None:
    """The method of IPython that a statement's expression calls, and what it is given."""
    call = node.value if isinstance(node, ast.Expr | ast.Assign) else node
    if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Attribute):
        return None
    inner = call.func.value
    if not (isinstance(inner, ast.Call) and isinstance(inner.func, ast.Name) and inner.func.id == "get_ipython"):
        return None
    return call.func.attr, [str(one.value) for one in call.args if isinstance(one, ast.Constant)]


def loaded_as(words: list[str]) -> str:
    """The variable that a line of the registry loads a model into; empty for any other line."""
    line = _LOADED_AS.match(words[1].lstrip()) if words[:1] == ["modelreg"] and len(words) > 1 else None
    return line[1] if line else ""


def later(line: str) -> str:
    """The reason why code that loads a version by a name or an alias is uncertain."""
    return f"%modelreg {line.strip()} may load another version later"


def _open(found: Opened, source: str) -> list[Opened]:
    read = magic(found.node) if isinstance(found.node, ast.Expr) else None
    if read is None:
        return [found]
    kind, words = read
    name = words[0] if words else ""
    if kind in {"system", "getoutput"}:
        return [] if all(part.split()[:1] and part.split()[0] in HARMLESS for part in name.split("&&")) else [found]
    ours = name == "modelreg" and kind == "run_line_magic"  # its line is none of Python
    if name in TRANSPARENT and len(words) > 1 and not ours:
        return _inner(found, kind, words, source)
    return [] if _dropped(name) and not loaded_as(words) else [found]


def _inner(found: Opened, kind: str, words: list[str], source: str) -> list[Opened]:
    """What a timed line or cell contains."""
    text = words[-1]
    if kind == "run_line_magic":
        while text.startswith("-"):
            text = text.partition(" ")[2].lstrip()
    try:
        body = syntax.parse(text).body
    except SyntaxError:
        text, body = _transformed(text)
    line = found.node.lineno
    end = found.end or found.node.end_lineno or line
    if kind == "run_line_magic":
        made = [Opened(one, text, one_line=line, end=end) for one in body]
    else:
        first = next((n for n, one in enumerate(source.split("\n")) if one.startswith("%%")), 0)
        made = [Opened(one, text, shift=first + 1, end=end) for one in body]
        made += _captured(words, line)
    return [inner for one in made for inner in _open(one, source)]


def _captured(words: list[str], line: int) -> list[Opened]:
    """``%%capture out`` binds a name: to nothing a model needs, but it may be read."""
    options = [one for one in words[1].split() if not one.startswith("-")] if words[0] == "capture" else []
    text = f"{options[0]} = None" if options and options[0].isidentifier() else ""
    return [Opened(node, text, one_line=line) for node in syntax.parse(text).body]


def _transformed(text: str) -> tuple[str, list[ast.stmt]]:
    """Code under a magic that contains magics itself: they become comments where they make nothing."""
    lines = []
    for one in text.split("\n"):
        bare = one.lstrip()
        indent = one[: len(one) - len(bare)]
        if bare.startswith("!"):
            lines.append(f"{indent}get_ipython().system({bare[1:]!r})")
        elif bare.startswith("%") and not bare.startswith("%%"):
            name, _, rest = bare[1:].partition(" ")
            lines.append(f"{indent}get_ipython().run_line_magic({name!r}, {rest!r})")
        else:
            lines.append(one)
    made = "\n".join(lines)
    return made, syntax.parse(made).body
