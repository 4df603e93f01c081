"""Every error that the kiosk raises, as one tree, and the exit statuses of the program.

    KioskError
    ├── InvalidInput           2   an argument or a value that we were given is wrong
    ├── ConfigError            3   a configuration file, policy, environment variable or flag is wrong
    ├── CredentialError        4   the API key cannot be had from the keyring
    │   ├── CredentialsMissing     there is none: `kiosk setup` has not been run for this account
    │   ├── KeyringLocked          the keyring is there and locked
    │   └── KeyringUnavailable     there is no keyring, or it does not answer
    ├── ShellError             6   the window or its engine does not work
    │   ├── EngineUnavailable      the engine is not installed or does not start
    │   └── LockdownFailed     7   a required restriction is not enforced, so no window is shown
    ├── AlreadyRunning         8   another kiosk of this account has the screen
    ├── NotRunning            22   no kiosk of this account is running
    ├── SandboxError           9   the sandbox cannot start
    ├── StoreError            21   the kiosk's own files on the disk cannot be read or written
    │   └── OutboxFull             as many events wait as the configuration allows
    └── ApiError                   (* retryable: the same request may succeed later)
        ├── Unreachable*      10   no connection
        ├── TlsFailed         11   a connection, but no trust
        ├── TimedOut*         12   no full answer in time
        ├── Rejected          13   400: a value is refused
        ├── Unauthorized      14   401: the API key is wrong or missing
        ├── Forbidden         15   403: the key is right, this address may not use it
        ├── NotFound          16   404
        ├── Conflict          17   409
        ├── RateLimited*      18   429
        ├── ServerFailed*     19   5xx
        └── BadResponse       20   an answer that is not what the API promises

An error has a text for the operator (`str(error)`: what is wrong and why, and `hint`: what to do) and a `code` that is
stable enough to look up. A visitor sees the out-of-service page with that code, and never the text. No URL, key, token
or visitor id is ever put into one; nor is the text of a foreign exception, which may hold them.
"""

from __future__ import annotations

from enum import IntEnum
from typing import ClassVar


class ExitStatus(IntEnum):
    """What the process tells whoever started it. Documented in the README; numbers are never reused."""

    OK = 0
    UNEXPECTED = 1
    USAGE = 2
    CONFIG = 3
    CREDENTIALS = 4
    CHECK_FAILED = 5
    ENGINE = 6
    LOCKDOWN = 7
    ALREADY_RUNNING = 8
    SANDBOX = 9
    UNREACHABLE = 10
    TLS = 11
    TIMED_OUT = 12
    REJECTED = 13
    UNAUTHORIZED = 14
    FORBIDDEN = 15
    NOT_FOUND = 16
    CONFLICT = 17
    RATE_LIMITED = 18
    SERVER_FAILED = 19
    BAD_RESPONSE = 20
    STORE = 21
    NOT_RUNNING = 22
    OPERATOR_EXIT = 23
    INTERRUPTED = 130


class KioskError(Exception):
    """An operational error: expected to happen somewhere, some day, and explained to the operator."""

    code: ClassVar[str] = "unexpected"
    exit_status: ClassVar[ExitStatus] = ExitStatus.UNEXPECTED
    retryable: ClassVar[bool] = False
    default_hint: ClassVar[str] = ""

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        """Say what is wrong and why in `message`, and what to do in `hint` (the class has a default)."""
        super().__init__(message)
        self.message = message
        self.hint = self.default_hint if hint is None else hint


class InvalidInput(KioskError):
    """A value that we were given is wrong; `field` names it, `allowed` what would be right."""

    code = "invalid-input"
    exit_status = ExitStatus.USAGE

    def __init__(self, field: str, problem: str, *, allowed: str = "") -> None:
        """Name the field and the problem. The value itself is left out: it may be a visitor's id."""
        super().__init__(f"{field}: {problem}", hint=f"allowed: {allowed}" if allowed else "")
        self.field = field
        self.allowed = allowed


class ConfigError(KioskError):
    """A configuration file, policy, environment variable or flag is wrong."""

    code = "config"
    exit_status = ExitStatus.CONFIG
    default_hint = "`kiosk config check` lists every problem, `kiosk config path` the files that are read"


class CredentialError(KioskError):
    """The API key cannot be had from the keyring."""

    code = "credentials"
    exit_status = ExitStatus.CREDENTIALS


class CredentialsMissing(CredentialError):
    """There is no API key in the keyring."""

    code = "credentials.missing"
    default_hint = "run `kiosk setup` as the account that runs the kiosk"


class KeyringLocked(CredentialError):
    """The keyring is there and locked."""

    code = "credentials.locked"
    default_hint = "log in to the desktop with the password, or give the keyring an empty one; `kiosk doctor` says more"


class KeyringUnavailable(CredentialError):
    """There is no keyring, or it does not answer in time."""

    code = "credentials.unavailable"
    default_hint = "start the kiosk inside the session of the account that has the keyring; `kiosk doctor` says more"


class ShellError(KioskError):
    """The window or its engine does not work."""

    code = "shell"
    exit_status = ExitStatus.ENGINE


class EngineUnavailable(ShellError):
    """The engine is not installed, or does not start."""

    code = "shell.engine-unavailable"
    default_hint = "`kiosk doctor` says what is missing"


class LockdownFailed(ShellError):
    """A required restriction is not enforced, so no window is shown."""

    code = "shell.lockdown"
    exit_status = ExitStatus.LOCKDOWN


class AlreadyRunning(KioskError):
    """Another kiosk of this account has the screen."""

    code = "already-running"
    exit_status = ExitStatus.ALREADY_RUNNING


class NotRunning(KioskError):
    """No kiosk of this account is running."""

    code = "not-running"
    exit_status = ExitStatus.NOT_RUNNING
    default_hint = "start it with `kiosk run`, as the account that the terminal runs under"


class SandboxError(KioskError):
    """The sandbox cannot start."""

    code = "sandbox"
    exit_status = ExitStatus.SANDBOX


class StoreError(KioskError):
    """The kiosk's own files on the disk cannot be read or written."""

    code = "store"
    exit_status = ExitStatus.STORE
    default_hint = "free disk space, and let the account that runs the kiosk write to its own folders"


class OutboxFull(StoreError):
    """As many events wait to be sent as the configuration allows."""

    code = "store.outbox-full"
    default_hint = "`kiosk outbox list` says why they wait; send them, drop dead letters, or raise `outbox_limit`"


class ApiError(KioskError):
    """Enable3's API could not do what was asked."""

    code = "api"

    def __init__(
        self, message: str, *, hint: str | None = None, status: int | None = None, retry_after: float | None = None
    ) -> None:
        """Add the HTTP `status`, if there was an answer, and `retry_after` in seconds, if the server named it."""
        super().__init__(message, hint=hint)
        self.status = status
        self.retry_after = retry_after


class Unreachable(ApiError):
    """No connection to the API: no network, no name, nobody listening, or cut off in the middle."""

    code = "api.unreachable"
    exit_status = ExitStatus.UNREACHABLE
    retryable = True
    default_hint = "check the network cable or Wi-Fi, the proxy, and `base_url`"


class TlsFailed(ApiError):
    """The other side could not prove that it is the API."""

    code = "api.tls"
    exit_status = ExitStatus.TLS
    default_hint = "check this machine's clock; if the venue inspects its traffic, name its CA certificate in `ca_file`"


class TimedOut(ApiError):
    """No full answer within the deadline."""

    code = "api.timeout"
    exit_status = ExitStatus.TIMED_OUT
    retryable = True
    default_hint = "the network or the API is slow; try again, or raise the deadlines in the configuration"


class Rejected(ApiError):
    """400: the API refuses a value."""

    code = "api.rejected"
    exit_status = ExitStatus.REJECTED
    default_hint = "check the values; languages must be among the ones configured in Enable3's admin panel"


class Unauthorized(ApiError):
    """401: the API key is wrong or missing."""

    code = "api.unauthorized"
    exit_status = ExitStatus.UNAUTHORIZED
    default_hint = "copy the API key from Enable3's admin panel once more and run `kiosk key set`"


class Forbidden(ApiError):
    """403: the API key is right, but may not be used from here."""

    code = "api.forbidden"
    exit_status = ExitStatus.FORBIDDEN
    default_hint = (
        "this terminal's public IP address must be on the operator's allow-list in Enable3's admin panel; "
        "a change there takes about five minutes"
    )


class NotFound(ApiError):
    """404: the API does not know the user, or the address is not the API's."""

    code = "api.not-found"
    exit_status = ExitStatus.NOT_FOUND
    default_hint = "check the user id and `base_url`"


class Conflict(ApiError):
    """409: what was sent is there already."""

    code = "api.conflict"
    exit_status = ExitStatus.CONFLICT
    default_hint = "nothing to do if it was added before"


class RateLimited(ApiError):
    """429: too many requests."""

    code = "api.rate-limited"
    exit_status = ExitStatus.RATE_LIMITED
    retryable = True
    default_hint = "wait, then try again"


class ServerFailed(ApiError):
    """5xx: the API has a problem of its own."""

    code = "api.server-failed"
    exit_status = ExitStatus.SERVER_FAILED
    retryable = True
    default_hint = "try again later; if it lasts, ask Enable3's support"


class BadResponse(ApiError):
    """An answer that is not what the API promises: a redirect, a body too large, malformed or incomplete."""

    code = "api.bad-response"
    exit_status = ExitStatus.BAD_RESPONSE
    default_hint = "something between this machine and the API may answer in its place (a captive portal?)"
