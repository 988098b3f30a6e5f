"""In which of our languages somebody writes, by script, marks and a few words that give it away."""

from __future__ import annotations

import re
from typing import Final

_TAG: Final = re.compile(r"<[^<>]{0,300}>")
_LETTER: Final = re.compile(r"[^\W\d_]")
_CYRILLIC: Final = re.compile("[\u0400-\u04ff]")
_HAN: Final = re.compile("[\u4e00-\u9fff]")
_KANA: Final = re.compile("[\u3040-\u30ff]")
_LATIN: Final = re.compile("[A-Za-z\u00c0-\u024f\u1e00-\u1eff]")
_VIETNAMESE: Final = re.compile("[ăđơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ]")
_WORD: Final = re.compile(r"[^\W\d_]+")
_ENGLISH: Final = """
    the is are was not does doesn please thanks thank hello hi with this that have has my you your
    it and for working work account password
"""
_SPANISH: Final = """
    hola gracias el los las una por favor esta está es cuenta contraseña funciona quiero pedido muy
    y pero me puede ayuda necesito buenas buenos tengo
"""
_PORTUGUESE: Final = """
    olá ola obrigado obrigada não nao uma você voce conta senha funciona quero pedido muito bom dia
    ajuda preciso tenho está esta é minha meu foi com
"""
_BARE_VIETNAMESE: Final = """
    khong toi ban cho cua duoc nhung chao cam tai khoan mat khau giup
"""
_HINTS: Final = {
    "en": frozenset(_ENGLISH.split()),
    "es": frozenset(_SPANISH.split()),
    "pt_BR": frozenset(_PORTUGUESE.split()),
    "vi": frozenset(_BARE_VIETNAMESE.split()),
}
_ONLY: Final = {"es": re.compile("[ñ¿¡]"), "pt_BR": re.compile("[ãõ]|ç")}
_READ: Final = 2000  # of a text: its beginning tells


def language_of(text: str) -> str:
    """Return the language a text is written in, one of ours; empty where that is not clear."""
    text = _TAG.sub(" ", text[:_READ]).lower()
    letters = len(_LETTER.findall(text))
    if not letters:
        return ""
    if _KANA.search(text):
        return ""  # Japanese has Chinese letters, too
    for pattern, language in ((_CYRILLIC, "ru"), (_HAN, "zh")):
        # Goods, names and addresses in Latin letters stand in every language.
        if len(pattern.findall(text)) * 3 >= letters:
            return language
    if len(_LATIN.findall(text)) * 2 < letters:
        return ""
    if _VIETNAMESE.search(text):
        return "vi"
    return _by_words(text)


def _by_words(text: str) -> str:
    words = _WORD.findall(text)
    counts = {language: sum(word in hints for word in words) for language, hints in _HINTS.items()}
    for language, sign in _ONLY.items():
        counts[language] += 2 * bool(sign.search(text))
    first, second = sorted(counts, key=lambda language: counts[language], reverse=True)[:2]
    return first if counts[first] > counts[second] else ""
