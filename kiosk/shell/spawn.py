"""The supervisor's side of a shell: start it, speak to it, and make sure that nothing of it stays.

Nothing here imports a GUI library. The callbacks are called from threads of this module, one event at a time and the
exit last; they should only put what they get into a mailbox.
"""

from __future__ import annotations

import logging
import os
import queue
import select
import subprocess  # nosec B404 # every command is a list of our own
import sys
import tempfile
import threading
import time
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, BinaryIO, cast

from kiosk.core.look import Look
from kiosk.errors import EngineUnavailable
from kiosk.shell import folder as visit_folder
from kiosk.shell.environment import child_environment, root_is_allowed
from kiosk.shell.leftovers import end_session
from kiosk.shell.protocol import (
    Command,
    Event,
    ProtocolError,
    Ready,
    Refused,
    Start,
    decode_event,
    encode_message,
    read_lines,
)
from kiosk.shell.sandbox import is_development_build, refuse_root
from kiosk.shell.stderr import StderrReader

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

log = logging.getLogger(__name__)

_SEND_DEADLINE = 2.0
"""Seconds until a shell that does not read is taken for dead. A pipe holds 64 KiB: it must have hung long before."""

_KILL_DEADLINE = 5.0
"""Seconds for the keeper to end all that is below it. Measured: under 0.2 s."""


_MOST_EVENTS = 2000
"""Events in a second. An honest shell has some 150 at the worst; a pipe that was not read for long holds 1000."""


class ShellProcess:
    """One shell: the keeper, the engine host below it, the engine's own processes below that, and their folder."""

    def __init__(
        self,
        process: subprocess.Popen[bytes],
        *,
        folder: Path,
        lifeline: int,
        on_event: Callable[[Event], None],
        on_exit: Callable[[int], None],
    ) -> None:
        """Use `spawn`."""
        self.pid = process.pid
        self.folder = folder
        self._process = process
        self._lifeline = lifeline
        self._on_event = on_event
        self._on_exit = on_exit
        self._sending = threading.Lock()
        self._cutting = threading.Lock()
        self._gone = threading.Event()

    @classmethod
    def spawn(
        cls,
        *,
        start: Start,
        on_event: Callable[[Event], None],
        on_exit: Callable[[int], None],
        runtime_dir: Path | None = None,
    ) -> ShellProcess:
        """Start a shell and return at once: a Ready or a Refused follows as an event, `on_exit(status)` ends it all.

        The visit's folder is made below `runtime_dir` (default: the system's folder for temporary files). Raises
        LockdownFailed for root and OSError if a process or the folder cannot be made.
        """
        allow_root = check_account()
        folder, lock = visit_folder.make_visit_folder(runtime_dir or Path(tempfile.gettempdir()))
        end, lifeline = os.pipe()  # not inheritable, so that no other child holds the lifeline
        try:
            process = subprocess.Popen(  # nosec B603 # a list of our own, and no shell
                [*shell_command(), f"--folder={folder}", f"--lifeline={end}", f"--lock={lock}", *allow_root],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                cwd=folder,
                env=child_environment(folder),
                **_inherited(end, lock),
            )
        except OSError:
            os.close(lifeline)
            visit_folder.delete_visit_folder(folder)
            raise
        finally:
            for descriptor in (end, lock):
                if descriptor >= 0:
                    os.close(descriptor)
        shell = cls(process, folder=folder, lifeline=lifeline, on_event=on_event, on_exit=on_exit)
        shell._begin(start)
        return shell

    def send(self, command: Command) -> None:
        """Send a command. If the shell is gone, nothing happens; if it does not read, it is ended: `on_exit` tells."""
        line = encode_message(command)
        with self._sending:
            if self._lifeline < 0:  # it is being ended: nobody waits for it again
                return
            try:
                self._write(line)
            except TimeoutError:  # an OSError, too
                log.warning("the shell does not read its commands")
                self._cut()
            except (OSError, ValueError):  # gone, or closed by `_follow`
                return

    def kill(self, deadline: float = _KILL_DEADLINE) -> bool:
        """End the shell, all processes below it and the folder; return whether they were gone in `deadline` seconds.

        Returns when `on_exit` has been called, so do not call it from a callback.
        """
        self._cut()
        if sys.platform == "win32":  # no keeper hears that: its job ends what is below it
            self._process.kill()
        if self._gone.wait(deadline):
            return True
        log.error("the keeper of a shell did not end in time")
        self._process.kill()
        return self._gone.wait(deadline)

    def _begin(self, start: Start) -> None:
        if sys.platform != "win32":
            os.set_blocking(cast("IO[bytes]", self._process.stdin).fileno(), False)
        self._stderr = StderrReader(cast("IO[bytes]", self._process.stderr), self.pid)
        self.send(start)
        threading.Thread(target=self._follow, name="shell-events", daemon=True).start()

    def _write(self, line: bytes) -> None:
        stdin = cast("IO[bytes]", self._process.stdin).fileno()
        until = time.monotonic() + _SEND_DEADLINE
        while line:
            if sys.platform != "win32":  # there, pipes cannot be waited for, and writing blocks
                _, writable, _ = select.select([], [stdin], [], max(0.0, until - time.monotonic()))
                if not writable:
                    raise TimeoutError
            line = line[os.write(stdin, line) :]

    def _follow(self) -> None:
        """Hand on events until the shell's end of the pipe closes; then see to it that nothing is left."""
        stdout = cast("BinaryIO", self._process.stdout)
        spoken = False
        try:
            for line in _paced(read_lines(stdout)):
                self._on_event(decode_event(line))
                spoken = True
        except (ProtocolError, OSError) as error:
            what = str(error) if isinstance(error, ProtocolError) else "a read error"
            log.error("the shell does not keep to the protocol: %s", what)  # noqa: TRY400 - no line in a traceback
        self._cut()
        code = self._wait()
        self._clean_up()
        with self._sending:
            for stream in (self._process.stdin, stdout):
                with suppress(OSError):
                    cast("IO[bytes]", stream).close()
        if not spoken:
            self._explain()
        self._on_exit(code if code >= 0 else 128 - code)
        self._gone.set()

    def _explain(self) -> None:
        """Say why the shell ended before it said anything itself. No page was there: no visitor is in its words."""
        if refused := self._stderr.meaning():
            self._on_event(refused)
        elif words := self._stderr.last_words():
            log.warning("shell %d ended at its start: %s", self.pid, words)

    def _wait(self) -> int:
        """Return the keeper's status. It ends by itself, unless a host that was taken over stopped it."""
        with suppress(subprocess.TimeoutExpired):
            return self._process.wait(_KILL_DEADLINE)
        log.error("the keeper of a shell did not end, and is killed")
        self._process.kill()
        return self._process.wait()

    def _clean_up(self) -> None:
        """Do the keeper's work if it was killed: its session's processes may be there still, and the folder is."""
        if self.folder.exists():
            end_session(self.pid)
            if not visit_folder.delete_visit_folder(self.folder):
                log.error("a visit folder cannot be deleted; the next start tries again")

    def _cut(self) -> None:
        with self._cutting:
            if self._lifeline >= 0:
                os.close(self._lifeline)
                self._lifeline = -1


def _paced(lines: Iterator[bytes]) -> Iterator[bytes]:
    """Yield `lines`. Raises ProtocolError if they come faster than any honest shell writes: they are kept in memory."""
    began, count = time.monotonic(), 0
    for line in lines:
        now = time.monotonic()
        if now - began >= 1.0:
            began, count = now, 0
        count += 1
        if count > _MOST_EVENTS:
            raise ProtocolError("more messages than a window has to say")
        yield line


def probe_shell(timeout: float = 20.0, *, engine: str = "qtwebengine") -> dict[str, object]:
    """Start a shell without a window, for `kiosk doctor`, and return what it says of itself.

    Keys: engine, version, renderer, screens (a list of width and height), enforcement (by feature). `timeout` is in
    seconds. Raises EngineUnavailable or LockdownFailed (see Refused) with a text for the operator.
    """
    answers: queue.SimpleQueue[Event | int] = queue.SimpleQueue()
    start = Start(windowed=False, screen=0, language="en", look=Look(), allow=[], engine=engine, probe=True)
    try:
        shell = ShellProcess.spawn(start=start, on_event=answers.put, on_exit=answers.put)
    except OSError as error:
        raise EngineUnavailable(f"the window's process cannot be started: {error.strerror}") from None
    try:
        answer = answers.get(timeout=timeout)
    except queue.Empty:
        raise EngineUnavailable(f"{engine} did not start within {timeout:.0f} s") from None
    finally:
        shell.kill()
    if isinstance(answer, Ready):
        return asdict(answer)
    if isinstance(answer, Refused):
        raise answer.error()
    raise EngineUnavailable(f"{engine} ended while it started ({answer})", hint="the log has its last words")


def shell_command() -> list[str]:
    """Return how this very program is started as a shell: without the working folder and the user's own packages."""
    if not is_development_build():
        return [sys.executable, "shell"]
    return [sys.executable, "-P", "-s", "-m", "kiosk", "shell"]


def _inherited(*descriptors: int) -> dict[str, Any]:
    """Return what Popen needs to hand down `descriptors`. Windows has no keeper to use them, but a job (see `job`)."""
    if sys.platform == "win32":
        return {}
    # A session of its own: Ctrl-C is for the supervisor, and its number names what must be gone.
    return {"pass_fds": descriptors, "start_new_session": True}


def check_account() -> list[str]:
    """Return the arguments that root needs, which is none for others. Raises LockdownFailed."""
    if sys.platform == "win32" or os.geteuid() != 0:
        return []
    if root_is_allowed():
        return ["--allow-root"]
    raise refuse_root()
