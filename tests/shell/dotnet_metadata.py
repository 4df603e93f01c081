"""What a .NET assembly has, read from its metadata (ECMA-335, partition II): types, members, and their signatures."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import dnfile

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from pathlib import Path

_PRIMITIVES: Final = {
    0x01: "void",
    0x02: "bool",
    0x03: "char",
    0x04: "sbyte",
    0x05: "byte",
    0x06: "short",
    0x07: "ushort",
    0x08: "int",
    0x09: "uint",
    0x0A: "long",
    0x0B: "ulong",
    0x0C: "float",
    0x0D: "double",
    0x0E: "string",
    0x16: "typedref",
    0x18: "IntPtr",
    0x19: "UIntPtr",
    0x1C: "object",
}
_TAGS: Final = ("TypeDef", "TypeRef", "TypeSpec")  # II.24.2.6, TypeDefOrRef


@dataclass(frozen=True)
class Signature:
    """A method's: the types without their namespaces."""

    takes: tuple[str, ...]
    returns: str
    static: bool

    def __str__(self) -> str:
        return f"({', '.join(self.takes)}) -> {self.returns}"


@dataclass
class Type:
    """A type: `events` have the type of their arguments, `values` are an enumeration's."""

    name: str
    base: str = ""
    methods: dict[str, list[Signature]] = field(default_factory=dict)
    events: dict[str, str] = field(default_factory=dict)
    values: dict[str, int] = field(default_factory=dict)

    def property_type(self, name: str) -> str | None:
        """Return the type of a property that can be read; None without one."""
        getters = self.methods.get(f"get_{name}")
        return getters[0].returns if getters else None

    def can_be_set(self, name: str) -> bool:
        """Whether a property can be set."""
        return f"set_{name}" in self.methods


class _Blob:
    """A signature that is being read."""

    def __init__(self, data: bytes, tables: Any) -> None:
        self._data = data
        self._at = 0
        self._tables = tables

    def byte(self) -> int:
        self._at += 1
        return self._data[self._at - 1]

    def number(self) -> int:
        """Return a compressed integer (II.23.2)."""
        first = self.byte()
        if first < 0x80:
            return first
        if first < 0xC0:
            return (first & 0x3F) << 8 | self.byte()
        return (first & 0x1F) << 24 | self.byte() << 16 | self.byte() << 8 | self.byte()

    def method(self) -> Signature:
        convention = self.byte()
        if convention & 0x10:
            self.number()  # generic
        count = self.number()
        returns = self.type()
        return Signature(tuple(self.type() for _ in range(count)), returns, static=not convention & 0x20)

    def type(self) -> str:
        """Return a type by its name (II.23.2.12)."""
        kind = self.byte()
        return _PRIMITIVES[kind] if kind in _PRIMITIVES else _KINDS[kind](self)

    def named(self) -> str:
        return self._token()

    def generic(self) -> str:
        self.byte()
        name = self._token().partition("`")[0]
        return f"{name}<{', '.join(self.type() for _ in range(self.number()))}>"

    def modified(self) -> str:
        self._token()
        return self.type()

    def array(self) -> str:
        """Return an array of more dimensions than one, and skip its bounds."""
        of, rank = self.type(), self.number()
        for _ in range(2):
            for _ in range(self.number()):
                self.number()
        return f"{of}[{',' * (rank - 1)}]"

    def _token(self) -> str:
        token = self.number()
        return _name_of(getattr(self._tables, _TAGS[token & 3]).rows[(token >> 2) - 1], self._tables)


_KINDS: Final[dict[int, Callable[[_Blob], str]]] = {
    0x0F: lambda blob: f"{blob.type()}*",
    0x10: lambda blob: f"{blob.type()}&",
    0x11: _Blob.named,
    0x12: _Blob.named,
    0x13: lambda blob: f"!{blob.number()}",
    0x14: _Blob.array,
    0x15: _Blob.generic,
    0x1B: lambda blob: str(blob.method()),  # a pointer to a function
    0x1D: lambda blob: f"{blob.type()}[]",
    0x1E: lambda blob: f"!{blob.number()}",
    0x1F: _Blob.modified,
    0x20: _Blob.modified,
}
"""How what is no primitive type is read, by its first byte (II.23.1.16)."""


def _name_of(row: Any, tables: Any) -> str:
    if row is None:
        return ""
    if hasattr(row, "TypeName"):
        return str(row.TypeName)
    return _Blob(_bytes(row.Signature), tables).type()


def _bytes(item: Any) -> bytes:
    return bytes(item.value if hasattr(item, "value") else item)


def read_assembly(path: Path, only: Collection[str] = ()) -> dict[str, Type]:
    """Return the public types of the assembly at `path`, by their full names; `only` those of some names, if any.

    A nested type has the name of the one around it before its own.
    """
    tables = dnfile.dnPE(str(path)).net.mdtables
    events = {id(row.Parent.row): row.EventList for row in tables.EventMap.rows} if tables.EventMap else {}
    constants = {id(row.Parent.row): _bytes(row.Value) for row in tables.Constant.rows} if tables.Constant else {}
    around = {id(row.NestedClass.row): row.EnclosingClass.row for row in tables.NestedClass.rows}
    found = {}
    for row in tables.TypeDef.rows:
        outer = around.get(id(row))
        space = f"{outer.TypeNamespace}.{outer.TypeName}" if outer is not None else row.TypeNamespace
        name = f"{space}.{row.TypeName}"
        if only and str(row.TypeName) not in only:
            continue
        if not (row.Flags.tdPublic or row.Flags.tdNestedPublic):
            continue
        each = found[name] = Type(name, _name_of(row.Extends.row if row.Extends else None, tables))
        for method in (index.row for index in row.MethodList):
            if method.Flags.mdPublic:
                signature = _Blob(_bytes(method.Signature), tables).method()
                each.methods.setdefault(str(method.Name), []).append(signature)
        for event in (index.row for index in events.get(id(row), ())):
            each.events[str(event.Name)] = _name_of(event.EventType.row, tables)
        if each.base == "Enum":
            for value in (index.row for index in row.FieldList):
                if id(value) in constants:
                    each.values[str(value.Name)] = int.from_bytes(constants[id(value)], "little", signed=True)
    return found
