"""A person at a terminal: a command in a pseudo-terminal, what it shows, what is typed."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from .someone import PATIENCE

# Gives a command a terminal of its own, as after a login: secrets are read from /dev/tty.
_LOGIN: Final = (
    *(sys.executable, "-I", "-S", "-c"),
    "import fcntl, os, sys, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0);"
    "os.execv(sys.argv[1], sys.argv[1:])",
)
_CODES: Final = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


class Typist:
    """Types into a command and reads what it shows."""

    def __init__(
        self, command: Sequence[str], folder: Path, environment: Mapping[str, str]
    ) -> None:
        ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 60, 120, 0, 0))
        self._screen = ours
        self.shown = ""
        self._read_to = 0
        self.process = subprocess.Popen(
            [*_LOGIN, *command],
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            cwd=folder,
            env=dict(environment),
            start_new_session=True,
        )
        os.close(theirs)

    def sees(self, text: str) -> str:
        """Wait until a text is shown that was not seen yet; return what led to it."""
        deadline = time.monotonic() + PATIENCE
        while (found := self.shown.find(text, self._read_to)) < 0:
            left = deadline - time.monotonic()
            ready = left > 0 and select.select([self._screen], [], [], left)[0]
            assert ready, f"never showed {text!r}: {self.shown[self._read_to :]}"
            try:
                data = os.read(self._screen, 65536)
            except OSError:  # it has ended
                data = b""
            assert data, f"ended without {text!r}: {self.shown[self._read_to :]}"
            self.shown += _CODES.sub("", data.decode("utf-8", "replace")).replace("\r", "")
        before = self.shown[self._read_to : found]
        self._read_to = found + len(text)
        return before

    def types(self, text: str) -> None:
        os.write(self._screen, f"{text}\n".encode())

    def answers(self, question: str, text: str) -> None:
        """Wait for a question, and answer it."""
        self.sees(question)
        self.types(text)

    def ends(self) -> int:
        """Wait for the end and return the exit status."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            if not select.select([self._screen], [], [], PATIENCE)[0]:
                break
            try:
                data = os.read(self._screen, 65536)
            except OSError:
                break
            if not data:
                break
            self.shown += _CODES.sub("", data.decode("utf-8", "replace")).replace("\r", "")
        return self.process.wait(PATIENCE)

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()
        os.close(self._screen)
