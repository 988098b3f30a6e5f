"""The practice shop as a process of its own."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
START_SECONDS = 30.0


@dataclass
class Shop:
    """A running `python -m sandbox`."""

    process: subprocess.Popen[str]
    port: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def end(self, number: int = signal.SIGTERM, timeout: float = 10.0) -> tuple[int, str]:
        """Send a signal; return the exit status and what stood on stderr."""
        self.process.send_signal(number)
        _, errors = self.process.communicate(timeout=timeout)
        return self.process.returncode, errors


def ready_line(process: subprocess.Popen[str]) -> str:
    """Read the first line on stdout, within a bounded time."""
    timer = threading.Timer(START_SECONDS, process.kill)
    timer.start()
    try:
        assert process.stdout is not None
        return process.stdout.readline()
    finally:
        timer.cancel()


class Starter:
    """Starts practice shops from a directory that is not the project's, and ends what is left."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._started: list[subprocess.Popen[str]] = []

    def __call__(self, *arguments: str) -> Shop:
        process = subprocess.Popen(
            [sys.executable, "-m", "sandbox", *arguments],
            cwd=self._directory,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self._started.append(process)
        line = ready_line(process)
        assert line.startswith("READY "), line or process.communicate()[1]
        return Shop(process, json.loads(line.removeprefix("READY "))["port"])

    def end(self) -> None:
        for process in self._started:
            if process.poll() is None:
                process.kill()
            process.communicate()


@pytest.fixture
def start_shop(tmp_path: Path) -> Iterator[Starter]:
    starter = Starter(tmp_path)
    yield starter
    starter.end()


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """A shop that no test changes or ends."""
    starter = Starter(tmp_path_factory.mktemp("shop"))
    yield starter("--port", "0")
    starter.end()


@pytest.fixture
def taken_port() -> Iterator[int]:
    """A port that somebody listens on, with free ones after it."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]
