"""HTML of our templates to text and entities: Python's parser reads it, sulguk writes it out.

sulguk's own way in goes through html5lib and lxml: fifteen megabytes, and most of the time that
drawing a message took. They are for pages that anybody may have written; ours are well-formed.
"""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Final

from bot.lean import parts_of

with parts_of("sulguk"):
    from sulguk.entities import Group, Text
    from sulguk.mapper import Mapper
    from sulguk.render import State

if TYPE_CHECKING:
    from sulguk.data import MessageEntity
    from sulguk.entities import Entity

_MAPPER: Final = Mapper()
_ENDS: Final = re.compile("\r\n?")  # of lines: HTML knows one kind
_EMPTY: Final = frozenset({"br", "hr", "img", "input", "wbr"})


def read(source: str) -> tuple[str, list[MessageEntity]]:
    """Return the text of ``source`` and its entities. Raises ValueError for a tag not known."""
    reader = _Reader()
    reader.feed(_ENDS.sub("\n", source))
    reader.close()
    state = State()
    reader.whole.render(state)
    return state.canvas.text, state.entities


class _Reader(HTMLParser):
    """Builds what sulguk renders; an end without its beginning is passed over."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.whole = Group()
        self._open: list[tuple[str, Entity]] = [("", self.whole)]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        inner, entity = _MAPPER.match(tag, [(name, value or "") for name, value in attrs])
        if entity is None:
            return
        self._open[-1][1].add(entity)
        if tag not in _EMPTY:
            self._open.append((tag, inner or entity))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        for depth in range(len(self._open) - 1, 0, -1):
            if self._open[depth][0] == tag:
                del self._open[depth:]
                return

    def handle_data(self, data: str) -> None:
        self._open[-1][1].add(Text(text=data))
