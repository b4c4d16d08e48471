"""Which names say that their value is a secret, and which values are only placeholders for one."""

from __future__ import annotations

import re
from enum import IntEnum
from typing import Final

from modelreg.capture.secrets.marks import without_marks

__all__ = ["Strength", "environment_secret", "holds_secret", "opaque", "placeholder", "strength"]


class Strength(IntEnum):
    """How surely a name tells a secret."""

    NONE = 0
    WEAK = 1
    """A token or key is a word of other trades too: its value must look like a credential."""
    STRONG = 2


_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+")
_STRONG_ENDS: Final = ("password", "passwd", "passphrase", "passcode", "secret", "apikey", "authorization", "pwd")
_STRONG_KEYS = re.compile(
    r"access|account|api|auth|client|encryption|encrypt|license|master|private|secret|service|shared|"
    r"signing|storage|subscription|webhook"
)
_PASS_OWNERS = re.compile(
    r"admin|db|database|email|ftp|http|login|mail|mysql|pg|postgres|proxy|redis|root|smtp|ssh|sudo|user"
)
_WEAK_ENDS: Final = frozenset({"auth", "bearer", "credential", "credentials", "creds", "token"})
_TOKENS_OF_TEXT = re.compile(
    r"additional|bos|cls|current|decoder|end|eos|first|forced|image|last|mask|max|next|oov|pad|prev|sep|"
    r"special|start|stop|unk|word"
)
_TAILS: Final = frozenset({"b64", "base64", "dev", "env", "prod", "staging", "str", "string", "value"})

_PLACEHOLDER = re.compile(
    r"<[^<>]*>|\{.*\}|\$\w+|\$\(.*\)|\$\{.*\}|%\(\w+\)s|%[A-Za-z_]*%|%s|\*+|[xX]+|\.{3}|…|your[-_ ].*|none|null|true|false",
    re.IGNORECASE | re.DOTALL,
)
_OPAQUE = re.compile(r"[^\s(){}<>]{8,}")
_LONG: Final = 20
_SHORTEST: Final = 3

_ENVIRONMENT = re.compile(r"KEY|TOKEN|SECRET|PASSW(?:OR)?D|PASSPHRASE|_PWD$|CREDENTIAL")
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
    if last.endswith(_STRONG_ENDS) or (last == "key" and _STRONG_KEYS.fullmatch(before)):
        return Strength.STRONG
    if last == "pass" and _PASS_OWNERS.fullmatch(before):
        return Strength.STRONG
    if last in _WEAK_ENDS and not _TOKENS_OF_TEXT.fullmatch(before):
        return Strength.WEAK
    return Strength.NONE


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
    if how is Strength.NONE or len(value) < _SHORTEST or placeholder(value):
        return False
    return how is Strength.STRONG or opaque(without_marks(value))


def environment_secret(name: str, value: str) -> bool:
    """Tell whether a variable of the environment holds a value that must not stand in stored text."""
    upper = name.upper()
    if len(value) < _ENVIRONMENT_SHORTEST or _ENVIRONMENT.search(upper) is None:
        return False
    return _NOT_ENVIRONMENT.search(upper) is None and not placeholder(value)
