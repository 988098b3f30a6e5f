"""The page itself: on a phone, and on a desktop."""

from __future__ import annotations

from .scenes import scene
from .studio import Studio


@scene
def chat_on_a_phone(studio: Studio) -> None:
    studio.order("Netflix", quantity=2)
    studio.phone()


@scene
def marketplace_on_a_phone(studio: Studio) -> None:
    studio.order("Netflix", quantity=2)
    studio.phone(side="#market")


@scene
def desktop(studio: Studio) -> None:
    studio.order("Netflix", quantity=2)
    studio.desktop()
