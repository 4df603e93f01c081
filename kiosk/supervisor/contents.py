"""What the pages of our own need to know, from the session and the configuration. Shapes: kiosk.shell.page_data."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiosk.core.language import FALLBACK_LANGUAGE

if TYPE_CHECKING:
    from collections.abc import Callable

    from kiosk.config import Config
    from kiosk.core.effects import ShowPage

    Content = dict[str, object]


OPERATOR_PAGES = frozenset({"pin", "panel", "enrolment"})
"""The pages whose content `kiosk.supervisor.operating` makes."""


def language_of(config: Config, *chosen: str | None) -> str:
    """Return the first language that somebody chose, or the terminal's."""
    return next((language for language in chosen if language), config.language or FALLBACK_LANGUAGE)


def content_of(effect: ShowPage, config: Config) -> Content:
    """Return the data of the page that `effect` shows. The operator's pages get theirs from `operating`."""
    make = _CONTENTS.get(effect.page)
    return make(effect, config) if make else {}


def _attract(_effect: ShowPage, config: Config) -> Content:
    return {
        "sections": [str(feature) for feature in config.sections],
        "languages": list(config.languages),
        "methods": list(config.sign_in),
    }


def _sign_in(effect: ShowPage, config: Config) -> Content:
    return {
        "methods": list(config.sign_in),
        "languages": list(config.languages),
        "keypad": {"length": config.keypad_length} if "keypad" in config.sign_in else None,
        "message": effect.message,
        "wait": round(effect.wait),
    }


def _out_of_service(_effect: ShowPage, config: Config) -> Content:
    return {"languages": list(config.languages)}


def _warning(_effect: ShowPage, config: Config) -> Content:
    return {"seconds": config.idle_warning}


def _cool_down(_effect: ShowPage, config: Config) -> Content:
    return {"seconds": config.cool_down}


_CONTENTS: dict[str, Callable[[ShowPage, Config], Content]] = {
    "attract": _attract,
    "sign-in": _sign_in,
    "out-of-service": _out_of_service,
    "warning": _warning,
    "cool-down": _cool_down,
}
