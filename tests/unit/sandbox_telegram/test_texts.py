import time
from typing import Any

import pytest

from sandbox.telegram.entities import MOST_ENTITIES, Span, finish, from_api
from sandbox.telegram.errors import ApiError
from sandbox.telegram.html_mode import parse_html
from sandbox.telegram.markdown_mode import parse_markdown, parse_markdown_v2
from sandbox.telegram.render import render_html
from sandbox.telegram.units import split_units, utf16_length

AWAY = 'target="_blank" rel="noopener noreferrer"'

Short = list[tuple[str, int, int]]


def short(entities: list[dict[str, Any]]) -> Short:
    return [(item["type"], item["offset"], item["length"]) for item in entities]


@pytest.mark.parametrize(
    ("source", "text", "entities"),
    [
        ("plain", "plain", []),
        ("<b>bold</b>", "bold", [("bold", 0, 4)]),
        ("<STRONG>bold</STRONG>", "bold", [("bold", 0, 4)]),
        ("<b>bold</>", "bold", [("bold", 0, 4)]),
        ("<i>a<b>b</b></i>", "ab", [("italic", 0, 2), ("bold", 1, 1)]),
        ("<b>a</b><b>b</b>", "ab", [("bold", 0, 2)]),
        ("😀<u>x</u>", "😀x", [("underline", 2, 1)]),
        (
            "<s>a</s> <del>b</del> <strike>c</strike>",
            "a b c",
            [(k, o, 1) for k, o in zip(["strikethrough"] * 3, [0, 2, 4], strict=True)],
        ),
        ('<span class="tg-spoiler">x</span>', "x", [("spoiler", 0, 1)]),
        ("<tg-spoiler>x</tg-spoiler>", "x", [("spoiler", 0, 1)]),
        ('<tg-time unix="1647531900" format="wDT">then</tg-time>', "then", [("date_time", 0, 4)]),
        ("<blockquote>q</blockquote>", "q", [("blockquote", 0, 1)]),
        ("<blockquote expandable>q</blockquote>", "q", [("expandable_blockquote", 0, 1)]),
        ("<blockquote>a<blockquote>b</blockquote></blockquote>", "ab", [("blockquote", 0, 2)]),
        ("<code>a <b>b</b></code>", "a b", [("code", 0, 3)]),
        ("<b>a <code>b</code> c</b>", "a b c", [("bold", 0, 2), ("code", 2, 1), ("bold", 3, 2)]),
        ("&lt;b&gt; &amp; &quot;x&quot; &#65;&#x42;", '<b> & "x" AB', []),
        ("AT&T &nbsp; & &#0;", "AT&T &nbsp; & &#0;", []),
        ("  <b>x</b>  ", "x", [("bold", 0, 1)]),
        ("<b>  x </b>", "  x", [("bold", 0, 3)]),
        ("a\r\nb", "a\nb", []),
        ("a\u202eb", "ab", []),
        ("<b></b>", "", []),
        ("<a href='tg://user?id=5'>Ann</a>", "Ann", [("text_mention", 0, 3)]),
        ("<a href='nowhere'>x</a>", "x", []),
    ],
)
def test_html_becomes_text_and_entities(source: str, text: str, entities: Short) -> None:
    formatted = finish(*parse_html(source))
    assert (formatted.text, short(formatted.entities)) == (text, entities)


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("<b>x", 'Can\'t find end tag corresponding to start tag "b"'),
        ("é<foo>x</foo>", 'Unsupported start tag "foo" at byte offset 2'),
        ("a < b", 'Unsupported start tag "" at byte offset 2'),
        ("<br/>", 'Unsupported start tag "br/" at byte offset 0'),
        ("x</b>", "Unexpected end tag at byte offset 1"),
        ("<b>x</i>", 'Unmatched end tag at byte offset 4, expected "</b>", found "</i>"'),
        ("<b", "Unclosed start tag at byte offset 0"),
        ("<a href='x", 'Unclosed start tag "a" at byte offset 0'),
        ("<b>x</b", "Unclosed end tag at byte offset 4"),
        ("<a href=x_y>z</a>", "Unexpected end of name token at byte offset 8"),
        ("<span>x</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
        ("<a =>x</a>", 'Empty attribute name in the tag "a" at byte offset 0'),
    ],
)
def test_html_that_does_not_parse_is_refused_in_telegrams_words(source: str, words: str) -> None:
    with pytest.raises(ApiError) as refusal:
        parse_html(source)
    assert refusal.value.code == 400
    assert refusal.value.description == f"Bad Request: can't parse entities: {words}"


def test_two_thousand_nested_tags_do_not_exhaust_the_stack() -> None:
    source = "<b>" * 2000 + "x" + "</b>" * 2000
    assert short(finish(*parse_html(source)).entities) == [("bold", 0, 1)]


def test_a_pre_takes_the_language_of_the_code_that_fills_it() -> None:
    source = '<pre><code class="language-python">x = 1</code></pre>'
    assert finish(*parse_html(source)).entities == [
        {"type": "pre", "offset": 0, "length": 5, "language": "python"}
    ]


@pytest.mark.parametrize(
    ("source", "text", "entities"),
    [
        (
            "*b* _i_ __u__ ~s~ ||p||",
            "b i u s p",
            [
                ("bold", 0, 1),
                ("italic", 2, 1),
                ("underline", 4, 1),
                ("strikethrough", 6, 1),
                ("spoiler", 8, 1),
            ],
        ),
        (r"1\.5 \- x", "1.5 - x", []),
        ("`a.b`", "a.b", [("code", 0, 3)]),
        ("```py\nx=1\n```", "x=1", [("pre", 0, 3)]),
        ("[x](https://example.com/a)", "x", [("text_link", 0, 1)]),
        (">q1\n>q2\nafter", "q1\nq2\nafter", [("blockquote", 0, 6)]),
        ("**>q1\n>q2||", "q1\nq2", [("expandable_blockquote", 0, 5)]),
    ],
)
def test_markdown_v2_becomes_text_and_entities(source: str, text: str, entities: Short) -> None:
    formatted = finish(*parse_markdown_v2(source))
    assert (formatted.text, short(formatted.entities)) == (text, entities)


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("$88.01", "Character '.' is reserved and must be escaped with the preceding '\\'"),
        ("x *y", "Can't find end of Bold entity at byte offset 2"),
        ("*a _b* c_", "Can't find end of Italic entity at byte offset 3"),
        ("`x", "Can't find end of Code entity at byte offset 0"),
        ("[x](y", "Can't find end of a URL at byte offset 3"),
    ],
)
def test_markdown_v2_that_does_not_parse_is_refused(source: str, words: str) -> None:
    with pytest.raises(ApiError) as refusal:
        parse_markdown_v2(source)
    assert refusal.value.description == f"Bad Request: can't parse entities: {words}"


def test_the_old_markdown_knows_bold_italic_code_and_links() -> None:
    formatted = finish(*parse_markdown("*b* _i_ `c` [l](example.com) \\_"))
    assert formatted.text == "b i c l _"
    assert short(formatted.entities) == [
        ("bold", 0, 1),
        ("italic", 2, 1),
        ("code", 4, 1),
        ("text_link", 6, 1),
    ]
    with pytest.raises(ApiError, match="Can't find end of the entity starting at byte offset 1"):
        parse_markdown("x*y")


@pytest.mark.parametrize(
    ("text", "entities"),
    [
        ("/refund now", [("bot_command", 0, 7)]),
        ("see /refund@practice_shop_bot.", [("bot_command", 4, 25)]),
        ("a/b and //x and /", []),
        ("@practice_shop_bot hi", [("mention", 0, 18)]),
        ("me@example.com", [("email", 0, 14)]),
        ("#sale and #1", [("hashtag", 0, 5)]),
        ("$USD", [("cashtag", 0, 4)]),
        ("$88.01", []),
        ("go to https://x.example/a?b=1.", [("url", 6, 23)]),
        ("go to example.com, now", [("url", 6, 11)]),
        ("(t.me/x)", [("url", 1, 6)]),
        ("1.5 and e.g. v2.0", []),
        ("😀 /go", [("bot_command", 3, 3)]),
    ],
)
def test_what_telegram_makes_tappable_is_found(text: str, entities: Short) -> None:
    assert short(finish(text, []).entities) == entities


@pytest.mark.parametrize("tag", ["code", "pre"])
def test_nothing_in_code_is_tappable(tag: str) -> None:
    formatted = finish(*parse_html(f"<{tag}>/refund example.com @somebody</{tag}>"))
    assert [item["type"] for item in formatted.entities] == [tag]


def test_a_command_in_a_quote_stays_tappable() -> None:
    formatted = finish(*parse_html("<blockquote>/refund TK1</blockquote>"))
    assert short(formatted.entities) == [("blockquote", 0, 11), ("bot_command", 0, 7)]


def test_only_the_first_hundred_entities_are_kept() -> None:
    formatted = finish(*parse_html("<b>x</b> " * 130))
    assert len(formatted.entities) == MOST_ENTITIES
    assert formatted.entities[-1]["offset"] == 99 * 2


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        ("{", "can't parse entities: can't parse JSON object"),
        ("{}", "can't parse entities: expected an Array of MessageEntity"),
        (
            [{"offset": 0, "length": 1}],
            "can't parse entities: can't parse MessageEntity: can't find field \"type\"",
        ),
        (
            [{"type": "bold", "offset": 0, "length": 9}],
            "entity beginning at UTF-16 offset 0 ends after the end of the text at UTF-16 offset 4",
        ),
        (
            [{"type": "bold", "offset": 1, "length": 1}],
            "entity begins in a middle of a UTF-16 symbol at byte offset 0",
        ),
        (
            [{"type": "text_link", "offset": 0, "length": 2}],
            "can't parse entities: can't parse MessageEntity: can't find field \"url\"",
        ),
    ],
)
def test_entities_that_do_not_fit_the_text_are_refused(raw: Any, words: str) -> None:
    with pytest.raises(ApiError) as refusal:
        from_api("😀ab", raw)
    assert refusal.value.description == f"Bad Request: {words}"


def test_entities_are_placed_in_utf16_units() -> None:
    assert from_api("😀ab", [{"type": "bold", "offset": 2, "length": 2}]) == [Span("bold", 1, 3)]
    assert from_api("ab", [{"type": "unheard_of", "offset": 0, "length": 1}]) == []


def test_lengths_and_cuts_count_utf16_units() -> None:
    assert utf16_length("a😀é") == 4
    assert split_units("😀😀a", 3) == ["😀", "😀a"]
    assert "".join(split_units("😀x" * 999, 7)) == "😀x" * 999


@pytest.mark.parametrize(
    ("source", "html"),
    [
        ("&lt;script&gt;", "&lt;script&gt;"),
        ("<b>a&amp;<i>b</i></b>", "<b>a&amp;<i>b</i></b>"),
        ("<u>x</u><s>y</s>", "<u>x</u><s>y</s>"),
        ("<tg-spoiler>x</tg-spoiler>", '<span class="spoiler">x</span>'),
        ("<blockquote expandable>x</blockquote>", '<blockquote class="expandable">x</blockquote>'),
        (
            '<pre><code class="language-a&quot;b">x</code></pre>',
            '<pre><code class="language-a&quot;b">x</code></pre>',
        ),
        ("/go", '<a class="command" data-command="/go">/go</a>'),
        (
            "example.com",
            f'<a href="http://example.com/" {AWAY}>example.com</a>',
        ),
        (
            "<a href='https://example.com/?a=1&amp;b=\"'>x</a>",
            f'<a href="https://example.com/?a=1&amp;b=&quot;" {AWAY}>x</a>',
        ),
        ("😀<b>x</b>", "😀<b>x</b>"),
    ],
)
def test_a_text_is_shown_as_safe_html(source: str, html: str) -> None:
    formatted = finish(*parse_html(source))
    assert render_html(formatted.text, formatted.entities) == html


def test_entities_that_overlap_are_shown_well_nested() -> None:
    entities = [
        {"type": "bold", "offset": 0, "length": 2},
        {"type": "italic", "offset": 1, "length": 2},
    ]
    assert render_html("abc", entities) == "<b>a<i>b</i></b><i>c</i>"


def test_a_link_with_a_foreign_scheme_leads_nowhere() -> None:
    entity = {"type": "text_link", "offset": 0, "length": 1, "url": "javascript:alert(1)"}
    assert render_html("x", [entity]) == "x"


def test_a_text_that_no_message_holds_is_measured_at_once() -> None:
    began = time.process_time()
    formatted = finish(*parse_html("<b>/a</b> " * 50_000))
    assert (len(formatted.text), formatted.entities) == (149_999, [])
    assert time.process_time() - began < 5


def test_a_moment_keeps_its_time_and_form() -> None:
    written = finish(*parse_html('<tg-time unix="60" format="r">soon</tg-time>'))
    moment = {"type": "date_time", "offset": 0, "length": 4, "unix_time": 60}
    assert written.entities == [{**moment, "date_time_format": "r"}]
    assert finish("soon", from_api("soon", [moment])).entities == [moment]
    shown = render_html("soon", [moment])
    assert shown == '<time datetime="1970-01-01T00:01:00+00:00">soon</time>'


@pytest.mark.parametrize(
    ("source", "says"),
    [
        ("<tg-time>x</tg-time>", 'Tag "tg-time" must have attribute "unix"'),
        ('<tg-time unix="1" format="rT">x</tg-time>', "Invalid date-time format specified"),
    ],
)
def test_a_moment_without_a_time_is_refused(source: str, says: str) -> None:
    with pytest.raises(ApiError, match=says):
        parse_html(source)
