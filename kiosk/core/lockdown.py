"""What an engine must and may restrict, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class LockdownFeature(StrEnum):
    """One door out of the page. Every engine answers for every one."""

    NAVIGATION = "navigation"
    NEW_WINDOWS = "new-windows"
    DOWNLOADS = "downloads"
    PERMISSIONS = "permissions"
    FILE_CHOOSERS = "file-choosers"
    SCRIPT_DIALOGS = "script-dialogs"
    BEFORE_UNLOAD = "before-unload"
    PRINT = "print"
    FULLSCREEN_REQUESTS = "fullscreen-requests"
    CONTEXT_MENU = "context-menu"
    DRAG_AND_DROP = "drag-and-drop"
    ZOOM = "zoom"
    HISTORY = "history"
    ACCELERATOR_KEYS = "accelerator-keys"
    DEVELOPER_TOOLS = "developer-tools"
    AUTOFILL = "autofill"
    EXTERNAL_SCHEMES = "external-schemes"
    TLS_ERRORS = "tls-errors"
    AUTHENTICATION = "authentication"
    BUILT_IN_PAGES = "built-in-pages"
    SUB_RESOURCES = "sub-resources"
    PRIVATE_NETWORK = "private-network"
    STORAGE_OF_ONE_VISIT = "storage-of-one-visit"
    RENDERER_DEATH = "renderer-death"
    RENDERER_HANG = "renderer-hang"
    ENGINE_SANDBOX = "engine-sandbox"


class Enforcement(StrEnum):
    """What became of a restriction."""

    ENFORCED = "enforced"
    UNSUPPORTED = "unsupported"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Lockdown:
    """The restrictions without which no window is shown: all of them, unless a development build says otherwise."""

    required: frozenset[LockdownFeature] = field(default_factory=lambda: frozenset(LockdownFeature))


def missing(lockdown: Lockdown, report: dict[LockdownFeature, Enforcement]) -> list[LockdownFeature]:
    """Return the required features that are not enforced, in the order of their declaration."""
    return [
        feature
        for feature in LockdownFeature
        if feature in lockdown.required and report.get(feature) is not Enforcement.ENFORCED
    ]
