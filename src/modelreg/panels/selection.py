"""What is chosen in a panel, as user code sees it."""

from __future__ import annotations

from collections import defaultdict
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from modelreg import names
from modelreg.errors import NotFoundError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from modelreg.records import Version
    from modelreg.registry import Registry


def gone(registry: Registry, refs: Sequence[str]) -> list[str]:
    """Return those of some references to versions that mean nothing any more."""
    numbers: dict[str, list[int]] = defaultdict(list)
    for ref in refs:
        parsed = names.parse(ref)
        numbers[parsed.name].append(-1 if parsed.number is None else parsed.number)
    there: set[tuple[str, int]] = set()
    for name, wanted in numbers.items():
        with suppress(NotFoundError):
            page = registry.versions(name, "version in ticked", limit=len(wanted), names={"ticked": wanted})
            there |= {(name, version.number) for version in page}
    parsed_refs = ((ref, names.parse(ref)) for ref in refs)
    return [ref for ref, parsed in parsed_refs if (parsed.name, parsed.number) not in there]


class Selection:
    """The versions that are ticked in the table; with none ticked, the one that is open.

    Iterates over their records, and compares equal to another selection of the same versions.

    Attributes
    ----------
    refs : tuple of str
        ``churn:v3`` of each.
    """

    def __init__(self, registry: Registry, refs: Sequence[str] = ()) -> None:
        self._registry = registry
        self.refs = tuple(refs)

    def __iter__(self) -> Iterator[Version]:
        return (self._registry.get(ref) for ref in self.refs)

    def __len__(self) -> int:
        return len(self.refs)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Selection) and self.refs == other.refs

    def __hash__(self) -> int:
        return hash(self.refs)

    def __repr__(self) -> str:
        return f"Selection({', '.join(self.refs) or 'nothing'})"

    def load(self, *, trust: bool = False) -> Any:
        """Return the live object of the one version that is selected.

        Raises
        ------
        UsageError
            None is selected, or more than one.
        UntrustedModelError
            Loading would run code that nobody here approved; ``trust`` approves it for this once.
        """
        if len(self.refs) != 1:
            what = f"{len(self.refs)} versions are" if self.refs else "no version is"
            msg = f"{what} selected in the panel, and load brings back one: tick it, or open it"
            raise UsageError(msg, tries=tuple(f"load {ref}" for ref in self.refs[:2]))
        return self._registry.load(self.refs[0], trust=trust)
