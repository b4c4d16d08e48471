"""Headers that somebody else wrote: JSON of any shape in any place of one that makes sense."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

if TYPE_CHECKING:
    from collections.abc import Iterator

WORDS = st.sampled_from(
    ["", "float32", "int64", "OrderedDict", "keras.layers", "builtins", "Dense", "__numpy__", "function", "é\x00"]
)
JSON = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(-3, 3),
        st.integers(),
        st.floats(allow_nan=False),
        WORDS,
        st.text(max_size=5),
    ),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(WORDS, inner, max_size=3)),
    max_leaves=6,
)


def places(found: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield every place within JSON."""
    yield path
    inner = found.items() if isinstance(found, dict) else enumerate(found) if isinstance(found, list) else ()
    for step, one in inner:
        yield from places(one, (*path, step))


@st.composite
def spoiled(draw: st.DrawFn, good: Any) -> Any:
    """Return JSON of which one to three places hold something else."""
    found = copy.deepcopy(good)
    for path in draw(st.lists(st.sampled_from(list(places(good))), min_size=1, max_size=3)):
        value, holder = draw(JSON), found
        if not path:
            found = value
            continue
        try:
            for step in path[:-1]:
                holder = holder[step]
            holder[path[-1]] = value
        except (LookupError, TypeError):  # what was there is gone already
            pass
    return found
