"""The shell's end of the protocol."""

from __future__ import annotations

import io
import os
import threading

from kiosk.errors import ExitStatus
from kiosk.shell.protocol import Command, Event, decode_command, encode_message, read_lines


class Link:
    """The shell's end of the protocol."""

    def __init__(self, commands: int, events: int) -> None:
        """Take over two descriptors."""
        self._lines = read_lines(io.BufferedReader(io.FileIO(commands)))
        self._events = events
        self._writing = threading.Lock()

    def read(self) -> Command | None:
        """Return the next command, or None at the end. Raises ProtocolError."""
        line = next(self._lines, None)
        return None if line is None else decode_command(line)

    def emit(self, event: Event) -> None:
        """Send an event. Ends the process if nobody reads them any more: then there is no supervisor."""
        line = encode_message(event)
        with self._writing:
            try:
                while line:
                    line = line[os.write(self._events, line) :]
            except OSError:
                os._exit(ExitStatus.ENGINE)
