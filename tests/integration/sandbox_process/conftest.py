"""The practice shop as a process of its own."""

import signal
import socket
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from tests.e2e.shops import ShopProcess


@dataclass
class Shop:
    """A running `python -m sandbox`."""

    process: ShopProcess
    port: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def end(self, number: int = signal.SIGTERM, timeout: float = 10.0) -> tuple[int, str]:
        """Send a signal; return the exit status and what stood on stderr."""
        return self.process.end(number, timeout)


class Starter:
    """Starts practice shops from a directory that is not the project's, and ends what is left."""

    def __init__(self) -> None:
        self._started: list[ShopProcess] = []

    def __call__(self, *arguments: str, command: bool = False) -> Shop:
        """Start one; `command`: as a person does, instead of a fork that runs the same."""
        process = self.without_waiting(*arguments, command=command)
        return Shop(process, process.port())

    def without_waiting(self, *arguments: str, command: bool = False) -> ShopProcess:
        process = ShopProcess(*arguments, command=command)
        self._started.append(process)
        return process

    def end(self) -> None:
        for process in self._started:
            process.close()


@pytest.fixture
def start_shop() -> Iterator[Starter]:
    starter = Starter()
    yield starter
    starter.end()


@pytest.fixture(scope="module")
def shop() -> Iterator[Shop]:
    """A shop that no test changes or ends."""
    starter = Starter()
    yield starter("--port", "0")
    starter.end()


@pytest.fixture
def taken_port() -> Iterator[int]:
    """A port that somebody listens on, with free ones after it."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]
