"""The texts of the templates, and every language that has a file: complete, or red."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog

from bot.model.person import Act
from bot.views import languages, talk
from bot.views.commands import commands
from tests.support.languages import forget
from tests.texts import catalogue, check
from tests.unit.views.builders import reader

TEMPLATE = """
{% macro send(count) %}{% trans count=count %}Send {{ count }} unit{% pluralize %}Send {{ count }} units{% endtrans %}{% endmacro %}
{# Translators: of a ticket #}
{% macro open() %}{% trans "ticket" %}open{% endtrans %}{% endmacro %}
{% trans said=pen.said(said) %}It says “<b>{{ said }}</b>”: /health{% endtrans %}
{% trans name=said %}“{{ name }}” is 50 %{% endtrans %}
"""  # noqa: E501
HEAD = """msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\\n"
"Plural-Forms: nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2);\\n"

"""  # noqa: E501
SEND = """msgid "Send %(count)s unit"
msgid_plural "Send %(count)s units"
msgstr[0] "{0}"
msgstr[1] "{1}"
msgstr[2] "{2}"

"""
GOOD = SEND.format(*(f"Отправить %(count)s {each}" for each in ("позицию", "позиции", "позиций")))
OPEN = 'msgctxt "ticket"\nmsgid "open"\nmsgstr "открыт"\n\n'
SAYS = 'msgid "It says “<b>%(said)s</b>”: /health"\nmsgstr "{}"\n\n'
TOLD = SAYS.format("Там: «<b>%(said)s</b>», /health")
HALF = 'msgid "“%(name)s” is 50 %%"\nmsgstr "{}"\n\n'
QUOTED = HALF.format("«%(name)s» – 50 %%")
ALL = HEAD + GOOD + OPEN + TOLD + QUOTED


@pytest.fixture(scope="module")
def texts() -> Catalog:
    return catalogue.of_templates()


@pytest.fixture
def small(tmp_path: Path) -> Catalog:
    (tmp_path / "small.html").write_text(TEMPLATE, encoding="utf-8")
    return catalogue.of_templates(tmp_path)


@pytest.fixture
def written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], Path]]:
    monkeypatch.setattr(languages, "LOCALES", tmp_path)
    forget()

    def write(body: str) -> Path:
        path = catalogue.path_of("ru")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(body, encoding="utf-8")
        return path

    yield write
    forget()


def test_every_language_that_has_a_file_is_complete(texts: Catalog) -> None:
    wrong = {each: check.problems(each, texts) for each in catalogue.languages_in()}
    assert {each: found for each, found in wrong.items() if found} == {}, "make texts says more"


@pytest.mark.parametrize("language", ["en", *catalogue.languages_in()])
def test_the_longest_message_fits_in_every_language(language: str) -> None:
    told = talk.help_text(replace(reader(), language=language))
    assert not told.text.endswith("…")
    assert len(commands(language, frozenset(Act))) > 20
    assert all(len(said) <= 256 for _, said in commands(language, frozenset(Act)))


def test_the_templates_can_be_translated(texts: Catalog) -> None:
    assert len(texts) > 500
    assert check.of_templates(texts) == []


def test_a_complete_language_has_no_problem(small: Catalog, written: Callable[[str], Path]) -> None:
    written(ALL)
    assert check.problems("ru", small) == []


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        ("no catalogue", "cannot be read"),
        (ALL.replace(GOOD, ""), "missing: “Send %(count)s unit”"),
        (ALL.replace("открыт", ""), "missing: “open” (ticket)"),
        (ALL.replace('msgctxt "ticket"\n', ""), "missing: “open” (ticket)"),
        (ALL.replace("msgctxt", "#, fuzzy\nmsgctxt"), "fuzzy: “open”"),
        (ALL.replace("nplurals=3", "nplurals=2"), "cannot be read"),
        (ALL.replace("n%10==1 &&", "n==1 &&"), "Plural-Forms are not"),
        (ALL.replace('"Plural-Forms', '"Other-Forms'), "no Plural-Forms"),
        (ALL + 'msgid "Gone"\nmsgstr "Нет"\n', "obsolete, no template says it: “Gone”"),
        (ALL + '#~ msgid "Gone"\n#~ msgstr "Нет"\n', "obsolete"),
        (HEAD + SEND.format("%(count)s", "%(count)s", "") + OPEN + TOLD + QUOTED, "2 plural forms"),
        # One form of Russian is for 1, 21 and 31: it cannot leave the number out.
        (HEAD + SEND.format("одну", "%(count)s", "%(count)s") + OPEN + TOLD + QUOTED, "variables"),
        (ALL.replace("units", "pieces"), "its plural is another one"),
        (HEAD + GOOD + OPEN + SAYS.format("<b>%(who)s</b> /health") + QUOTED, "variables are who"),
        (HEAD + GOOD + OPEN + SAYS.format("«%(said)s» /health") + QUOTED, "tags are none"),
        (HEAD + GOOD + OPEN + SAYS.format("«<b>%(said)s</b>» /help") + QUOTED, "fixed words"),
        (HEAD + GOOD + OPEN + SAYS.format("</b>«%(said)s»<b> /health") + QUOTED, "not closed"),
        (HEAD + GOOD + OPEN + SAYS.format("«<b>%(said)s</b>» > /health") + QUOTED, "not closed"),
        (HEAD + GOOD + OPEN + SAYS.format("☝ «<b>%(said)s</b>» /health") + QUOTED, "pictures"),
        (HEAD + GOOD + OPEN + TOLD + HALF.format("%(name)s – 50 %%"), "quotation marks"),
        (HEAD + GOOD + OPEN + TOLD + HALF.format("«%(name)s» – 50 %"), "variables are %"),
        (HEAD + GOOD + OPEN + TOLD + HALF.format("«%(name)s»  – 50 %%"), "spaces"),
        (ALL.replace("позиций", "штук"), "“units?” is not called “позици|аккаунт”"),
    ],
)
def test_what_is_wrong_is_said(
    body: str, problem: str, small: Catalog, written: Callable[[str], Path]
) -> None:
    written(body)
    found = check.problems("ru", small)
    assert any(problem in each for each in found), found


def test_a_label_fits_on_its_button(tmp_path: Path, written: Callable[[str], Path]) -> None:
    (tmp_path / "labels.txt").write_text("{% trans %}Back{% endtrans %}", encoding="utf-8")
    written(HEAD + f'msgid "Back"\nmsgstr "{"на" * 13}"\n')
    assert "too long for its button" in check.problems("ru", catalogue.of_templates(tmp_path))[0]


def test_a_button_that_confirms_begins_with_yes(
    tmp_path: Path, written: Callable[[str], Path]
) -> None:
    (tmp_path / "labels.txt").write_text("{% trans %}Yes, delete it{% endtrans %}", "utf-8")
    texts = catalogue.of_templates(tmp_path)
    written(HEAD + 'msgid "Yes, delete it"\nmsgstr "Да, удалить"\n')
    assert check.problems("ru", texts) == []
    written(HEAD + 'msgid "Yes, delete it"\nmsgstr "Удалить"\n')
    assert check.problems("ru", texts) == ["a button that confirms begins with “Да, ”: “Удалить”"]


def test_a_file_in_step_keeps_what_is_said_and_guesses_nothing(
    small: Catalog, written: Callable[[str], Path]
) -> None:
    path = written(
        HEAD
        + GOOD
        + '# of a note by hand\n#, fuzzy\nmsgctxt "ticket"\nmsgid "open"\nmsgstr "открыт"\n\n'
        + 'msgid "It says: /health"\nmsgstr "Там: /health"\n'
    )
    for changed in (True, False):
        after = catalogue.in_step("ru", small, catalogue.read("ru"))
        assert catalogue.write("ru", after) is changed
    text = path.read_text(encoding="utf-8")
    assert GOOD.strip() in text
    assert "# of a note by hand\n#. of a ticket\n#: small.html\n#, fuzzy\n" in text
    assert 'msgid "It says “<b>%(said)s</b>”: /health"\nmsgstr ""\n' in text
    assert text.endswith('#~ msgid "It says: /health"\n#~ msgstr "Там: /health"\n\n')
    assert len(check.problems("ru", small)) == 4  # a fuzzy one, two missing, one obsolete


def test_a_new_file_is_read_by_the_bot_and_says_nothing_yet(
    small: Catalog, written: Callable[[str], Path]
) -> None:
    catalogue.write("ru", catalogue.in_step("ru", small, None))
    forget()
    spoken = languages.translations("ru")
    assert spoken.pgettext("ticket", "open") == "open"
    assert spoken.ngettext("Send %(count)s unit", "Send %(count)s units", 2).endswith("units")
