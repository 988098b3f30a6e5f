import subprocess
import sys
from pathlib import Path

import pytest

from bot.views import drawing, languages
from bot.views.languages import known, translations

PO = """
msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"

msgid "Cancel"
msgstr "Abbrechen"

msgid "%(count)s order"
msgid_plural "%(count)s orders"
msgstr[0] "%(count)s Bestellung"
msgstr[1] "%(count)s Bestellungen"
"""


@pytest.fixture
def locales(tmp_path: Path) -> Path:
    folder = tmp_path / "de" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "messages.po").write_text(PO, encoding="utf-8")
    return tmp_path


def test_a_language_is_read_from_its_file(locales: Path) -> None:
    spoken = translations("de", locales)
    assert spoken.gettext("Cancel") == "Abbrechen"
    assert spoken.ngettext("%(count)s order", "%(count)s orders", 2) == "%(count)s Bestellungen"
    assert spoken.gettext("Undo") == "Undo"


@pytest.mark.parametrize(
    ("asked", "spoken"),
    [
        ("de", "de"),
        ("de-DE", "de"),
        ("DE_at", "de"),
        ("en-GB", "en"),
        ("fr", "en"),
        ("", "en"),
        ("../../etc", "en"),
        ("de/../de", "en"),
        ("x" * 9999, "en"),
    ],
)
def test_a_region_falls_back_to_its_language_and_that_to_english(
    asked: str, spoken: str, locales: Path
) -> None:
    assert known(asked, locales) == spoken


def test_labels_are_drawn_in_the_language(locales: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drawing, "known", lambda language: known(language, locales))
    monkeypatch.setattr(drawing, "translations", lambda language: translations(language, locales))
    try:
        assert drawing.say_word("labels", "cancel", "de-AT") == "Abbrechen"
        assert drawing.say_word("labels", "undo", "de-AT") == "Undo"
        assert drawing.say_word("labels", "cancel", "en") == "Cancel"
    finally:
        drawing._environment.cache_clear()
        drawing._module.cache_clear()


def test_english_needs_neither_babel_nor_anything_heavy_at_start() -> None:
    program = (
        "import sys, bot.views.talk, bot.views.intents, bot.views.toasts\n"
        "print([name for name in ('babel', 'jinja2', 'sulguk', 'lxml') if name in sys.modules])\n"
        "from bot.views.drawing import warm\n"
        "warm()\n"
        "print('babel' in sys.modules, 'sulguk' in sys.modules)"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert ran.stdout.split("\n")[:2] == ["[]", "False True"]


def test_the_folder_of_languages_is_there() -> None:
    assert languages.LOCALES.is_dir()
