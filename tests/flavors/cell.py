"""What a user types into a cell: things of every kind that live in ``__main__`` only. Run by ``test_definitions.py``."""

import abc
import asyncio
import dataclasses
import enum
import functools
import math
import typing

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer

SCALE = 3.0
Number = typing.TypeVar("Number", int, float)


class Base(abc.ABC):
    kinds = {"wide", "deep", "small", "large"}  # noqa: RUF012  (as people write it)

    @abc.abstractmethod
    def predict(self, x): ...

    @property
    def label(self):
        return f"{type(self).__name__}:{sorted(self.kinds)}"


class Net(Base):
    def __init__(self, size):
        self.weights = np.arange(float(size))

    def predict(self, x):
        return float(self.weights.sum()) * x * SCALE if x not in {1000, 2000, "three"} else -1.0

    @classmethod
    def small(cls):
        return cls(3)

    @staticmethod
    def twice(x):
        return 2 * x


class Deeper(Net):
    def predict(self, x):
        return super().predict(x) + 1


class Threshold(ClassifierMixin, BaseEstimator):
    def __init__(self, at=0.5):
        self.at = at

    def fit(self, x, y=None):
        self.classes_ = np.unique(y)
        return self

    def predict(self, x):
        return (np.asarray(x)[:, 0] > self.at).astype(int)


@dataclasses.dataclass(frozen=True, slots=True)
class Config:
    depth: int = 3
    names: tuple = ("a", "b")
    tags: dict = dataclasses.field(default_factory=dict)


class Colour(enum.Enum):
    RED = 1
    BLUE = "blue"

    def loud(self):
        return self.name + "!"


class Flag(enum.IntFlag):
    A = 1
    B = 2


class Point(typing.NamedTuple):
    x: int
    y: float = 0.5


class Box(typing.Generic[Number]):
    def __init__(self, inside: Number):
        self.inside = inside


class Slotted:
    __slots__ = ("a", "b")

    def __init__(self):
        self.a = 1


class Meta(type):
    def __call__(cls, *args):
        made = super().__call__(*args)
        made.by = "meta"
        return made


class Made(metaclass=Meta):
    pass


class TroubleError(ValueError):
    def __init__(self, code):
        super().__init__(f"code {code}")
        self.code = code

    def __reduce__(self):
        return (TroubleError, (self.code,))


def counter():
    state = {"n": 0}

    def step(by=1, *, times=1):
        state["n"] += by * times
        return state["n"]

    return step


def factorial(n):
    return 1 if n < 2 else n * factorial(n - 1)


def even(n):
    return n == 0 or odd(n - 1)


def odd(n):
    return n != 0 and even(n - 1)


def logged(function):
    @functools.wraps(function)
    def inner(*args):
        return ("logged", function(*args))

    return inner


@logged
def area(radius):
    """Area of a circle."""
    return math.pi * radius**2


def numbers(n):
    yield from range(n)


async def later(x):
    return x + 1


class Outer:
    class Inner:
        value = 7


THINGS = {
    "net": Net(4),
    "deeper": Deeper(4),
    "threshold": Threshold(0.3).fit([[0.0], [1.0]], [0, 1]),
    "pipeline": make_pipeline(FunctionTransformer(lambda x: np.asarray(x) * SCALE), Threshold(2.0)).fit(
        [[0.0], [1.0]], [0, 1]
    ),
    "config": Config(5, tags={"k": [1]}),
    "colour": [Colour.RED, Colour.BLUE, Flag.A | Flag.B],
    "point": Point(3),
    "box": Box(5),
    "slotted": Slotted(),
    "made": Made(),
    "trouble": TroubleError(7),
    "counter": counter(),
    "lambda": lambda x, y=2: x**y in {4, 9, 16, "never"},
    "recursion": [factorial, even],
    "decorated": area,
    "partial": functools.partial(factorial, 5),
    "generator": numbers,
    "coroutine": later,
    "inner": Outer.Inner(),
    "class": Net,
    "no dict": Slotted(),
    "nested name": Outer.Inner(),
}

USES = {
    "net": lambda m: (m.predict(2), m.predict(1000), m.label, m.small().predict(1), m.twice(4)),
    "deeper": lambda m: (m.predict(2), m.predict(2000), [kind.__name__ for kind in type(m).__mro__]),
    "threshold": lambda m: (m.predict([[0.2], [0.4]]).tolist(), m.get_params()),
    "pipeline": lambda m: m.predict([[0.5], [0.9]]).tolist(),
    "config": lambda m: (m.depth, m.names, m.tags, repr(m)),
    "colour": lambda m: ([str(one) for one in m], m[0].loud(), m[0] is type(m[0])["RED"], m[2].value),
    "point": lambda m: (m.x, m.y, m._fields, m._replace(x=4).x),
    "box": lambda m: (m.inside, type(m).__parameters__[0].__name__, type(m).__parameters__[0].__constraints__ != ()),
    "slotted": lambda m: (m.a, hasattr(m, "b")),
    "made": lambda m: (m.by, type(type(m)).__name__, type(m)().by),
    "trouble": lambda m: (str(m), m.code, isinstance(m, ValueError)),
    "counter": lambda m: (m(), m(2, times=3)),
    "lambda": lambda m: (m(2), m(5), m(2, 4)),
    "recursion": lambda m: (m[0](5), m[1](10), m[1](7)),
    "decorated": lambda m: (m(2), m.__name__, m.__doc__),
    "partial": lambda m: m(),
    "generator": lambda m: list(m(3)),
    "coroutine": lambda m: asyncio.run(m(1)),
    "inner": lambda m: m.value,
    "no dict": lambda m: hasattr(m, "__dict__"),
    "nested name": lambda m: type(m).__qualname__,
    "class": lambda m: (m.small().predict(1), m.__abstractmethods__ == frozenset(), m.__name__),
}
