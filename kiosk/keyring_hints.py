"""What the operator does when a system's keyring does not work. Sources: research/kiosk.md section 4, and our tests."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Hints:
    """What to do about a keyring that is locked, that is not there, or that does not answer."""

    locked: str
    unavailable: str
    hanging: str


LINUX = Hints(
    locked=(
        "log in with the account's password, or unlock the keyring in “Passwords and Keys” (seahorse). Under automatic "
        "login nobody types a password: give the default keyring an empty one there, or let the session's start-up run "
        "`gnome-keyring-daemon --unlock`"
    ),
    unavailable=(
        "install a Secret Service (`apt install gnome-keyring`), then log in again; "
        "`busctl --user list | grep secrets` shows whether one answers. Where there is no keyring, a systemd unit "
        "can give the key (`LoadCredential=enable3-kiosk.api-key:…`)"
    ),
    hanging=(
        "log out and in again; if it lasts, end `gnome-keyring-daemon` (or whatever has the name "
        "org.freedesktop.secrets), and answer a keyring's window if one is open"
    ),
)

LINUX_NO_BUS = (
    "start the kiosk from the account's desktop session or as a systemd user unit, or set "
    "DBUS_SESSION_BUS_ADDRESS=unix:path=/run/user/$(id -u)/bus; without any session, below `dbus-run-session`"
)

LINUX_NO_COLLECTION = (
    "log in once with the account's password, or make a default keyring in “Passwords and Keys” (seahorse); "
    "under automatic login with an empty password"
)

WINDOWS = Hints(
    locked="log on at the screen as the account that runs the kiosk",
    unavailable=(
        "log on at the screen as the account that runs the kiosk (not as a service, not by runas /netonly), "
        "and check that the service “Credential Manager” runs (`sc query VaultSvc`)"
    ),
    hanging="restart the service “Credential Manager” (VaultSvc), or the machine",
)

MACOS = Hints(
    locked=(
        "log in at the screen, or unlock the keychain “login” in Keychain Access; when macOS asks whether the kiosk "
        "may use it, choose Always Allow"
    ),
    unavailable=(
        "install a kiosk that is signed with the same identity as the one that stored the key, "
        "then run `kiosk key set` at the screen"
    ),
    hanging="a keychain dialog waits on the screen: choose Always Allow, then start the kiosk again",
)
