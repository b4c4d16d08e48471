"""The machine that reads a pickle stream: a stack of nodes where an unpickler would have objects."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from modelreg.opcodes.decode import Step, Stream, broken, steps

if TYPE_CHECKING:
    from collections.abc import Callable

COMPUTED: Final = "<computed>"
"""Stands for a module or name that the stream computes, so that it cannot be known without running it."""

_NOTHING: Final[Any] = ()
"""What an atom is made of, and what happens to it: two empty lists for each would cost more than all else."""


class Node:
    """What one opcode would have made.

    Parameters
    ----------
    kind : str
        ``int``, ``str``, ``list``, ``call``, ``global``, …
    payload : bytes
        The value of an atom.
    parts : list of Node
        What it is made of.
    """

    __slots__ = ("events", "kind", "parts", "payload")

    def __init__(self, kind: str, payload: bytes | memoryview = b"", parts: list[Node] | None = None) -> None:
        self.kind = kind
        self.payload = payload
        self.parts: list[Node] = _NOTHING if parts is None else parts
        self.events: list[tuple[str, list[Node]]] = _NOTHING

    def happen(self, what: str, nodes: list[Node]) -> None:
        """Note that ``nodes`` were put in; batches of one kind are one event, however they were cut."""
        if what != "build" and self.events and self.events[-1][0] == what:
            self.events[-1][1].extend(nodes)
        else:
            self.events = self.events or []
            self.events.append((what, nodes))


class Machine:
    """Runs a stream on nodes.

    ``roots`` is what the pickles are, ``effects`` what is called and thrown away, ``built`` what is given a state.
    """

    def __init__(self) -> None:
        self.roots: list[Node] = []
        self.effects: list[Node] = []
        self.globals: list[Node] = []
        self.built: list[Node] = []
        self.stack: list[Node] = []
        self.marks: list[int] = []
        self.memo: dict[int, Node] = {}
        self.buffers = 0

    def run(self, stream: Stream) -> Machine:
        """Read the whole stream.

        Raises
        ------
        IntegrityError
            The bytes are no pickle stream.
        """
        table = _ACTIONS
        try:
            for step in steps(stream):
                table[step.name](self, step)
        except (
            IndexError,
            KeyError,
            ValueError,
        ) as error:  # an empty stack, an unset memo, a number that is none
            why = "an opcode needs what is not there"
            raise broken(why, error) from error
        return self

    def pop(self) -> Node:
        """Take the top of the stack."""
        if self.marks and self.marks[-1] == len(self.stack):
            raise broken("an opcode reaches below a mark")
        return self.stack.pop()

    def popped(self) -> list[Node]:
        """Take what lies above the last mark."""
        start = self.marks.pop()
        nodes = self.stack[start:]
        del self.stack[start:]
        return nodes

    def push(self, node: Node) -> None:
        """Put a node on the stack."""
        self.stack.append(node)

    def named(self, module: Node, name: Node) -> Node:
        """Return the node of a global and note it."""
        node = Node("global", parts=[module, name])
        self.globals.append(node)
        return node

    def drop(self, nodes: list[Node]) -> None:
        """Forget nodes; calls among them were made for what they do."""
        self.effects.extend(node for node in nodes if node.kind not in _SILENT)


_SILENT: Final = frozenset(
    {
        "none",
        "bool",
        "int",
        "long",
        "float",
        "str",
        "bytes",
        "bytestr",
        "list",
        "dict",
        "set",
        "tuple",
        "frozenset",
    }
)


def text(payload: bytes) -> Node:
    """Return the node of a string."""
    return Node("str", payload)


def _atom(kind: str) -> Callable[[Machine, Step], None]:
    def push(machine: Machine, step: Step) -> None:
        machine.stack.append(Node(kind, step.payload))

    return push


def _fixed(kind: str, payload: bytes) -> Callable[[Machine, Step], None]:
    def push(machine: Machine, _: Step) -> None:
        machine.stack.append(Node(kind, payload))

    return push


def _whole(*, signed: bool) -> Callable[[Machine, Step], None]:
    def push(machine: Machine, step: Step) -> None:
        value = int.from_bytes(step.payload, "little", signed=signed)
        machine.stack.append(Node("int", _shortest(value)))

    return push


def _shortest(value: int) -> bytes:
    """Return a number in the one way that it is compared, however it was written."""
    return value.to_bytes(value.bit_length() // 8 + 1, "little", signed=True)


def _decimal(machine: Machine, step: Step) -> None:
    digits = bytes(step.payload)
    if step.name == "INT" and digits in {b"00", b"01"}:
        machine.push(Node("bool", digits[1:]))
    else:
        machine.push(Node("int", _shortest(int(digits.rstrip(b"L")))))


def _escaped(machine: Machine, step: Step) -> None:
    machine.push(text(bytes(step.payload).decode("raw-unicode-escape").encode("utf-8", "surrogatepass")))


def _quoted(machine: Machine, step: Step) -> None:
    import warnings
    from codecs import escape_decode

    with warnings.catch_warnings():  # of an unknown escape in somebody's bytes nobody here needs to hear
        warnings.simplefilter("ignore")
        payload = escape_decode(bytes(step.payload)[1:-1])[0]
    machine.push(Node("bytestr", payload))


def _number(machine: Machine, step: Step) -> None:
    import struct

    machine.push(Node("float", struct.pack(">d", float(bytes(step.payload)))))


def _empty(kind: str) -> Callable[[Machine, Step], None]:
    def push(machine: Machine, _: Step) -> None:
        machine.stack.append(Node(kind))

    return push


def _marked(kind: str, event: str = "") -> Callable[[Machine, Step], None]:
    def collect(machine: Machine, _: Step) -> None:
        nodes = machine.popped()
        node = Node(kind, parts=[] if event else nodes)
        if event and nodes:
            node.happen(event, nodes)
        machine.push(node)

    return collect


def _counted_tuple(size: int) -> Callable[[Machine, Step], None]:
    def collect(machine: Machine, _: Step) -> None:
        nodes = [machine.pop() for _ in range(size)]
        machine.stack.append(Node("tuple", parts=nodes[::-1]))

    return collect


def _put_in(event: str, size: int) -> Callable[[Machine, Step], None]:
    """Put ``size`` nodes into the one below; 0: those above the mark."""

    def put(machine: Machine, _: Step) -> None:
        nodes = [machine.pop() for _ in range(size)][::-1] if size else machine.popped()
        machine.stack[-1].happen(event, nodes)

    return put


def _build(machine: Machine, _: Step) -> None:
    state = machine.pop()
    machine.stack[-1].happen("build", [state])
    machine.built.append(machine.stack[-1])


def _remember(machine: Machine, step: Step) -> None:
    index = len(machine.memo) if step.name == "MEMOIZE" else _index(step)
    machine.memo[index] = machine.stack[-1]


def _recall(machine: Machine, step: Step) -> None:
    machine.stack.append(machine.memo[_index(step)])


def _index(step: Step) -> int:
    return int(step.payload) if step.name in {"GET", "PUT"} else int.from_bytes(step.payload, "little")


def _pop(machine: Machine, _: Step) -> None:
    if machine.marks and machine.marks[-1] == len(machine.stack):
        machine.marks.pop()
    else:
        machine.drop([machine.stack.pop()])


def _called(kind: str, size: int) -> Callable[[Machine, Step], None]:
    """Make a node from what to call and the ``size - 1`` nodes of its arguments."""

    def call(machine: Machine, _: Step) -> None:
        nodes = [machine.pop() for _ in range(size)]
        machine.stack.append(Node(kind, parts=nodes[::-1]))

    return call


def _global(machine: Machine, step: Step) -> None:
    machine.push(machine.named(text(bytes(step.payload)), text(step.second)))


def _stacked_global(machine: Machine, _: Step) -> None:
    name = machine.pop()
    machine.push(machine.named(machine.pop(), name))


def _instance(machine: Machine, step: Step) -> None:
    arguments = machine.popped()
    made = machine.named(text(bytes(step.payload)), text(step.second))
    machine.push(Node("inst", parts=[made, *arguments]))


def _extension(machine: Machine, step: Step) -> None:
    code = str(int.from_bytes(step.payload, "little")).encode()
    machine.push(machine.named(text(b"copyreg"), text(b"extension " + code)))


def _buffer(machine: Machine, _: Step) -> None:
    machine.push(Node("buffer", str(machine.buffers).encode()))
    machine.buffers += 1


def _stop(machine: Machine, _: Step) -> None:
    machine.roots.append(machine.pop())
    machine.stack, machine.marks, machine.memo = [], [], {}


_ACTIONS: Final[dict[str, Callable[[Machine, Step], None]]] = {
    "PROTO": lambda _machine, _step: None,
    "FRAME": lambda _machine, _step: None,
    "STOP": _stop,
    "NONE": _fixed("none", b""),
    "NEWTRUE": _fixed("bool", b"1"),
    "NEWFALSE": _fixed("bool", b"0"),
    "INT": _decimal,
    "LONG": _decimal,
    "BININT": _whole(signed=True),
    "BININT1": _whole(signed=False),
    "BININT2": _whole(signed=False),
    "LONG1": _whole(signed=True),
    "LONG4": _whole(signed=True),
    "FLOAT": _number,
    "BINFLOAT": _atom("float"),
    "STRING": _quoted,
    "BINSTRING": _atom("bytestr"),
    "SHORT_BINSTRING": _atom("bytestr"),
    "BINBYTES": _atom("bytes"),
    "SHORT_BINBYTES": _atom("bytes"),
    "BINBYTES8": _atom("bytes"),
    "BYTEARRAY8": _atom("bytearray"),
    "UNICODE": _escaped,
    "SHORT_BINUNICODE": _atom("str"),
    "BINUNICODE": _atom("str"),
    "BINUNICODE8": _atom("str"),
    "EMPTY_LIST": _empty("list"),
    "EMPTY_DICT": _empty("dict"),
    "EMPTY_SET": _empty("set"),
    "EMPTY_TUPLE": _empty("tuple"),
    "MARK": lambda machine, _step: machine.marks.append(len(machine.stack)),
    "LIST": _marked("list", "append"),
    "DICT": _marked("dict", "setitem"),
    "TUPLE": _marked("tuple"),
    "FROZENSET": _marked("frozenset"),
    "TUPLE1": _counted_tuple(1),
    "TUPLE2": _counted_tuple(2),
    "TUPLE3": _counted_tuple(3),
    "APPEND": _put_in("append", 1),
    "APPENDS": _put_in("append", 0),
    "SETITEM": _put_in("setitem", 2),
    "SETITEMS": _put_in("setitem", 0),
    "ADDITEMS": _put_in("add", 0),
    "BUILD": _build,
    "POP": _pop,
    "POP_MARK": lambda machine, _step: machine.drop(machine.popped()),
    "DUP": lambda machine, _step: machine.push(machine.stack[-1]),
    "PUT": _remember,
    "BINPUT": _remember,
    "LONG_BINPUT": _remember,
    "MEMOIZE": _remember,
    "GET": _recall,
    "BINGET": _recall,
    "LONG_BINGET": _recall,
    "GLOBAL": _global,
    "STACK_GLOBAL": _stacked_global,
    "INST": _instance,
    "EXT1": _extension,
    "EXT2": _extension,
    "EXT4": _extension,
    "OBJ": _marked("obj"),
    "NEWOBJ": _called("new", 2),
    "NEWOBJ_EX": _called("new_ex", 3),
    "REDUCE": _called("call", 2),
    "PERSID": _atom("persistent"),
    "BINPERSID": _called("persistent", 1),
    "NEXT_BUFFER": _buffer,
    "READONLY_BUFFER": _called("readonly", 1),
}
"""What every opcode does to the machine."""


def imports(stream: Stream) -> tuple[str, ...]:
    """Return what loading ``stream`` imports: ``module.name``, sorted, each once, of all the pickles in it.

    Nothing is imported or called to find out. The list says what the stream reaches for at its first step, not what
    that does: it is no verdict.

    Parameters
    ----------
    stream : bytes or iterable of bytes
        The stream, whole or in chunks.

    Raises
    ------
    IntegrityError
        The bytes are no pickle stream.
    """
    return imported(Machine().run(stream))


def imported(machine: Machine) -> tuple[str, ...]:
    """Return what loading the stream that a machine read imports."""
    return tuple(sorted({".".join(_spelled(part) for part in node.parts) for node in machine.globals}))


def _spelled(node: Node) -> str:
    if node.kind not in {"str", "bytestr"}:  # old byte strings are loaded as text
        return COMPUTED
    return bytes(node.payload).decode("utf-8", "backslashreplace")
