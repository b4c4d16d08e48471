"""Where the registry lives, and what the user prefers.

Place of the registry: argument > ``connect`` in this kernel > ``MODELREG_REGISTRY`` > the user's config file > a directory
under the user's data directory. The config file is TOML, read by kernel and terminal alike.
"""

from __future__ import annotations

import getpass
import os
import socket
import tomllib
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from modelreg.errors import InvalidError, StorageError, alike, instead
from modelreg.names import quote

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

VARIABLE: Final = "MODELREG_REGISTRY"
REPLAYING: Final = "MODELREG_REPLAYING"
"""Set where captured code runs again, which changes no registry."""


def _place(text: object) -> str:
    if not isinstance(text, str) or not text.strip():
        msg = "registry must be the path of a directory"
        raise InvalidError(msg)
    return text


def _page(value: object) -> int:
    size = int(value) if isinstance(value, (int, str)) and str(value).isascii() and str(value).isdigit() else 0
    if not 1 <= size <= 1000:  # noqa: PLR2004  (the bounds of a page everywhere)
        msg = f"page_size must be a whole number from 1 to 1000, not {value!r}"
        raise InvalidError(msg)
    return size


def _switch(value: object) -> str:
    word = ("off", "on")[value] if isinstance(value, bool) else value
    if word not in ("on", "off"):
        msg = f"capture must be on or off, not {value!r}"
        raise InvalidError(msg)
    return str(word)


KEYS: Final[Mapping[str, tuple[Callable[[object], Any], Any, str]]] = {
    "registry": (_place, None, "directory of the registry; read when a kernel or terminal first needs it"),
    "capture": (_switch, "on", "whether what surrounds a model is kept with it; off: nothing is written down"),
    "page_size": (_page, 25, "how many rows a list shows at first"),
}
"""Setting -> what reads it, its default, what it means."""


def replaying() -> bool:
    """Whether this process runs captured code again."""
    return bool(os.environ.get(REPLAYING))


def config_file() -> Path:
    """Return the path of the user's config file, which need not exist."""
    from platformdirs import user_config_path

    return user_config_path("modelreg", appauthor=False) / "config.toml"


def private_directory() -> Path:
    """Return the user's own directory for facts about this machine: never inside a registry."""
    from platformdirs import user_data_path

    return user_data_path("modelreg", appauthor=False) / "private"


def default_registry() -> Path:
    """Return where the registry is when nothing says otherwise."""
    from platformdirs import user_data_path

    return user_data_path("modelreg", appauthor=False) / "registry"


def read() -> dict[str, Any]:
    """Return the settings in force: those of the config file over the defaults.

    Raises
    ------
    InvalidError
        The file is no TOML, or a value is wrong; the message names file and key.
    """
    values = {key: default for key, (_, default, _) in KEYS.items()}
    path = config_file()
    try:
        stored = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return values
    except (OSError, ValueError) as error:
        raise _unreadable(path, error) from error
    for key, value in stored.items():
        if key in KEYS:
            values[key] = _checked(key, value, where=f" in {path}")
    return values


def write(key: str, value: str | None) -> Path:
    """Set ``key`` in the config file, or remove it (None); comments in the file stay.

    Raises
    ------
    InvalidError
        No such key, a wrong value, or a file that is no TOML; nothing is written.
    StorageError
        The file cannot be written; it stays as it was.
    """
    import tomlkit

    path = config_file()
    try:
        document = tomlkit.parse(path.read_text(encoding="utf-8")) if path.exists() else tomlkit.document()
    except (OSError, ValueError) as error:
        raise _unreadable(path, error) from error
    if value is None:
        _checked(key, KEYS[key][1] if key in KEYS else None, where="", absent=True)
        document.pop(key, None)
    else:
        document[key] = _checked(key, value, where="")
    try:
        _replace(path, tomlkit.dumps(document))
    except OSError as error:
        msg = f"the config file {path} cannot be written: {error.strerror or error}; {key} stays as it was"
        here = (f"connect {quote(value)}",) if key == "registry" and value else ()  # for this kernel alone
        raise StorageError(msg, tries=here or ("config",)) from error
    return path


def _replace(path: Path, text: str) -> None:
    """Write a file whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        aside.write_text(text, encoding="utf-8")
        aside.replace(path)
    except OSError:
        with suppress(OSError):
            aside.unlink()
        raise


def registry(location: str | Path | None = None) -> Path:
    """Return where the registry is.

    Raises
    ------
    InvalidError
        The place is a URL of a kind that is not served.
    """
    place = str(location or os.environ.get(VARIABLE) or read()["registry"] or default_registry())
    if "://" in place:
        scheme = place.partition("://")[0]
        msg = f"a registry at {scheme}:// is not served; name a directory"
        raise InvalidError(msg, tries=("connect ~/models",))
    return Path(place).expanduser().absolute()


def user() -> str:
    """Return who acts: ``JUPYTERHUB_USER``, else the login name."""
    try:
        return os.environ.get("JUPYTERHUB_USER") or getpass.getuser()
    except (OSError, KeyError):  # no password entry for this uid, as in containers
        return f"uid-{os.getuid()}" if hasattr(os, "getuid") else "unknown"


def host() -> str:
    """Return the name of this machine."""
    return socket.gethostname()


def _unreadable(path: Path, error: Exception) -> InvalidError:
    return InvalidError(f"the config file {path} cannot be read: {error}; mend or remove it")


def _checked(key: str, value: object, *, where: str, absent: bool = False) -> Any:
    if key not in KEYS:
        msg = f"no setting {key!r}; {instead(key, KEYS)}"
        close = alike(key, KEYS)
        said = f" {quote(value)}" if isinstance(value, str) and value else ""
        raise InvalidError(msg, tries=(f"config {close[0]}{said}" if len(close) == 1 else "config",))
    if absent:
        return None
    try:
        return KEYS[key][0](value)
    except InvalidError as error:
        usual = KEYS[key][1]
        mended = f"config {key}" + (" DIRECTORY" if usual is None else f" {usual}")
        raise InvalidError(error.message + where, tries=(mended,)) from error
