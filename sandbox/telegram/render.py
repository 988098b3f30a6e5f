"""From a text and its entities to HTML that is safe to show."""

from collections.abc import Mapping
from datetime import UTC, datetime
from html import escape
from itertools import pairwise
from typing import Any, Final

from .entities import checked_link
from .units import unit_offsets

_SIMPLE: Final = {
    "bold": ("<b>", "</b>"),
    "italic": ("<i>", "</i>"),
    "underline": ("<u>", "</u>"),
    "strikethrough": ("<s>", "</s>"),
    "spoiler": ('<span class="spoiler">', "</span>"),
    "code": ("<code>", "</code>"),
    "blockquote": ("<blockquote>", "</blockquote>"),
    "expandable_blockquote": ('<blockquote class="expandable">', "</blockquote>"),
    "mention": ('<a class="mention">', "</a>"),
    "text_mention": ('<a class="mention">', "</a>"),
    "hashtag": ('<a class="hashtag">', "</a>"),
    "cashtag": ('<a class="hashtag">', "</a>"),
}
_SAFE_SCHEMES: Final = ("http://", "https://", "mailto:", "tg://")

Entity = Mapping[str, Any]


def render_html(text: str, entities: list[dict[str, Any]]) -> str:
    """Return `text` as HTML; everything that is not markup of ours is escaped.

    Line breaks stay as they are, so the page shows it with `white-space: pre-wrap`.
    """
    if not entities:
        return escape(text)
    places = {unit: index for index, unit in enumerate(unit_offsets(text))}
    spans = sorted(
        (
            (places[item["offset"]], places[item["offset"] + item["length"]], number, item)
            for number, item in enumerate(entities)
        ),
        key=lambda span: (span[0], -span[1], span[2]),
    )
    edges = sorted({0, len(text), *(s[0] for s in spans), *(s[1] for s in spans)})
    out: list[str] = []
    opened: list[tuple[int, int, int, dict[str, Any]]] = []
    for start, end in pairwise(edges):
        active = [span for span in spans if span[0] <= start and end <= span[1]]
        common = 0
        while common < min(len(opened), len(active)) and opened[common] is active[common]:
            common += 1
        out += [_tags(span[3], text[span[0] : span[1]])[1] for span in reversed(opened[common:])]
        out += [_tags(span[3], text[span[0] : span[1]])[0] for span in active[common:]]
        out.append(escape(text[start:end]))
        opened = active
    out += [_tags(span[3], text[span[0] : span[1]])[1] for span in reversed(opened)]
    return "".join(out)


def _tags(entity: Entity, covered: str) -> tuple[str, str]:
    kind = entity["type"]
    if kind in _SIMPLE:
        return _SIMPLE[kind]
    if kind == "pre":
        language = entity.get("language")
        if not language:
            return "<pre>", "</pre>"
        return f'<pre><code class="language-{escape(str(language))}">', "</code></pre>"
    if kind == "bot_command":
        return f'<a class="command" data-command="{escape(covered)}">', "</a>"
    if kind == "date_time":
        at = datetime.fromtimestamp(entity["unix_time"], UTC).isoformat()
        return f'<time datetime="{at}">', "</time>"
    link = _link(entity, covered)
    if link is None:
        return "", ""
    return f'<a href="{escape(link)}" target="_blank" rel="noopener noreferrer">', "</a>"


def _link(entity: Entity, covered: str) -> str | None:
    match entity["type"]:
        case "text_link":
            link: str | None = str(entity["url"])
        case "url":
            link = checked_link(covered)
        case "email":
            link = f"mailto:{covered}"
        case _:
            link = None
    return link if link is not None and link.lower().startswith(_SAFE_SCHEMES) else None
