"""Which methods the classes of AppKit, Foundation and WebKit have, and what pyobjc knows: tests/vendor/pyobjc."""

from __future__ import annotations

import json
import lzma
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from kiosk.shell.engines.wk_cocoa import BLOCKS

VENDOR = Path(__file__).parents[1] / "vendor" / "pyobjc"

ADOPTED = {"WKWebView": ("NSTextInputClient", "NSDraggingSource")}
"""What WebKit's own source, not its headers, says that a class adopts (UIProcess/API/mac/WKWebViewMac.mm)."""


@dataclass
class Interface:
    """A class or a protocol."""

    name: str
    above: str = ""
    adopts: tuple[str, ...] = ()
    instance: dict[str, str] = field(default_factory=dict)
    """What each method returns, by selector, as objc2 names the type; `?` before it where it may be nil."""
    static: dict[str, str] = field(default_factory=dict)


@cache
def interfaces() -> dict[str, Interface]:
    found: dict[str, Interface] = {}
    here = Interface("")
    for line in lzma.decompress((VENDOR / "interfaces.txt.xz").read_bytes()).decode().splitlines():
        if line[0] in "+-":
            sign, selector, returns = line.split(" ", 2)
            # an initialiser is a method of what `alloc` returns, which objc2 passes as an argument
            made = selector.startswith("init") and selector != "initialize"
            (here.instance if sign == "-" or made else here.static)[selector] = returns
        else:
            head, _, adopts = line.partition(" < ")
            name, _, above = head.removeprefix("@").partition(" : ")
            adopted = (*adopts.split(), *ADOPTED.get(name, ()))
            here = found[name] = Interface(name, above, adopted)
    for line in (VENDOR / "others.txt").read_text().splitlines():
        if not line.startswith("#"):
            name, sign, selector, returns = line.split(" ")
            here = found.setdefault(name, Interface(name, "NSObject"))
            (here.instance if sign == "-" else here.static)[selector] = returns
    return found


def find(kind: str, selector: str, *, static: bool = False) -> str | None:
    """Return what a method of `kind` returns, or None if it has no such method."""
    interface = interfaces().get(kind)
    while interface is not None:
        for each in (interface, *(interfaces()[name] for name in interface.adopts)):
            methods = each.static if static else each.instance
            if selector in methods:
                return methods[selector]
        interface = interfaces().get(interface.above)
    return None


def selector_of(name: str) -> str:
    """Return the selector of a method by its name in Python: underscores stand for colons, but for the first."""
    bare = name.lstrip("_")
    return "_" * (len(name) - len(bare)) + bare.replace("_", ":")


@cache
def pyobjc() -> dict[str, dict[str, object]]:
    """Return what pyobjc has by name: `names` by framework, and `blocks` by class and selector."""
    return json.loads(lzma.decompress((VENDOR / "names.json.xz").read_bytes()))


def value_of(name: str) -> object:
    """Return a constant by pyobjc's metadata: an enum's value, else the name itself. KeyError if there is none."""
    for framework in pyobjc()["names"].values():
        if name in framework["enums"]:
            return framework["enums"][name]
        if name in framework["constants"]:
            return name
    raise KeyError(name)


def is_function(name: str) -> bool:
    return any(name in [*each["functions"], *each["inlines"]] for each in pyobjc()["names"].values())


def block_of(kind: str, selector: str, argument: int) -> list[str] | None:
    """Return the types of what a block in that place is called with, or None if pyobjc cannot make or call one."""
    if selector in BLOCKS:
        return ["Z"] if argument == BLOCKS[selector] else None
    blocks = pyobjc()["blocks"]
    interface = interfaces().get(kind)
    while interface is not None:
        if (found := blocks.get(interface.name, {}).get(selector)) is not None:
            return found.get(str(argument))
        interface = interfaces().get(interface.above)
    return None
