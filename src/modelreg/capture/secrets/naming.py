"""Which names say that their value is a secret, and which values are only placeholders for one."""

from __future__ import annotations

import re
from enum import IntEnum
from typing import Final

from modelreg.capture.secrets.marks import without_marks

__all__ = [
    "DESCRIBING",
    "Strength",
    "environment_secret",
    "grouped",
    "holds_secret",
    "opaque",
    "path",
    "placeholder",
    "strength",
]


class Strength(IntEnum):
    """How surely a name tells a secret."""

    NONE = 0
    WEAK = 1
    """A token or key is a word of other trades too: its value must look like a credential."""
    STRONG = 2


_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+")
_STRONG_ENDS: Final = (
    *("password", "passwd", "passphrase", "passcode", "secret", "apikey", "authorization", "pwd"),
    *("passwort", "kennwort", "contrasena", "senha"),
)
_PLURALS: Final = ("apikeys", "keys", "passphrases", "passwords", "secrets", "tokens")
_STRONG_KEYS = re.compile(
    r"access|account|api|auth|client|encryption|encrypt|license|master|private|secret|service|shared|"
    r"signing|storage|subscription|webhook"
)
_PASS_OWNERS = re.compile(
    r"admin|db|database|email|ftp|http|login|mail|mysql|pg|postgres|proxy|redis|root|smtp|ssh|sudo|user"
)
_SURE_AFTER: Final = {
    "key": _STRONG_KEYS,
    "pass": _PASS_OWNERS,
    "passe": re.compile("de"),
    "token": re.compile(r"access|api|auth|bot|refresh"),
}
_WEAK_ENDS: Final = frozenset({"auth", "bearer", "cookie", "cookies", "credential", "credentials", "creds", "token"})
_GROUPS: Final = frozenset({"cookies", "credential", "credentials", "creds"})
_TOKENS_OF_TEXT = re.compile(
    r"additional|bos|cls|current|decoder|end|eos|first|forced|image|last|mask|max|next|oov|pad|prev|sep|"
    r"special|start|stop|unk|word"
)
_TAILS: Final = frozenset({"b64", "base64", "dev", "env", "prod", "staging", "str", "string", "value"})

_PLACEHOLDER = re.compile(
    r"<[^<>]*>|\{.*\}|\$\w+|\$\(.*\)|\$\{.*\}|%\(\w+\)s|%[A-Za-z_]*%|%s|:?\*+|[xX]+|\.{3}|…|your[-_ ].*|none|null|true|false",
    re.IGNORECASE | re.DOTALL,
)
_OPAQUE = re.compile(r"[^\s(){}<>]{8,}")
_PATH = re.compile(
    r"(?:~|\.{1,2}|[A-Za-z]:|/(?:app|content|data|etc|home|kaggle|mnt|opt|root|run|srv|tmp|Users|usr|var|workspace))[\\/].*"
    r"|[\w./\\:-]+\.(?:cfg|conf|crt|csv|env|ini|json|key|pem|toml|txt|ya?ml)",
)
_COLUMN = re.compile(r"[A-Za-z]+(?:_[A-Za-z0-9]+)+")
DESCRIBING: Final = frozenset({"description", "format", "help", "title", "type"})
"""Keys of a schema: what they say of a password is not the password."""
_LONG: Final = 20
_SHORTEST: Final = 3

_ENVIRONMENT = re.compile(r"KEY|TOKEN|SECRET|PASSW(?:OR)?D|PASSPHRASE|(?:^|_)(?:PW|PASS)$|_PWD$|CREDENTIAL")
_NOT_ENVIRONMENT = re.compile(r"KEYBOARD|KEYMAP|KEYRING|TOKENIZER|MONKEY|(?:PATH|FILE|DIR|SOCK|NAME|TYPE|TTL)$")
_ENVIRONMENT_SHORTEST: Final = 8


def strength(name: str) -> Strength:
    """Return how surely a variable, keyword or key of that name holds a secret.

    Examples
    --------
    >>> strength("DB_PASSWORD").name, strength("hub_token").name, strength("pad_token").name
    ('STRONG', 'WEAK', 'NONE')
    """
    words = [word.lower() for word in _WORD.findall(name)]
    while words and (words[-1].isdigit() or words[-1] in _TAILS):
        words.pop()
    if not words:
        return Strength.NONE
    last, before = words[-1], words[-2] if len(words) > 1 else ""
    if last in _PLURALS and (last not in {"keys", "tokens"} or before):
        last = last.removesuffix("s")
    if last.endswith(_STRONG_ENDS) or _owned(last, before):
        return Strength.STRONG
    # "pass" alone is the key of a dict; "token" after some words is a piece of a text
    weak = (last in _WEAK_ENDS and not _TOKENS_OF_TEXT.fullmatch(before)) or (last == "pass" and not before)
    return Strength.WEAK if weak else Strength.NONE


def _owned(last: str, before: str) -> bool:
    """Tell whether a word that says little is made sure by the word before it."""
    if last in _SURE_AFTER:
        return _SURE_AFTER[last].fullmatch(before) is not None
    return last == "pw"


def grouped(name: str) -> bool:
    """Tell whether a dict or list under that name holds secrets whatever its keys are."""
    words = _WORD.findall(name)
    return strength(name) is Strength.STRONG or (bool(words) and words[-1].lower() in _GROUPS)


def path(value: str) -> bool:
    """Tell whether a value is the path of a file."""
    return _PATH.fullmatch(value) is not None


def placeholder(value: str) -> bool:
    """Tell whether a value only stands where a secret will be: empty, ``{password}``, ``$TOKEN``, ``***``, redacted."""
    bare = without_marks(value).strip()
    return not bare or _PLACEHOLDER.fullmatch(bare) is not None


def opaque(value: str) -> bool:
    """Tell whether a value looks like a credential rather than like a word."""
    if _OPAQUE.fullmatch(value) is None:
        return False
    mixed = value.lower() != value and value.upper() != value
    return len(value) >= _LONG or mixed or any(letter.isdigit() for letter in value)


def holds_secret(name: str, value: str) -> bool:
    """Tell whether ``value`` under ``name`` is a secret."""
    how = strength(name)
    if how is Strength.NONE or len(value) < _SHORTEST or placeholder(value) or path(value):
        return False
    return how is Strength.STRONG or (opaque(without_marks(value)) and not _column(name, value))


def _column(name: str, value: str) -> bool:
    """Tell whether a value is another name made of the same word, such as ``token_count_2021`` under ``token``."""
    return _COLUMN.fullmatch(value) is not None and name.lower() in value.lower().split("_")


def environment_secret(name: str, value: str) -> bool:
    """Tell whether a variable of the environment holds a value that must not stand in stored text."""
    upper = name.upper()
    if len(value) < _ENVIRONMENT_SHORTEST or _ENVIRONMENT.search(upper) is None:
        return False
    return _NOT_ENVIRONMENT.search(upper) is None and not placeholder(value)
