"""What our own pages look like: the operator's brand."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Look:
    """The name, two colours (`#rrggbb`), and the paths of two pictures, which may be empty."""

    brand: str = "Enable3"
    primary: str = "#0b1b33"
    accent: str = "#ffc145"
    logo: str = ""
    background: str = ""
