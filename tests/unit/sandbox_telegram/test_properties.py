from html.parser import HTMLParser

from hypothesis import example, given
from hypothesis import strategies as st

from sandbox.telegram.entities import MOST_ENTITIES, finish
from sandbox.telegram.errors import ApiError
from sandbox.telegram.html_mode import parse_html
from sandbox.telegram.markdown_mode import parse_markdown, parse_markdown_v2
from sandbox.telegram.render import render_html
from sandbox.telegram.units import utf16_length

PIECES = st.sampled_from(
    [
        *("<b>", "</b>", "<i>", "</i>", "<code>", "</code>", "<pre>", "</pre>", "<blockquote>"),
        *(
            "</blockquote>",
            "<a href='example.com/\"'>",
            "</a>",
            "</>",
            "&lt;",
            "&#128512;",
            "<",
            "&",
        ),
        *(
            "*",
            "_",
            "__",
            "||",
            "`",
            "```",
            "[",
            "](",
            ")",
            ">",
            "\\",
            "\n",
            " ",
            "/go",
            "@somebody",
        ),
        *("example.com", "#tag", "a", "é", "😀", "\u202e", "\r", "<script>", '"', "'"),
    ]
)
SOURCES = st.one_of(st.text(), st.lists(PIECES, max_size=30).map("".join))


class Nesting(HTMLParser):
    """Fails on a tag that closes another one than it should."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.seen.append(data)


@given(SOURCES)
@example("<b>x</b>" * 200)
def test_whatever_is_written_parses_to_entities_that_fit_or_is_refused(source: str) -> None:
    for parse in (parse_html, parse_markdown_v2, parse_markdown):
        try:
            parsed = parse(source)
        except ApiError as refusal:
            if not refusal.description.startswith("Bad Request: can't parse entities: "):
                raise
            continue
        formatted = finish(*parsed)
        end = utf16_length(formatted.text)
        assert len(formatted.entities) <= MOST_ENTITIES
        for item in formatted.entities:
            assert 0 <= item["offset"] < item["offset"] + item["length"] <= end

        nesting = Nesting()
        nesting.feed(render_html(formatted.text, formatted.entities))
        nesting.close()
        assert nesting.open == []
        assert "".join(nesting.seen) == formatted.text
