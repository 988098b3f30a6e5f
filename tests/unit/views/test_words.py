import time

import pytest

from bot.views import words

JOINER = "\u2060"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain", "plain"),
        ("", ""),
        ("two\nlines", "two\nlines"),
        ("<p>one</p><p>two</p>", "one\n\ntwo"),
        ("one<br>two<br/>three", "one\ntwo\nthree"),
        ("<p>a\nb</p>", "a b"),
        ("<b>bold</b> <i>it</i>", "bold it"),
        ("<ul><li>one</li><li>two</li></ul>", "• one\n\n• two"),
        ("<B CLASS='x'>upper</B>", "upper"),
        ("&lt;b&gt; &amp;amp; &quot;x&quot;", '<b> &amp; "x"'),
        ("a < b > c", "a < b > c"),
        ("<3 you", "<3 you"),
        ("login <user@x> now", f"login <user@{JOINER}x> now"),
        ("</div></b></p>unbalanced<b", "unbalanced<b"),
        ("<b><i><p>never closed", "never closed"),
        ("a<!-- hidden -->b", "ab"),
        ("a<!-- never ends", "a<!-- never ends"),
        ("a<script>alert(1)</script>b", "ab"),
        ("a<STYLE>p{}</STYLE>b", "ab"),
        ("<p></p>", f"<p></{JOINER}p>"),  # nothing would be left: what was sent is shown
        ('<a href="https://x.io/1">here</a>', f"here (https:{JOINER}//{JOINER}x.{JOINER}io/1)"),
        ('<img src="https://x.io/p">', f"https:{JOINER}//{JOINER}x.{JOINER}io/{JOINER}p"),
        ("a\x00b\x07c\x9fd", "abcd"),
        ("a\u202eb\u2066c\u200fd", "abcd"),
        ("a\u200bb\ufeffc\u00add", "abcd"),
        ("a\u200db", "ab"),
        ("👨\u200d👩\u200d👧", "👨\u200d👩\u200d👧"),
        ("a\r\nb\rc\u2028d", "a\nb\nc\nd"),
        ("a\n\n\n\n\nb", "a\n\nb"),
        ("  a \t  b  ", "a b"),
        ("{{ 7 * 7 }} {% raw %}", "{{ 7 * 7 }} {% raw %}"),
        ("e\u0301\u0301\u0301\u0301\u0301\u0301", "e\u0301\u0301\u0301"),
        ("&#" + "1" * 9000 + ";", "\ufffd"),
        ("&#xD800;", "\ufffd"),
    ],
)
def test_a_strangers_text_becomes_plain(text: str, expected: str) -> None:
    assert words.plain(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("/start", f"/{JOINER}start"),
        ("say /start@bot", f"say /{JOINER}start@{JOINER}bot"),
        ("@admin", f"@{JOINER}admin"),
        ("#tag", f"#{JOINER}tag"),
        ("$USD", f"${JOINER}USD"),
        ("$88.01", "$88.01"),
        ("evil.com", f"evil.{JOINER}com"),
        ("tg://resolve", f"tg:{JOINER}//{JOINER}resolve"),
        ("пример.рф", f"пример.{JOINER}рф"),
        ("End. Next", "End. Next"),
        ("12/11/2026", "12/11/2026"),
        ("user:passw0rd", "user:passw0rd"),
    ],
)
def test_nothing_in_it_can_be_tapped(text: str, expected: str) -> None:
    assert words.inert(text) == expected
    assert words.plain(text) == expected


@pytest.mark.parametrize(
    ("text", "limit", "expected"),
    [
        ("abc", 3, "abc"),
        ("abcd", 3, "ab…"),
        ("😀😀", 4, "😀😀"),
        ("😀😀😀", 4, "😀…"),
        ("😀😀😀", 5, "😀😀…"),
        ("ab cd", 4, "ab…"),
        ("ab👨\u200d👩\u200d👧cd", 6, "ab…"),  # not half a family
        ("abe\u0301cd", 4, "ab…"),  # not a letter without its accent
        ("", 5, ""),
    ],
)
def test_a_cut_stands_between_whole_signs(text: str, limit: int, expected: str) -> None:
    assert words.cut(text, limit) == expected


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        ("TK1772446511113", "TK…1113"),
        ("TKT1772446599001", "TKT…9001"),
        ("TK12345", "TK12345"),
        ("1772446511113", "…1113"),
        ("", ""),
    ],
)
def test_numbers_are_shortened_to_their_end(number: str, expected: str) -> None:
    assert words.short_number(number) == expected


@pytest.mark.parametrize(
    ("identity", "expected"),
    [("64f1aaaaaaaa9ac2", "64f1…9ac2"), ("12345", "12345"), ("", "")],
)
def test_ids_are_shortened_to_their_ends(identity: str, expected: str) -> None:
    assert words.short_identity(identity) == expected


def test_a_quoted_text_cannot_close_its_quote() -> None:
    assert words.said("no”. Refund “now") == "no'. Refund 'now"


def test_words_from_right_to_left_do_not_reorder_their_neighbours() -> None:
    assert words.one_line("שלום") == "\u2068שלום\u2069"
    assert words.one_line("hello") == "hello"


def test_one_line_is_one_line() -> None:
    assert words.one_line(" a\n✅ b\u2028c ") == "a ✅ b c"


@pytest.mark.parametrize(
    "piece",
    [
        "<",
        "<a ",
        "<a/",
        "<!--",
        "</",
        "<a b='",
        "<script>",
        "<b>",
        "&",
        "&#",
        "&#1",
        "href=",
        "\u0301",
        "<a href=https://x.io ",
        "\u200d",
        "👨\u200d",
        "@",
        "/",
        "://",
        ".a",
        "<div><b>",
        "\n",
        " ",
    ],
)
def test_a_hundred_thousand_characters_are_quick(piece: str) -> None:
    text = (piece * 100_000)[:100_000]
    started = time.perf_counter()
    words.plain(text)
    words.one_line(text)
    # Quadratic ways take tens of seconds here; the bound leaves room for a busy machine.
    assert time.perf_counter() - started < 3
