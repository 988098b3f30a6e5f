"""The file ``.env`` as it stands: nothing in it is expanded, and no line of it is passed over."""

from __future__ import annotations

import io
import os
from pathlib import Path

from dotenv.parser import parse_stream


def read_env_file(file: Path) -> tuple[dict[str, str], list[str]]:
    """Return the values by lower-case name, and what is wrong with the file, a line each.

    A file that is not there holds nothing. What a line holds is never repeated: it may be a key.
    """
    name = file.name
    try:
        text = file.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        return {}, []
    except UnicodeDecodeError:
        return {}, [f"{name}: should be a text file in UTF-8"]
    except OSError as error:
        return {}, [f"{name}: cannot be read: {error.strerror or 'unknown reason'}"]
    values: dict[str, str] = {}
    problems: list[str] = []
    for binding in parse_stream(io.StringIO(text)):
        if binding.error or (binding.key is not None and binding.value is None):
            # Empty lines before it count as a part of it.
            original = binding.original
            blank = len(original.string) - len(original.string.lstrip())
            line = original.line + original.string[:blank].count("\n")
            problems.append(f"{name}: line {line} cannot be read; it should be NAME=value")
        elif binding.key is not None and binding.value:
            values[binding.key.lower()] = binding.value
    return values, problems


def one_setting(name: str, file: Path) -> str | None:
    """Return one setting as it was given, of the environment or of the file; None when nowhere.

    For what needs no other setting: whether its value can be used is not looked at.
    """
    for known, value in os.environ.items():
        if known.upper() == name and value:
            return value
    return read_env_file(file)[0].get(name.lower())
