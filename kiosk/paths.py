"""Where this system keeps the kiosk's files: the only home of platformdirs.

Nothing here touches the disk. The policy's place is one that only an administrator can write: `/etc` and `/Library`
belong to root; on Windows the installer makes the folder below `%ProgramData%` and gives it such rights.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import platformdirs

NAME = "enable3-kiosk"
"""The name of our folder wherever we have one."""


def user_config_file() -> Path:
    """Return the configuration file of the account that runs the kiosk."""
    return platformdirs.user_config_path(NAME, appauthor=False) / "config.toml"


def policy_file() -> Path:
    """Return the managed policy: the same keys as the configuration, set by the administrator for every account."""
    if sys.platform == "win32":
        return Path(os.environ.get("PROGRAMDATA", r"C:\ProgramData"), NAME, "policy.toml")
    if sys.platform == "darwin":
        return Path("/Library/Application Support", NAME, "policy.toml")
    return Path("/etc", NAME, "policy.toml")


def lock_file() -> Path:
    """Return the file that a running kiosk of this account holds a lock on."""
    return platformdirs.user_state_path(NAME, appauthor=False) / "lock"


def control_file() -> Path:
    """Return the file that says where a running kiosk of this account takes requests."""
    return lock_file().with_name("control")


def runtime_folder() -> Path | None:
    """Return the folder for this session's sockets, if this system has one. It need not exist."""
    base = "" if sys.platform == "win32" else os.environ.get("XDG_RUNTIME_DIR", "")
    return Path(base, NAME) if base.startswith("/") else None


def log_file() -> Path:
    """Return the log of the account that runs the kiosk."""
    return platformdirs.user_log_path(NAME, appauthor=False) / "kiosk.log"


def data_dir() -> Path:
    """Return the folder of what a running kiosk has to remember: this account's, not roamed, not a cache."""
    return platformdirs.user_data_path(NAME, appauthor=False) / "data"


def outbox_file() -> Path:
    """Return the database of events that wait to be sent."""
    return data_dir() / "outbox.db"


def state_file() -> Path:
    """Return the database of what else must survive a restart: the codes that visitors have used."""
    return data_dir() / "state.db"


def pin_file() -> Path:
    """Return the file of the hash of the operator's PIN."""
    return data_dir() / "operator-pin"


def pin_tries_file() -> Path:
    """Return the database of wrong PINs: on its own, so that no other file that breaks makes them forgotten."""
    return data_dir() / "pin-tries.db"
