"""What is wrong with the operator's file of certificate authorities (`ca_file`), in the same words for every engine."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kiosk.errors import ConfigError

if TYPE_CHECKING:
    from pathlib import Path

_HINT: Final = "name a file of CA certificates in PEM form that the kiosk's account may read"


def read(ca_file: Path) -> str:
    """Return the file's text: what is not ASCII in it is no certificate. Raises ConfigError."""
    try:
        return ca_file.read_text(encoding="ascii", errors="replace")
    except OSError as error:
        raise unreadable(error) from None


def unreadable(error: OSError) -> ConfigError:
    """Return the error that the file cannot be read."""
    return ConfigError(f"ca_file cannot be read: {error.strerror}", hint=_HINT)


def useless() -> ConfigError:
    """Return the error that the engine can use nothing in the file."""
    return ConfigError("ca_file has nothing that the engine can read as a certificate", hint=_HINT)


def damaged() -> ConfigError:
    """Return the error that a certificate in the file is none."""
    return ConfigError("ca_file has a certificate that is damaged", hint=_HINT)
