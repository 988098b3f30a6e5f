"""One word for one thing: what each thing of the shop is called in a language."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

# The English, and of each language what stands in every form of the word. A language that is not
# here is not looked at. A sentence may always say more; a button (labels.txt) may say less.
WORDS: Final[dict[str, dict[str, str]]] = {
    "marketplace": {
        "ru": "площадк",
        "es": "marketplace",
        "pt_BR": "marketplace",
        "vi": "sàn",
        "zh": "平台",
    },
    # “In which order?” is that of a list.
    "(?<!which )orders?": {
        "ru": "заказ",
        "es": "pedido",
        "pt_BR": "pedido",
        "vi": "đơn|kể từ khi đặt",
        "zh": "订单|单",
    },
    "tickets?": {"ru": "тикет", "es": "ticket", "pt_BR": "ticket", "vi": "ticket", "zh": "工单"},
    "products?": {
        "ru": "товар",
        "es": "producto",
        "pt_BR": "produto",
        "vi": "sản phẩm",
        "zh": "商品",
    },
    "buyers?": {
        "ru": "покупател",
        "es": "comprador",
        "pt_BR": "comprador",
        "vi": "người mua",
        "zh": "买家",
    },
    "units?": {
        "ru": "позици|аккаунт",
        "es": "unidad",
        "pt_BR": "unidade",
        "vi": "món",
        "zh": "份|货品",
    },
    "goods": {
        "ru": "данн|выдач",
        "es": "contenido|entrega",
        "pt_BR": "conteúdo|entrega",
        "vi": "hàng",
        "zh": "货品",
    },
    "pool|stock": {"ru": "склад|остат", "es": "stock", "pt_BR": "estoque"},
    "pools?": {"vi": "kho", "zh": "号池"},
    "stock": {"vi": "kho|hết", "zh": "库存|售罄|入库"},
    "accounts?": {
        "ru": "аккаунт",
        "es": "cuenta",
        "pt_BR": "conta",
        "vi": "tài khoản",
        "zh": "账号|账户",
    },
    "by hand": {"ru": "вручную", "es": "manual", "pt_BR": "manual", "vi": "thủ công", "zh": "手动"},
    "deliver(?:y|ed)?": {"ru": "выда", "es": "entreg", "pt_BR": "entreg", "vi": "giao", "zh": "发"},
    "refund(?:s|ed)?": {
        "ru": "возв|верн",
        "es": "reembols",
        "pt_BR": "reembols",
        "vi": "hoàn",
        "zh": "退款|退给",
    },
    "warranty": {
        "ru": "гаранти",
        "es": "garantía",
        "pt_BR": "garantia",
        "vi": "bảo hành",
        "zh": "质保",
    },
    "moderator": {
        "ru": "модератор",
        "es": "moderador",
        "pt_BR": "moderador",
        "vi": "quản trị viên sàn",
        "zh": "平台客服",
    },
    "pictures?": {
        "ru": "картин",
        "es": "imagen|imágenes",
        "pt_BR": "image[mn]",
        "vi": "ảnh",
        "zh": "图片",
    },
    "saved texts?": {
        "ru": "шаблон",
        "es": "texto guardado|textos guardados",
        "pt_BR": "textos? salvos?",
        "vi": "tin mẫu",
        "zh": "快捷回复",
    },
    "cards?": {"ru": "карточ", "es": "tarjeta", "pt_BR": "cart", "vi": "thẻ", "zh": "卡片"},
    "preview": {
        "ru": "предпросмотр",
        "es": "vista previa",
        "pt_BR": "prévia",
        "vi": "xem trước",
        "zh": "预览",
    },
}
# What a button that confirms begins with: the answer to the question above it.
YES: Final = {"ru": "Да, ", "es": "Sí, ", "pt_BR": "Sim, ", "vi": "Có, ", "zh": "是，"}
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


def unconfirmed(language: str, english: str, forms: tuple[str, ...]) -> Iterator[str]:
    """Yield each form of a button's “Yes, …” that does not begin with the language's Yes."""
    yes = YES.get(language, "")
    if english.startswith("Yes, "):
        yield from (
            f"a button that confirms begins with “{yes}”: “{form}”"
            for form in forms
            if not form.startswith(yes)
        )
