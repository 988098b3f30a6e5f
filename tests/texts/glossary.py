"""One word for one thing: what each thing of the shop is called in a language."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

# The English, and of each language what stands in every form of the word. A language that is not
# here is not looked at. A sentence may always say more; a button (labels.txt) may say less.
WORDS: Final[dict[str, dict[str, str]]] = {
    "marketplace": {"ru": "площадк", "es": "marketplace", "pt_BR": "marketplace"},
    # “In which order?” is that of a list.
    "(?<!which )orders?": {"ru": "заказ", "es": "pedido", "pt_BR": "pedido"},
    "tickets?": {"ru": "тикет", "es": "ticket", "pt_BR": "ticket"},
    "products?": {"ru": "товар", "es": "producto", "pt_BR": "produto"},
    "buyers?": {"ru": "покупател", "es": "comprador", "pt_BR": "comprador"},
    "units?": {"ru": "позици|аккаунт", "es": "unidad", "pt_BR": "unidade"},
    "goods": {"ru": "данн|выдач", "es": "contenido|entrega", "pt_BR": "conteúdo|entrega"},
    "pool|stock": {"ru": "склад|остат", "es": "stock", "pt_BR": "estoque"},
    "accounts?": {"ru": "аккаунт", "es": "cuenta", "pt_BR": "conta"},
    "by hand": {"ru": "вручную", "es": "manual", "pt_BR": "manual"},
    "deliver(?:y|ed)?": {"ru": "выда", "es": "entreg", "pt_BR": "entreg"},
    "refund(?:s|ed)?": {"ru": "возв|верн", "es": "reembols", "pt_BR": "reembols"},
    "warranty": {"ru": "гаранти", "es": "garantía", "pt_BR": "garantia"},
    "moderator": {"ru": "модератор", "es": "moderador", "pt_BR": "moderador"},
    "pictures?": {"ru": "картин", "es": "imagen|imágenes", "pt_BR": "image[mn]"},
    "saved texts?": {
        "ru": "шаблон",
        "es": "texto guardado|textos guardados",
        "pt_BR": "textos? salvos?",
    },
    "cards?": {"ru": "карточ", "es": "tarjeta", "pt_BR": "cart"},
    "preview": {"ru": "предпросмотр", "es": "vista previa", "pt_BR": "prévia"},
}
# Neither a variable's name nor a command nor what is in code is a word of the sentence.
_NO_WORD: Final = re.compile(r"%\(\w+\)s|<[^>]*>|/\w+")


def strangers(language: str, english: str, forms: tuple[str, ...]) -> Iterator[str]:
    """Yield each form of a sentence that calls a thing by another word than the others do."""
    plain = _NO_WORD.sub("", english)
    for thing, words in WORDS.items():
        if language not in words or not re.search(rf"(?i)\b(?:{thing})\b", plain):
            continue
        for form in forms:
            if not re.search(f"(?i){words[language]}", form):
                yield f"“{thing}” is not called “{words[language]}”: “{form}”"
