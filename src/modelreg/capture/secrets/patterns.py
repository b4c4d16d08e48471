"""What secrets look like in any text: known prefixes, URLs, headers, assignments, values of the environment."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from modelreg.capture.secrets.commands import commands
from modelreg.capture.secrets.lines import lines
from modelreg.capture.secrets.marks import Span
from modelreg.capture.secrets.naming import environment_secret, holds_secret, opaque, placeholder, strength
from modelreg.capture.secrets.pairings import logins, of_columns, pairings

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

__all__ = ["environment", "spans"]

# a letter that belongs to an escape such as \n does not make the token a part of a longer word
_BEGIN: Final = r"(?:(?<![A-Za-z0-9])|(?<=\\[abfnrtv0]))"

_TOKENS: Final = tuple(
    (kind, needles.split(), re.compile(_BEGIN + pattern))
    for kind, needles, pattern in (
        ("aws-key", "AKIA ASIA", r"A(?:K|S)IA[A-Z0-9]{16,}(?![a-z])"),
        ("github-token", "ghp_ gho_ ghu_ ghs_ ghr_", r"gh[pousr]_[A-Za-z0-9]{20,}"),
        ("github-token", "github_pat_", r"github_pat_\w{20,}"),
        ("gitlab-token", "glpat-", r"glpat-[\w.-]{16,}"),
        ("huggingface-token", "hf_", r"hf_[A-Za-z0-9]{30,}"),
        ("api-key", "sk-", r"sk-(?=[\w-]{0,80}\d)[\w-]{20,}"),
        ("stripe-key", "_live_ _test_", r"[sr]k_(?:live|test)_[A-Za-z0-9]{16,}"),
        ("slack-token", "xox", r"xox[abeoprs]-[A-Za-z0-9-]{10,}"),
        ("google-key", "AIza", r"AIza[\w-]{30,}"),
        ("google-token", "ya29.", r"ya29\.[\w-]{20,}"),
        ("google-token", "GOCSPX-", r"GOCSPX-[\w-]{20,}"),
        ("npm-token", "npm_", r"npm_[A-Za-z0-9]{30,}"),
        ("pypi-token", "pypi-", r"pypi-[\w-]{40,}"),
        ("digitalocean-token", "_v1_", r"do[opr]_v1_[a-f0-9]{40,}"),
        ("jwt", "eyJ", r"eyJ[\w-]{8,4000}+\.[\w-]{8,}\.[\w-]{8,}"),
        ("sendgrid-key", "SG.", r"SG\.[\w-]{16,64}\.[\w-]{16,}"),
        ("twilio-key", "SK", r"SK[0-9a-f]{32}(?![0-9a-f])"),
        ("databricks-token", "dapi", r"dapi[0-9a-f]{32}"),
        ("replicate-token", "r8_", r"r8_[A-Za-z0-9]{30,}"),
        ("api-key", "gsk_", r"gsk_[A-Za-z0-9]{30,}"),
        ("nvidia-key", "nvapi-", r"nvapi-[\w-]{30,}"),
        ("api-key", "pplx-", r"pplx-[A-Za-z0-9]{30,}"),
        ("shopify-token", "shp", r"shp(?:at|ca|pa|ss)_[A-Fa-f0-9]{32}"),
        ("vault-token", "hvs.", r"hvs\.[\w-]{20,}"),
        ("docker-token", "dckr_pat_", r"dckr_pat_[\w-]{20,}"),
        ("atlassian-token", "ATATT3", r"ATATT3[\w=-]{40,}"),
        ("telegram-token", ":", r"(?:bot)?\d{8,10}:(?=[\w-]{0,34}[A-Z])(?=[\w-]{0,34}[a-z])[\w-]{35}(?![\w-])"),
        ("mapbox-token", "k.eyJ", r"[pst]k\.eyJ[\w-]{8,}\.[\w-]{12,}"),
        ("age-key", "AGE-SECRET-KEY-1", r"AGE-SECRET-KEY-1[A-Z0-9]{40,}"),
    )
)
_HOOK = re.compile(
    r"(?:hooks\.slack\.com/(?:services|workflows|triggers)/|discord(?:app)?\.com/api/webhooks/|"
    r"\.webhook\.office\.com/webhookb2/)(?:[\w@-]{1,80}/){0,4}(?P<value>[\w-]{16,})"
)
_KAGGLE = re.compile(r"\bkey\\?[\"'][ \t]*+:[ \t]*+\\?[\"'](?P<value>[0-9a-f]{32})\\?[\"']")
_AWS_ID = re.compile(r"A[KS]IA[A-Z0-9]{16}(?![A-Za-z0-9])")
_AWS_SECRET = re.compile(r"(?<![\w/+])[A-Za-z0-9/+]{40}(?![\w/+=])")
_AZURE = re.compile(r"(?<=AccountKey=)[A-Za-z0-9+/]{40,}={0,2}")
_PEM = re.compile(r"-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----")
_PEM_END: Final = "-----END "
_PEM_MOST: Final = 20_000
_PEM_SEED: Final = 200
_GAP = r"(?:\\[nr]|[\s+\-\"',()])*+"
_PEM_BODY = re.compile(
    rf"(?:{_GAP}(?:[A-Za-z0-9+/=]{{16,}}+|[A-Z][A-Za-z-]{{3,}}+: [^\n\\]*+)){{0,2000}}+(?:{_GAP}[A-Za-z0-9+/=]{{1,15}}+)?"
)
_PEM_LINE = re.compile(r"(?m)^[ +\-]?+[ \t\"'bru(+]*([^\s\"'\\]+)")
_USERINFO = re.compile(r"://([^\s/:@'\"<>\\]{0,256})(?::([^\s/'\"?#<>\\]{0,256}))?@")
_SLASHED = re.compile(
    r"(?:amqp|mariadb|mongodb|mssql|mysql|oracle|postgres|postgresql|redis|snowflake)(?:\+\w{1,20})?://[^\s/:@'\"<>\\]{1,100}:"
    r"(?P<value>(?!\d+/)[^\s@'\"<>\\]{1,100}/[^\s@'\"<>\\]{0,100})@"
)
_QUERY = re.compile(r"[?&;]([A-Za-z_][\w.-]{0,40})=([^\s&#;'\"<>\\=][^\s&#;'\"<>\\]*)")
_QUERY_NAMES: Final = frozenset({"sig", "signature", "token", "auth", "pass"})
_QUERY_KEYS: Final = frozenset({"key", "code"})
_QUERY_SHORTEST: Final = 6
_TOKEN_USER: Final = 20
_BEARER = re.compile(
    r"(?:[Bb]earer|[Aa]uthorization[\"']?[ \t]*[:=,][ \t]*[\"']?(?:basic|Basic|token|Token|bot|Bot)) +([\w.~+/-]{16,}=*)"
)

_WORD = (
    r"(?:pass|Pass|PASS|pwd?|Pwd?|PWD?|secret|Secret|SECRET|token|Token|TOKEN|key|Key|KEY|cred|Cred|CRED|auth|Auth|AUTH|"
    r"bearer|Bearer)"
)
_ASSIGNED = re.compile(
    _WORD + r"\w{0,24}[\"']?\]?[ \t]*(?::[ \t]*[\w.\[\], |]{1,60}?)?(?:[=!]=|:=|=|:)[ \t]*"
    r"(?P<prefix>[rRbBuUfF]{0,2})(?P<quote>[\"'])(?P<value>(?:(?!(?P=quote))[^\\\n]|\\.)+)(?P=quote)"
)
_SHELL = re.compile(
    r"(?m)(?:^[ +\-]?[ \t]*|(?P<told>[%!][ \t]*(?:set_)?(?:env|export)[ \t]+|\bexport[ \t]+|['\"](?:set_)?env['\"], *['\"]))"
    r"(?P<name>[A-Za-z_]?\w{0,40}?" + _WORD + r"\w{0,24})(?P<sign>=|[ \t]|:[ \t]+)(?P<value>[^\s'\"\\]+)"
)
_CODE = re.compile(r"[A-Za-z_.]*|(?:\w+\.)?(?:u?int|b?float|complex)\d+|.*[\[\](){}|,].*")
_NEAR: Final = 80


def spans(text: str, environ: Mapping[str, str]) -> Iterator[Span]:
    """Yield what must go from ``text``, in no order; pieces may overlap."""
    yield from _tokens(text)
    if "://" in text:
        yield from _addresses(text)
    yield from _headers(text)
    yield from _quoted(text)
    if '\\"' in text:  # source in the JSON of a notebook
        plain = text.replace('\\"', ' "')
        yield from (span._replace(end=span.end - text.startswith('\\"', span.end - 1)) for span in _quoted(plain))
    yield from _shell(text)
    yield from commands(text)
    yield from lines(text)
    yield from environment(text, environ)


def _quoted(text: str) -> Iterator[Span]:
    paired, others = pairings(text)
    yield from paired
    yield from (span for span in _assigned(text) if span.start not in others)
    yield from logins(text)


def _tokens(text: str) -> Iterator[Span]:
    for kind, needles, pattern in _TOKENS:
        if any(needle in text for needle in needles):
            yield from (Span(*found.span(), kind, found[0]) for found in pattern.finditer(text))
    if "AKIA" in text or "ASIA" in text:
        yield from _aws(text)
    if "/webhook" in text or "hooks.slack.com" in text:
        yield from (Span(*found.span("value"), "webhook", found["value"]) for found in _HOOK.finditer(text))
    if "username" in text:
        yield from _kaggle(text)
    if "AccountKey=" in text:
        yield from (Span(*found.span(), "azure-key", found[0]) for found in _AZURE.finditer(text))
    if "PRIVATE KEY" in text:
        for found in _PEM.finditer(text):
            yield from _pem(found)


def _aws(text: str) -> Iterator[Span]:
    """Yield the secret keys that stand beside the names of their keys."""
    for found in _AWS_ID.finditer(text):
        beside = _AWS_SECRET.search(text, found.end(), found.end() + _NEAR)
        if beside and opaque(beside[0]):
            yield Span(*beside.span(), "aws-secret", beside[0])


def _kaggle(text: str) -> Iterator[Span]:
    for found in _KAGGLE.finditer(text):
        if "username" in text[max(0, found.start() - _NEAR) : found.end() + _NEAR]:
            yield Span(*found.span("value"), "kaggle-key", found["value"])


def _pem(found: re.Match[str]) -> Iterator[Span]:
    text, start = found.string, found.end()
    end = text.find(_PEM_END, start, start + _PEM_MOST)
    if end < 0:  # cut off: what looks like the rest of a key
        body = _PEM_BODY.match(text, start, min(len(text), start + _PEM_MOST))
        end = body.end() if body else start
    if "\n" not in text[start:end]:
        if start < end:
            yield Span(start, end, "private-key", text[start : start + _PEM_SEED])
        return
    # line by line: a patch must keep its lines, and its first column
    for line in _PEM_LINE.finditer(text, start, end):
        if not line[1].startswith(("-----", "@@")):
            yield Span(*line.span(1), "private-key", text[start : start + _PEM_SEED])


def _addresses(text: str) -> Iterator[Span]:
    for found in _USERINFO.finditer(text):
        user, password = found[1], found[2]
        host = text[found.end() : found.end() + _NEAR].split("/", 1)[0].split()[:1]
        seed = f"{user if password else ''}@{''.join(host)}"
        if password and not placeholder(password):
            yield Span(*found.span(2), "url-password", seed)
        token = opaque(user) and (password in {"", "x", "x-oauth-basic"} or len(user) >= _TOKEN_USER)
        if user and token and not placeholder(user):
            yield Span(*found.span(1), "url-user", "".join(host))
    for found in _SLASHED.finditer(text):
        if not placeholder(found["value"]):
            yield Span(*found.span("value"), "url-password", "")
    for found in _QUERY.finditer(text):
        name, value = found[1], found[2]
        known = name.lower() in _QUERY_NAMES or name.lower().endswith("-signature") or strength(name) > 0
        secret = known or (name.lower() in _QUERY_KEYS and opaque(value))
        if secret and len(value) >= _QUERY_SHORTEST and not placeholder(value):
            yield Span(*found.span(2), "url-parameter", name)


def _headers(text: str) -> Iterator[Span]:
    for found in _BEARER.finditer(text):
        if opaque(found[1]) and not placeholder(found[1]):
            yield Span(*found.span(1), "authorization", found[1])


def _assigned(text: str) -> Iterator[Span]:
    for found in _ASSIGNED.finditer(text):
        begin = found.start()
        while begin and (text[begin - 1].isalnum() or text[begin - 1] in "_-") and found.start() - begin < _NEAR:
            begin -= 1
        name = re.split(r"[^\w-]", text[begin : found.start("value")], maxsplit=1)[0]
        formatted = "f" in found["prefix"].lower() and "{" in found["value"]
        if not formatted and holds_secret(name, found["value"]) and not of_columns(text, begin):
            yield Span(*found.span("value"), "assigned", name)


def _shell(text: str) -> Iterator[Span]:
    for found in _SHELL.finditer(text):
        if _bare(found) and holds_secret(found["name"], found["value"]):
            yield Span(*found.span("value"), "assigned", found["name"])


def _bare(found: re.Match[str]) -> bool:
    """Tell whether a value without quotes is one: in programs it is a type or another variable far more often."""
    name, sign, value = found["name"], found["sign"].strip(), found["value"]
    if found["told"]:
        return bool(sign) or found["told"].startswith("%")
    if sign == "=":
        return name.isupper() and value.casefold() != name.casefold() and not value.endswith((",", ")", "("))
    return sign == ":" and _CODE.fullmatch(value) is None


def environment(text: str, environ: Mapping[str, str]) -> Iterator[Span]:
    """Yield the values in ``text`` that variables hold whose names tell that they are secret."""
    for name, value in environ.items():
        if not environment_secret(name, value):
            continue
        for form in _forms(value):
            yield from (Span(at, at + len(form), "environment", name) for at in _places(text, form))


def _forms(value: str) -> Iterable[str]:
    """Return the value as it may stand in text: as it is, in a URL, in a literal."""
    return dict.fromkeys((value, quote(value, safe=""), repr(value)[1:-1], value.strip()))


def _places(text: str, value: str) -> Iterator[int]:
    at = text.find(value)
    while at >= 0:
        # a password such as "postgres" is a word of the language too: only where it stands alone
        before, after = text[max(at - 1, 0) : at], text[at + len(value) : at + len(value) + 3]
        alone = not any(sign.isalnum() or sign == "_" for sign in before + after[:1]) and after != "://"
        if alone or not value.isalpha():
            yield at
        at = text.find(value, at + 1)
