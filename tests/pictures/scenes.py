"""The list of pictures: a scene is a function that plays something and takes one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from .studio import Studio

Scene = Callable[[Studio], None]
SCENES: Final[dict[str, Scene]] = {}


def scene(play: Scene) -> Scene:
    """Put a function on the list; its name is the picture's."""
    SCENES[play.__name__.strip("_").replace("_", "-")] = play
    return play
