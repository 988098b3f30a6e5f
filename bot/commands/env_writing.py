"""Changing some settings in ``.env`` and leaving every other line, comments too, as it is."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from typing import Final

from dotenv.parser import parse_stream

# What needs no quotes, for us, for a shell and for a service manager.
_PLAIN: Final = re.compile(r"[A-Za-z0-9_./:@+=~^,-]*")
_HEADER: Final = """\
# The settings of supplier-bot. The environment wins over this file; it holds secrets: keep it
# private (mode 600). `supplier-bot setup` changes it, `supplier-bot doctor` looks at it.
"""
_ABOUT: Final[Mapping[str, str]] = {
    "TELEGRAM_BOT_TOKEN": "The token that BotFather gave you.",
    "OWNER_IDS": "The owners' Telegram user IDs, separated by commas.",
    "SUPPLIER_API_URL": "The marketplace's address; a path prefix may follow.",
    "SUPPLIER_API_KEY": "The key from your profile's API key page.",
    "SUPPLIER_AUTH": "How the key is sent: x-api-key, bearer, body or session.",
    "SUPPLIER_COOKIE": "For session alone: the browser's whole Cookie header.",
    "SUPPLIER_ENDPOINTS": "The table of the marketplace's addresses.",
    "CURRENCY": "The currency of the marketplace's amounts.",
    "TIME_ZONE": "The clock on your cards.",
    "DEFAULT_LANGUAGE": "The language of whoever's own is not there.",
}
_LINE: Final = (
    r"(\s*(?:export\s+)?['\"]?{name}['\"]?\s*=[^\S\r\n]*)"
    r"('(?:\\'|[^'])*'|\"(?:\\\"|[^\"])*\"|(?:(?!\s+#)[^\r\n])*)"
    r"([^\S\r\n]+#[^\r\n]*)?[^\S\r\n]*(\r?\n?)"
)


def is_of_setup(text: str) -> bool:
    """Say whether this settings file was begun by setup, not by hand."""
    return text.startswith(_HEADER)


def with_settings(text: str, values: Mapping[str, str]) -> str:
    """Return the text of a settings file with these values; a name's last line counts, as ever.

    ``text``: what stands in it now, empty for a new one. Names are in upper case.
    """
    parts: list[str] = []
    there: set[str] = set()
    for binding in parse_stream(io.StringIO(text)):
        original = binding.original.string
        name = (binding.key or "").upper()
        if name in values:
            there.add(name)
            original = _changed(original, str(binding.key), _quoted(values[name]))
        parts.append(original)
    fresh = "".join(parts) or _HEADER
    for name, value in values.items():
        if name not in there:
            fresh += "" if fresh.endswith("\n") else "\n"
            about = _ABOUT.get(name)
            fresh += f"\n# {about}\n" if about else "\n"
            fresh += f"{name}={_quoted(value)}\n"
    return fresh


def _changed(line: str, name: str, value: str) -> str:
    found = re.fullmatch(_LINE.format(name=re.escape(name)), line)
    if found is None:
        return f"{name}={value}\n"
    return f"{found[1]}{value}{found[3] or ''}{found[4]}"


def _quoted(value: str) -> str:
    if _PLAIN.fullmatch(value):
        return value
    inside = value.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{inside}'"
