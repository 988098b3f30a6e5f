import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from bot.views import catalogue, drawing, languages
from bot.views.languages import in_passing, is_read, known, offered, speaking, translations
from tests.support.languages import forget

PO = """
msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"

msgid "Cancel"
msgstr "Abbrechen"

msgctxt "tickets"
msgid "Open"
msgstr "Offen"

msgid "%(count)s order"
msgid_plural "%(count)s orders"
msgstr[0] "%(count)s Bestellung"
msgstr[1] "%(count)s Bestellungen"
"""


@pytest.fixture
def locales(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    for name in ("de", "pt_BR"):
        folder = tmp_path / name / "LC_MESSAGES"
        folder.mkdir(parents=True)
        (folder / "messages.po").write_text(PO, encoding="utf-8")
    monkeypatch.setattr(languages, "LOCALES", tmp_path)
    forget()
    yield tmp_path
    forget()


def test_a_language_is_read_from_its_file(locales: Path) -> None:
    spoken = translations("de")
    assert spoken.gettext("Cancel") == "Abbrechen"
    assert spoken.ngettext("%(count)s order", "%(count)s orders", 2) == "%(count)s Bestellungen"
    assert spoken.pgettext("tickets", "Open") == "Offen"
    assert spoken.gettext("Open") == "Open"
    assert spoken.gettext("Undo") == "Undo"


def forbid_reading(monkeypatch: pytest.MonkeyPatch) -> None:
    def read(_source: bytes) -> bytes:
        raise AssertionError("read anew")

    monkeypatch.setattr(catalogue, "_compile", read)


def test_a_catalogue_is_compiled_once_and_anew_when_its_file_is_another(
    locales: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    translations("de")
    with monkeypatch.context() as patched:
        forbid_reading(patched)
        forget()
        assert translations("de").gettext("Cancel") == "Abbrechen"
    folder = locales / "de" / "LC_MESSAGES"
    (folder / "messages.po").write_text(PO.replace("Abbrechen", "Verwerfen"), encoding="utf-8")
    forget()
    assert translations("de").gettext("Cancel") == "Verwerfen"
    assert len(list((folder / "__pycache__").iterdir())) == 1


@pytest.mark.parametrize("damage", [b"", b"nonsense", None])
def test_a_damaged_catalogue_is_compiled_anew(locales: Path, damage: bytes | None) -> None:
    translations("de")
    (kept,) = (locales / "de" / "LC_MESSAGES" / "__pycache__").iterdir()
    whole = kept.read_bytes()
    kept.write_bytes(whole[:-1] if damage is None else damage)
    forget()
    assert translations("de").gettext("Cancel") == "Abbrechen"
    assert kept.read_bytes() == whole


def test_a_catalogue_that_cannot_be_kept_is_read_all_the_same(locales: Path) -> None:
    folder = locales / "de" / "LC_MESSAGES"
    (folder / "__pycache__").write_text("no folder")
    assert translations("de").gettext("Cancel") == "Abbrechen"


def test_what_is_read_in_passing_is_forgotten_and_the_rest_is_kept(locales: Path) -> None:
    german = translations("de")
    with in_passing():
        assert translations("pt_BR").gettext("Cancel") == "Abbrechen"
        assert is_read("pt_BR")
    assert not is_read("pt_BR")
    assert translations("de") is german


@pytest.mark.parametrize(
    ("asked", "spoken"),
    [
        ("de", "de"),
        ("de-DE", "de"),
        ("DE_at", "de"),
        ("pt", "pt_BR"),
        ("pt-br", "pt_BR"),
        ("pt-PT", "pt_BR"),
        ("en-GB", "en"),
        ("fr", "en"),
        ("zh-hans", "en"),
        ("", "en"),
        ("../../etc", "en"),
        ("de/../de", "en"),
        ("x" * 9999, "en"),
    ],
)
def test_a_region_falls_back_to_its_language_and_that_to_english(
    asked: str, spoken: str, locales: Path
) -> None:
    assert known(asked) == spoken


def test_only_what_is_translated_is_offered(locales: Path) -> None:
    assert offered() == {"en": "English", "pt_BR": "Português"}


def test_labels_are_drawn_in_the_language(locales: Path) -> None:
    assert drawing.say_word("labels", "cancel", "de-AT") == "Abbrechen"
    assert drawing.say_word("labels", "undo", "de-AT") == "Undo"
    assert drawing.say_word("labels", "cancel", "en") == "Cancel"


def test_threads_that_draw_at_once_speak_each_its_own_language(locales: Path) -> None:
    with speaking("de"), ThreadPoolExecutor(1) as thread:
        assert thread.submit(drawing.say_word, "labels", "cancel", "en").result() == "Cancel"
        assert languages.say("Cancel") == "Abbrechen"
    assert languages.say("Cancel") == "Cancel"


def test_english_needs_neither_babel_nor_anything_heavy_at_start() -> None:
    program = (
        "import sys, bot.views.talk, bot.views.intents, bot.views.toasts\n"
        "print([name for name in ('babel', 'jinja2', 'sulguk.mapper') if name in sys.modules])\n"
        "from bot.views.drawing import warm\n"
        "warm()\n"
        "print([name for name in ('babel', 'bot.views.reading', 'lxml') if name in sys.modules])"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert ran.stdout.split("\n")[:2] == ["[]", "['bot.views.reading']"]


def test_the_folder_of_languages_is_there() -> None:
    assert languages.LOCALES.is_dir()
