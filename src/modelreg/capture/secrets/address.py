"""Addresses without what may be secret in them."""

from __future__ import annotations

import re

__all__ = ["bare"]

_URL = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*(?:::[a-z]+)?)://([^/?#]*)([^?#]*)", re.DOTALL)
_SCP = re.compile(r"(?:[^/]*@)?([^/@:]+|\[[^\]/]*\]):(?!//)(.*)", re.DOTALL)
_DRIVE = re.compile(r"[A-Za-z]:[\\/]")


def bare(address: str) -> str:
    """Return an address of a repository or package without user, password, query and fragment.

    Examples
    --------
    >>> bare("https://me:secret@example.org/a.git?private_token=x#y"), bare("git@example.org:team/a.git")
    ('https://example.org/a.git', 'example.org:team/a.git')
    """
    url = _URL.match(address)
    if url:
        return f"{url[1]}://{url[2].rpartition('@')[2]}{url[3]}"
    short = None if _DRIVE.match(address) else _SCP.fullmatch(address)
    if short:
        return f"{short[1]}:{re.split('[?#]', short[2], maxsplit=1)[0]}"
    return address
