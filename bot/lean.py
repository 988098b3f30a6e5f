"""Loads of libraries what is used of them, and looks for none again and again that is not there."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from types import ModuleType


@contextmanager
def parts_of(package: str) -> Iterator[None]:
    """Let single modules of ``package`` be imported without what its ``__init__`` imports.

    Afterwards the package itself can be imported as ever, and is the same modules. Raises
    ModuleNotFoundError where it is not installed.
    """
    if package in sys.modules:
        yield
        return
    spec = find_spec(package)
    if spec is None:
        raise ModuleNotFoundError(f"No module named {package!r}", name=package)
    bare = ModuleType(package)
    bare.__path__ = list(spec.submodule_search_locations or ())
    bare.__spec__ = spec
    sys.modules[package] = bare
    try:
        yield
    finally:
        del sys.modules[package]


def not_searched(name: str) -> None:
    """Have a module that is not installed missed at once, where a library tries it in each call.

    Python remembers no failed import: each goes through every folder, a third of a millisecond.
    """
    if name not in sys.modules and find_spec(name) is None:
        sys.modules[name] = None  # type: ignore[assignment] # as Python itself writes it down
