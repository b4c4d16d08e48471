"""Names, aliases, tags and references: what they may be, and how they are read and written.

A reference names a version: ``churn:v3``, ``churn:production``, ``train/clf:v0``. A slash means an artifact
(``project/name``), no slash a registered model. Every rule is checked here, in Python, so that no database decides
(SQLite and PostgreSQL would decide differently).
"""

from __future__ import annotations

import re
import shlex
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from modelreg.errors import InvalidError, Slip

if TYPE_CHECKING:
    from collections.abc import Sequence

LONGEST_NAME: Final = 128
LONGEST_TEXT: Final = 100_000
LATEST: Final = "latest"
RESERVED: Final = "/:@"

_NUMBER = re.compile(r"[vV]?([0-9]{1,18})", re.ASCII)
_LOOKS_LIKE_NUMBER = re.compile(r"v?\d+")  # on purpose with Unicode digits: reserves what might pass for a number
_PLAIN = re.compile(r"[\w.:/@+-]+")
_UNSAFE_CATEGORIES = {"Cc", "Cs", "Zl", "Zp"}
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"')
_BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """A parsed reference.

    Parameters
    ----------
    name : str
        Name of the registered model, or ``project/name`` of the artifact.
    number : int or None
        The version number, where the reference gives one.
    alias : str or None
        The alias, where the reference gives one. With neither number nor alias the newest version is meant.
    explicit : bool
        Whether the reference said which version (``churn`` alone did not).
    """

    name: str
    number: int | None = None
    alias: str | None = None
    explicit: bool = False

    @property
    def is_artifact(self) -> bool:
        """Whether an artifact is meant, not a registered model."""
        return "/" in self.name

    @property
    def selector(self) -> str:
        """Which version: ``v3``, an alias, or ``latest``."""
        if self.number is not None:
            return f"v{self.number}"
        return self.alias or LATEST

    def __str__(self) -> str:
        return f"{self.name}:{self.selector}"


def clean(text: object, what: str = "name", *, also: str = RESERVED) -> str:
    """Return ``text`` as a valid name, NFC-normalised.

    Parameters
    ----------
    text : object
        What the user gave.
    what : str
        What it is, for the message.
    also : str
        Characters that are refused besides control characters.

    Raises
    ------
    InvalidError
        The message says which rule is broken.
    """
    if not isinstance(text, str):
        msg = f"the {what} must be text, not {type(text).__name__}"
        raise InvalidError(msg)
    if not text:
        msg = f"the {what} is empty"
        raise InvalidError(msg)
    bad = next((c for c in text if unicodedata.category(c) in _UNSAFE_CATEGORIES or c in _BIDI), None)
    if bad is not None:
        msg = f"the {what} {shown(text)} contains the character {bad!a}, which cannot be seen or stored"
        raise InvalidError(msg)
    name = unicodedata.normalize("NFC", text)
    if name != name.strip():
        msg = f"the {what} {shown(name)} begins or ends with a blank"
        raise InvalidError(msg)
    taken = next((c for c in name if c in also), None)
    if taken is not None:
        msg = f"the {what} {shown(name)} contains {taken!r}, which has a meaning in references"
        raise InvalidError(msg, slip=_versionless(name) if taken in ":@" else None)
    if name.startswith("-"):
        msg = f"the {what} {shown(name)} begins with '-', like an option"
        raise InvalidError(msg)
    if len(name) > LONGEST_NAME:
        msg = f"the {what} {shown(name)} has {len(name)} characters; {LONGEST_NAME} is the most"
        raise InvalidError(msg)
    return name


def _versionless(name: str) -> Slip | None:
    """Return what to write for a reference where a name is wanted: ``churn:v3`` is a version of ``churn``."""
    before = re.split("[:@]", name, maxsplit=1)[0].strip()
    return Slip(None, name, quote(before)) if before and before[0] != "-" else None


def clean_artifact(text: object) -> str:
    """Return ``text`` as a valid artifact name ``project/name``."""
    if not isinstance(text, str) or text.count("/") != 1:
        msg = f"an artifact is named project/name, not {shown(text)}"
        bare = isinstance(text, str) and "/" not in text
        raise InvalidError(msg, slip=Slip(None, str(text), f"scratch/{text}") if bare and text else None)
    project, _, name = text.partition("/")
    try:
        return f"{clean(project, 'project')}/{clean(name, 'artifact name')}"
    except InvalidError as error:
        error.slip = error.slip and Slip(None, text, f"{project}/{error.slip.right}")
        raise


def clean_home(text: object) -> str:
    """Return ``text`` as the name of a registered model or, with a slash, of an artifact."""
    if isinstance(text, str) and "/" in text:
        return clean_artifact(text)
    return clean_model(text)


def clean_model(text: object, *, tries: Sequence[str] = ()) -> str:
    """Return ``text`` as the name of a registered model.

    Parameters
    ----------
    text : object
        What the user gave.
    tries : sequence of str
        Lines to type in place of one with a slash in the name.
    """
    if isinstance(text, str) and "/" in text:
        msg = (
            f"a registered model has no slash in its name: {shown(text)} names an artifact (project/name); "
            f"write {shown(text.strip('/').replace('/', '-'))}"
        )
        raise InvalidError(msg, tries=tries, slip=Slip(None, text, quote(text.strip("/").replace("/", "-"))))
    return clean(text, "registered model name")


def clean_alias(text: object) -> str:
    """Return ``text`` as a valid alias.

    ``latest``, ``vN`` and bare digits are reserved in any case and in any script: they always mean what they say.
    """
    alias = clean(text, "alias")
    folded = unicodedata.normalize("NFKC", alias).casefold()
    if folded == LATEST:
        msg = "the alias 'latest' always means the newest version and cannot be set, moved or removed"
        raise InvalidError(msg, slip=Slip(None, alias, "best"))
    if _LOOKS_LIKE_NUMBER.fullmatch(folded):
        msg = f"the alias {shown(alias)} is reserved: it reads like a version number"
        raise InvalidError(msg, slip=Slip(None, alias, "best"))
    return alias


def clean_tag(text: object) -> tuple[str, str]:
    """Return ``key=value`` or ``key`` as a pair; a label has an empty value."""
    key, _, value = text.partition("=") if isinstance(text, str) else (text, "", "")
    return clean(key, "tag", also="="), clean_text(value.strip(), "tag value")


def clean_key(text: object, what: str) -> str:
    """Return ``text`` as the key of a metric or param (``val/auc`` and ``clf__depth`` are fine)."""
    return clean(text, what, also="=")


def clean_text(text: object, what: str = "text") -> str:
    """Return free text (a description, a reason) that every database can store."""
    if not isinstance(text, str):
        msg = f"the {what} must be text, not {type(text).__name__}"
        raise InvalidError(msg)
    if "\x00" in text or any("\ud800" <= c <= "\udfff" for c in text):
        msg = f"the {what} contains NUL or half a surrogate pair, which cannot be stored"
        raise InvalidError(msg)
    if len(text) > LONGEST_TEXT:
        msg = f"the {what} has {len(text)} characters; {LONGEST_TEXT} is the most"
        raise InvalidError(msg)
    return unicodedata.normalize("NFC", text)


def number(text: str) -> int | None:
    """Return the version number that ``v3`` or ``3`` stands for, else None."""
    match = _NUMBER.fullmatch(text)
    return int(match[1]) if match else None


def parse(text: object) -> Reference:
    """Read a reference.

    Parameters
    ----------
    text : object
        ``name``, ``name:v3``, ``name:3``, ``name:alias``, ``name@alias``, each with ``project/`` before it for an
        artifact.

    Raises
    ------
    InvalidError
        The text is no reference; the message says why.

    Examples
    --------
    >>> str(parse("churn:3")), str(parse("churn@production")), str(parse("train/clf"))
    ('churn:v3', 'churn:production', 'train/clf:latest')
    """
    if not isinstance(text, str):
        msg = f"a reference such as churn:v3 must be text, not {type(text).__name__}"
        raise InvalidError(msg)
    marks = [i for i, c in enumerate(text) if c in ":@"]
    if len(marks) > 1:
        msg = f"the reference {shown(text)} says twice which version; write name:v3 or name:alias"
        raise InvalidError(msg)
    if not marks:
        return Reference(name=clean_home(text))
    name, selector = text[: marks[0]], text[marks[0] + 1 :]
    home = clean_home(name)
    if not selector:
        msg = f"the reference {shown(text)} ends without a version; write {quote(home)}:v3 or {quote(home)}:alias"
        raise InvalidError(msg)
    wanted = number(selector)
    if wanted is not None:
        return Reference(name=home, number=wanted, explicit=True)
    if selector.isascii() and selector.lower() == LATEST:
        return Reference(name=home, explicit=True)
    return Reference(name=home, alias=clean_alias(selector), explicit=True)


def quote(text: str) -> str:
    """Return ``text`` as it must be typed on a line of a notebook: quoted where blanks or marks need it.

    Braces and dollars are doubled, for they stand for variables there.

    Examples
    --------
    >>> quote("churn:v3"), quote("MNIST 28x28:v0"), quote("a{b}")
    ('churn:v3', '"MNIST 28x28:v0"', '"a{{b}}"')
    """
    if _PLAIN.fullmatch(text):
        return text
    doubled = text.replace("{", "{{").replace("}", "}}").replace("$", "$$")
    return '"' + doubled.replace("\\", "\\\\").replace('"', '\\"') + '"'


def shell(line: str) -> str:
    """Return a line of a notebook as it must be typed in a shell: what :func:`quote` quoted, quoted for the shell.

    Examples
    --------
    >>> shell("promote churn:v3"), shell('promote "a{{b}} $$5:v0"')
    ('promote churn:v3', "promote 'a{b} $5:v0'")
    """
    return _QUOTED.sub(lambda found: shlex.quote(_single(re.sub(r'\\(["\\])', r"\1", found[1]))), line)


def _single(text: str) -> str:
    return text.replace("{{", "{").replace("}}", "}").replace("$$", "$")


def shown(text: object, limit: int = 40) -> str:
    """Return ``text`` quoted for a message: cut, and without characters that act on a screen."""
    whole = text if isinstance(text, str) else str(text)
    cut = whole if len(whole) <= limit else whole[: limit - 1] + "…"
    return "'" + "".join(c if c.isprintable() else ascii(c)[1:-1] for c in cut) + "'"
