#!/usr/bin/env python3
"""The example of a policy: every key of the configuration, each out of force.

python packaging/build/policy_example.py > packaging/linux/deb/policy.toml.example

makes it anew; tests/build/test_deb.py says when that must be done.
"""

from __future__ import annotations

import json
import sys
import textwrap
from typing import TYPE_CHECKING, Final

from tree import ROOT

if TYPE_CHECKING:
    from kiosk.config.key import Key

WIDTH: Final = 120
"""Characters of a line, as everywhere in this tree."""

HEAD: Final = """\
# The policy of this machine's kiosks: what is set here counts for every account, over its own configuration.
#
# Nothing here is read. Copy what you need into /etc/enable3-kiosk/policy.toml, which belongs to root and which nobody
# else may write, and take the # away. A package never touches that file, but for purging it. Each value below is the
# default. `kiosk config check` lists what is wrong, `kiosk config show` says what counts and where it comes from. A
# secret belongs into neither.
"""


def example() -> str:
    """Return the text of the example."""
    sys.path.insert(0, str(ROOT))
    from kiosk.config.schema import KEYS  # noqa: PLC0415 - of the tree that is built

    return HEAD + "".join(f"\n{_describe(key)}" for key in KEYS.values())


def _describe(key: Key) -> str:
    default = "@ENGINE@" if key.name == "engine" else key.default  # each package has its own
    lines = [*_wrap(f"{key.help}."), *_wrap(f"Allowed: {key.allowed}."), f"#{key.name} = {_toml(default)}"]
    return "\n".join(lines) + "\n"


def _wrap(text: str) -> list[str]:
    text = text[0].upper() + text[1:]
    return textwrap.wrap(text, WIDTH, initial_indent="# ", subsequent_indent="# ", break_on_hyphens=False)


def _toml(value: object) -> str:
    """Return a default as TOML writes it. One that is not set is the empty text, which means the same."""
    return json.dumps("" if value is None else value, ensure_ascii=False)  # a tuple is an array in both


if __name__ == "__main__":
    print(example(), end="")
