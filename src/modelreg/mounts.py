"""What kind of file system a path lies on: between hosts, locks, shared memory and times of files are not to be relied on."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Final

NETWORK: Final = frozenset(
    {
        "nfs",
        "nfs4",
        "cifs",
        "smb3",
        "smbfs",
        "lustre",
        "gpfs",
        "ceph",
        "9p",
        "afs",
        "glusterfs",
        "fuse.sshfs",
        "fuse.glusterfs",
    }
)
"""File systems that other hosts may write at the same time."""

_KNOWN: Final = 64


def file_system(place: Path) -> str:
    """Return the type of the longest mount that holds ``place``; empty where the system does not say."""
    try:
        mounts = Path("/proc/self/mountinfo").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return ""
    best, kind = "", ""
    whole = str(place.resolve())
    for line in mounts:
        left, _, right = line.partition(" - ")
        point = left.split()[4].replace("\\040", " ")
        inside = whole == point or whole.startswith(point.rstrip("/") + "/")
        if inside and len(point) >= len(best):
            best, kind = point, right.split()[0]
    return kind


def is_local(place: Path, device: int) -> bool:
    """Whether no other host writes the file system of ``place``.

    Parameters
    ----------
    place : Path
        A directory.
    device : int
        Its device. What is mounted there is looked up once for each.
    """
    return _is_local(str(place), device)


@lru_cache(_KNOWN)
def _is_local(place: str, device: int) -> bool:
    kind = file_system(Path(place))
    if not kind:  # only Linux says what is mounted where
        return not Path("/proc/self").exists()
    return kind not in NETWORK and not kind.startswith("fuse")  # FUSE may lead anywhere
