"""Where data came from: the files and addresses that were read for it, and the functions that made it."""

from __future__ import annotations

import ast
import os
import re
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from modelreg import syntax
from modelreg.capture.data.access import is_constant, root_of
from modelreg.capture.data.files import file_digest, folder_digest
from modelreg.capture.data.kinds import Unreadable
from modelreg.capture.data.paths import text_of
from modelreg.capture.data.records import Origin
from modelreg.capture.data.running import statements

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from modelreg.notebook.execution import Execution

__all__ = ["origins"]

_READERS: Final = re.compile(
    r"(read|scan)_\w+|load(txt|arff)?|genfromtxt|fromfile|memmap|open(_dataset|_zarr)?|read|from_(csv|parquet|json|file)|imread"
)
_MAKERS: Final = re.compile(r"(load|make|fetch)_\w+")
_NO_READERS: Final = frozenset({"read_clipboard", "load_state_dict", "load_ext"})
_NO_MAKERS: Final = frozenset(
    {"make_column_selector", "make_column_transformer", "make_pipeline", "make_scorer", "make_union", "load_ext"}
)
_GATHERS: Final = frozenset({"add", "append", "extend", "insert", "update"})
_QUERIES: Final = frozenset({"read_sql", "read_sql_query", "read_sql_table", "read_gbq", "read_database"})
_PATHS: Final = ("filepath_or_buffer", "path_or_buf", "path", "io", "source", "file", "fname", "filename", "fp", "url")
_ROWS: Final = (ast.Tuple, ast.List)
_MOST: Final = 200
_HASHED: Final = 8 << 30
_ABOVE: Final = 5
_MD5: Final = re.compile(r"^[ -]*md5: *([0-9a-f]{32}(?:\.dir)?) *$", re.MULTILINE)


def origins(
    log: Sequence[Execution], scope: Mapping[str, Any], expression: str, *, base: Path | None = None
) -> tuple[Origin, ...]:
    """Return what was read or made for the value of `expression`: the first first. Nothing of the cells runs again.

    Parameters
    ----------
    log : sequence of Execution
        The cells in the order in which they ran.
    scope : mapping
        The namespace as it is now.
    expression : str
        What the data is now: as in :class:`Input`.
    base : Path, optional
        The directory of the project, to which paths are told relatively; default: the current one.
    """
    try:
        # this runs in a thread, and Python before 3.11.8 loses count where two threads parse at once: mostly it is a name
        plain = expression.strip()
        name = plain if plain.isidentifier() else root_of(syntax.parse(plain, mode="eval").body)
        found = list(_found(log, scope, name or "", Path(base or Path.cwd()).absolute()))
    except Exception as error:  # noqa: BLE001  (a capture never stops what it describes)
        told = f"where {expression} came from was not found out: {type(error).__name__}: {error}"
        return (Origin(kind="unknown", call="", error=told),)
    return tuple(dict.fromkeys(found))


def _found(log: Sequence[Execution], scope: Mapping[str, Any], name: str, base: Path) -> Iterator[Origin]:
    packages, steps = _read(log)
    needed, kept = {name}, []
    for cell, whole in reversed(steps):
        node = _parallel(whole, needed)
        binds = _bound(node)
        if needed & binds:
            kept.append((cell, node))
            # a part that is set, or a branch, does not end the search
            if isinstance(node, ast.Assign | ast.AnnAssign) and not _partly(node):
                needed -= binds
            needed |= {one.id for one in ast.walk(node) if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Load)}
    loops = {one for _, node in kept for one in _loop_names(node)}
    for cell, node in reversed(kept):
        for call in (one for one in ast.walk(node) if isinstance(one, ast.Call)):
            origin = _origin(call, scope, packages, base, loops)
            if origin is not None:
                yield _timed(replace(origin, cell=cell), log[cell])


def _parallel(node: ast.stmt, needed: Collection[str]) -> ast.stmt:
    """Return only what is needed of ``X, later = read(a), read(b)``."""
    target = node.targets[0] if isinstance(node, ast.Assign) and len(node.targets) == 1 else None
    if not (isinstance(node, ast.Assign) and isinstance(target, _ROWS) and isinstance(node.value, _ROWS)):
        return node
    places, values = target.elts, node.value.elts
    if len(places) != len(values) or any(isinstance(one, ast.Starred) for one in (*places, *values)):
        return node
    pairs = (_parallel(ast.Assign([place], value), needed) for place, value in zip(places, values, strict=True))
    some = [one for one in pairs if isinstance(one, ast.Assign) and _bound(one) & {*needed}]
    targets = ast.Tuple([one.targets[0] for one in some], ctx=ast.Store())
    return ast.copy_location(ast.Assign([targets], ast.Tuple([one.value for one in some], ctx=ast.Load())), node)


def _read(log: Sequence[Execution]) -> tuple[dict[str, str], list[tuple[int, ast.stmt]]]:
    """Return the full name of each imported name, and the other statements with their cells."""
    packages: dict[str, str] = {}
    steps: list[tuple[int, ast.stmt]] = []
    for cell, execution in enumerate(log):
        try:
            body = statements(execution)
        except (SyntaxError, ValueError, RecursionError):
            continue
        steps += [(cell, node) for node in body]
        for one in (each for node in body for each in ast.walk(node)) if "import" in execution.code else ():
            if isinstance(one, ast.Import | ast.ImportFrom):
                packages.update(_imported(one))
    return packages, steps


def _imported(node: ast.Import | ast.ImportFrom) -> Iterator[tuple[str, str]]:
    for one in node.names:
        if isinstance(node, ast.ImportFrom):
            yield one.asname or one.name, f"{node.module or ''}.{one.name}"
        else:
            top = one.name.partition(".")[0]
            yield one.asname or top, one.name if one.asname else top


def _bound(node: ast.stmt) -> set[str]:
    """Return the names that a statement gives a value, a part, or something more to hold."""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return {node.name}
    found: set[str | None] = set()
    for one in ast.walk(node):
        if isinstance(one, ast.Name):
            if isinstance(one.ctx, ast.Store):
                found.add(one.id)
        elif isinstance(one, ast.Call):
            if isinstance(one.func, ast.Attribute) and one.func.attr in _GATHERS:
                found.add(root_of(one.func))  # parts.append(pd.read_csv(f))
        elif isinstance(one, ast.Subscript | ast.Attribute) and isinstance(one.ctx, ast.Store):
            found.add(root_of(one))
    return {name for name in found if name}


def _partly(node: ast.Assign | ast.AnnAssign) -> bool:
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    return any(isinstance(one, ast.Subscript | ast.Attribute) for one in targets)


def _loop_names(node: ast.stmt) -> Iterator[str]:
    for one in ast.walk(node):
        if isinstance(one, ast.For | ast.comprehension):
            yield from (each.id for each in ast.walk(one.target) if isinstance(each, ast.Name))


def _origin(
    call: ast.Call, scope: Mapping[str, Any], packages: Mapping[str, str], base: Path, loops: set[str]
) -> Origin | None:
    text = ast.unparse(call.func) if isinstance(call.func, ast.Name | ast.Attribute) else ""
    word, root = text.rpartition(".")[2], root_of(call.func) or ""
    full = packages.get(root, "") + text[len(root) :] if root in packages else ""
    if _MAKERS.fullmatch(word) and word not in _NO_MAKERS and full:
        return _made(call, text, full)
    if not _READERS.fullmatch(word) or word in _NO_READERS or not (full or text == "open"):
        return None
    known = _of_library(Origin(kind="unknown", call=text, function=full or None), full)
    if word in _QUERIES:
        return replace(known, kind="query")
    node = call.args[0] if call.args else next((one.value for one in call.keywords if one.arg in _PATHS), None)
    opened = isinstance(node, ast.Call) and ast.unparse(node.func).endswith("open")  # open() itself tells
    if node is None or opened or (text == "open" and _writes(call)):
        return None
    return _of_file(known, node, scope, base, loops)


def _of_file(known: Origin, node: ast.expr, scope: Mapping[str, Any], base: Path, loops: set[str]) -> Origin:
    varying = sorted({one.id for one in ast.walk(node) if isinstance(one, ast.Name)} & loops)
    if varying:
        return replace(known, error=f"{varying[0]} changes in a loop: which files were read is not known")
    try:
        return _placed(known, text_of(node, scope), base)
    except Unreadable as error:
        return replace(known, error=str(error))


def _writes(call: ast.Call) -> bool:
    modes = [*call.args[1:2], *(one.value for one in call.keywords if one.arg == "mode")]
    return any(isinstance(one, ast.Constant) and bool(set(str(one.value)) & set("wax")) for one in modes)


def _placed(known: Origin, place: str, base: Path) -> Origin:
    from modelreg.capture.secrets import bare, redact

    if "://" in place and not place.startswith("file://"):
        return replace(known, kind="url", url=redact(bare(place)).text)
    path = Path(place.removeprefix("file://")).absolute()
    # "a/../b" is another place where a is a link: only what is not needed goes
    shown = Path(os.path.normpath(path))
    relative = shown.relative_to(base).as_posix() if shown.is_relative_to(base) else None
    known = replace(known, kind="file", path=redact(str(shown)).text, relative=relative and redact(relative).text)
    known = replace(known, dvc=_dvc(shown))
    try:
        if path.is_dir():
            digest, _, size = folder_digest(path)
            return replace(known, kind="folder", size=size, digest=digest)
        status = path.stat()
        if status.st_size > _HASHED:
            return replace(
                known, size=status.st_size, modified=status.st_mtime_ns // 1000, error="too large: not hashed"
            )
        found = file_digest(path)
        return replace(known, size=found.size, modified=found.modified // 1000, digest=found.digest)
    except FileNotFoundError:
        return replace(known, error="it is not there any more")
    except (OSError, Unreadable) as error:
        return replace(known, error=redact(str(error)).text)


def _dvc(path: Path) -> str | None:
    """Return the md5 in the ``.dvc`` file of a file, or of a folder above it."""
    for one in (path, *list(path.parents)[:_ABOVE]):
        note = one.with_name(one.name + ".dvc") if one.name else None
        try:
            if note is not None and note.is_file() and note.stat().st_size < 1 << 20:
                found = _MD5.search(note.read_text(encoding="utf-8"))
                if found:
                    return found[1]
        except (OSError, ValueError):
            continue
    return None


def _made(call: ast.Call, text: str, full: str) -> Origin:
    from modelreg.capture.secrets import redact

    pairs = [(str(place), one) for place, one in enumerate(call.args)]
    pairs += [(one.arg or "**", one.value) for one in call.keywords]
    written = [(name, ast.unparse(node)) if _is_written(node) else (name, "…") for name, node in pairs]
    # the name tells of a password what its value does not
    clean = (redact(f"{name}={value}" if name.isidentifier() else value, python=True).text for name, value in written)
    arguments = tuple(
        (name, value.removeprefix(f"{name}=")[:_MOST]) for (name, _), value in zip(written, clean, strict=True)
    )
    return _of_library(Origin(kind="generated", call=text, function=full, arguments=arguments), full)


def _is_written(node: ast.expr) -> bool:
    if isinstance(node, ast.Tuple | ast.List):
        return all(map(_is_written, node.elts))
    return is_constant(node)


def _of_library(origin: Origin, full: str) -> Origin:
    from importlib import metadata

    package = full.partition(".")[0]
    if not package or package in sys.stdlib_module_names:
        return origin
    version = getattr(sys.modules.get(package), "__version__", None)
    if not isinstance(version, str):
        try:
            version = metadata.version(package)
        except (metadata.PackageNotFoundError, ValueError):
            version = None
    return replace(origin, package=package, version=version)


def _timed(origin: Origin, execution: Execution) -> Origin:
    if origin.modified is None or not execution.ended:
        return origin
    return replace(origin, changed=origin.modified > execution.ended)
