"""HTML of templates: read by Python's parser, it is what sulguk reads of it by itself."""

from __future__ import annotations

import subprocess
import sys

import pytest
from sulguk import transform_html

from bot.views.fit import fit
from bot.views.reading import read


@pytest.mark.parametrize(
    "source",
    [
        "",
        "plain",
        "<div>one</div>\n  <div>\n   two  \n</div><div></div>\n<div>three</div>",
        "<div><b>bold <code>code</code> bold</b> – <i>i</i><u>u</u><s>s</s></div>",
        "<div>before<br/>between<br>after</div><div>next</div>",
        "<blockquote>said<br/> on</blockquote><div>then</div>",
        "<div>a</div><blockquote expandable>long<br/>longer</blockquote>",
        "<div>a</div><pre>one  two\n three\n</pre><div>b</div>",
        "<div>a</div><pre>\nfirst line is left out</pre>",
        "<tg-spoiler>hidden</tg-spoiler> <span class='tg-spoiler'>too</span> <span>seen</span>",
        '<a href="https://shop.example/?a=1&amp;b=2">there</a> and <a>nowhere</a>',
        "&lt;b&gt; &amp;amp; &quot;quoted&quot; &#39;so&#39; &#34; &eacute; &#x1F600; & &nothing;",
        "<div>\U0001f600 <b>\U0001f600\U0001f600</b> <code>\u202eback</code></div>",
        "<div>a < b and b > a</div>",
        "<div>tab\tand\r\nlines\rend</div><pre>a\r\nb\rc</pre>",
        "<div>  </div><b> spaced </b> <b>x</b>",
        "<ul><li>one</li><li>two</li></ul><ol><li>first</li></ol>",
        "<div>left open <b>bold</b>",
        "<div>an end too many</b></div><div>next</div>",
    ],
)
def test_what_is_read_is_what_the_library_reads(source: str) -> None:
    whole = transform_html(source)
    assert fit(*read(source)) == fit(whole.text, whole.entities)


def test_a_tag_that_telegram_cannot_show_is_refused() -> None:
    with pytest.raises(ValueError, match="table"):
        read("<table><tr><td>x</td></tr></table>")


def test_the_library_is_whole_for_who_imports_it_later() -> None:
    program = (
        "import sys\n"
        "from bot.store.connections import create_async_engine as ours\n"
        "from bot.views.reading import Text as text\n"
        "heavy = ('lxml', 'html5lib', 'sqlalchemy.orm', 'sulguk.walker')\n"
        "print([name for name in heavy if name in sys.modules])\n"
        "import sulguk, sqlalchemy.ext.asyncio\n"
        "from sulguk.entities import Text\n"
        "print(Text is text, sulguk.transform_html('<b>x</b>').text,\n"
        "      sqlalchemy.ext.asyncio.create_async_engine is ours)"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert ran.stdout.split("\n")[:2] == ["[]", "True x True"]
