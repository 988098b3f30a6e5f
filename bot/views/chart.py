"""The picture of a report: ``python -m bot.views.chart``, figures as JSON on stdin, a PNG out.

A process of its own draws it: it alone loads matplotlib. The picture has its own background, so
that it reads the same in light and dark, and letters that a phone need not enlarge.
"""

from __future__ import annotations

import json
import os
import sys
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from .drawing import months, say_word

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# On this background each of these has a contrast of 4.5 or more.
BACKGROUND: Final = "#f6f7f9"
INK: Final = "#1d2733"
REVENUE: Final = "#1467b3"
ORDERS: Final = "#2b7a3d"
REFUNDS: Final = "#c0392b"
_FAINT: Final = "#c9d0d8"
# 1080 dots wide: as a phone shows it, a letter of this size is as tall as the chat's own.
_INCHES: Final = (7.2, 7.2)
_DOTS: Final = 150
_LETTERS: Final = 15
_DATES: Final = 6  # of them below the bars
_FEWEST: Final = 5  # bars that fill the width: a lone one is no wall
_MARGIN: Final = 0.15  # inches
# Fonts that have more letters than the usual one, where the machine has any.
_FONTS: Final = ("DejaVu Sans", "Noto Sans CJK SC", "Noto Sans SC", "WenQuanYi Zen Hei", "SimHei")


def picture(job: dict[str, Any]) -> None:
    """Draw one report into ``job["file"]``."""
    import matplotlib as mpl  # noqa: PLC0415 - see the module's docstring

    mpl.use("Agg")
    from matplotlib.figure import Figure  # noqa: PLC0415
    from matplotlib.layout_engine import ConstrainedLayoutEngine  # noqa: PLC0415
    from matplotlib.ticker import FuncFormatter, MaxNLocator  # noqa: PLC0415

    mpl.rcParams.update({"font.size": _LETTERS, "font.sans-serif": _fonts(), "text.color": INK})
    bars = job["bars"]
    places = range(len(bars))
    layout = ConstrainedLayoutEngine(w_pad=_MARGIN, h_pad=_MARGIN)
    figure = Figure(figsize=_INCHES, dpi=_DOTS, facecolor=BACKGROUND, layout=layout)
    above, below = figure.subplots(2, 1, sharex=True, height_ratios=(3, 2))
    language = job["language"]
    above.bar(places, [bar["revenue"] for bar in bars], color=REVENUE, width=0.8)
    above.set_title(
        f"{_sayable('chart_revenue', language)}, {job['currency']}", color=REVENUE, loc="left"
    )
    above.yaxis.set_major_formatter(FuncFormatter(lambda value, _: shortened(value)))
    kept = [bar["orders"] - bar["refunds"] for bar in bars]
    refunds = [bar["refunds"] for bar in bars]
    below.bar(places, kept, color=ORDERS, width=0.8)
    below.set_title(_sayable("chart_orders", language), color=ORDERS, loc="left")
    if any(refunds):
        below.bar(places, refunds, bottom=kept, color=REFUNDS, width=0.8)
        below.set_title(_sayable("chart_refunded", language), color=REFUNDS, loc="right")
    below.yaxis.set_major_locator(MaxNLocator(nbins=4, integer=True))
    at = dated(len(bars), job["unit"])
    below.set_xticks(at, [_said(bars[place]["since"], job["unit"], language) for place in at])
    for axes in (above, below):
        _plain(axes, len(bars))
    figure.savefig(job["file"], format="png")


def _plain(axes: Axes, many: int) -> None:
    axes.set_facecolor(BACKGROUND)
    axes.tick_params(colors=INK, length=0, pad=6)
    axes.grid(axis="y", color=_FAINT, linewidth=1)
    axes.set_axisbelow(True)
    room = max(_FEWEST - many, 0) / 2 + 0.6
    axes.set_xlim(-room, many - 1 + room)
    axes.margins(y=0.08)
    axes.set_ylim(bottom=0)
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.spines["bottom"].set_color(_FAINT)


def shortened(value: float) -> str:
    """Return a number for an axis: ``950``, ``1.2k``, ``3M``."""
    for size, letter in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if abs(value) >= size:
            return f"{value / size:.2f}".rstrip("0").rstrip(".") + letter
    return f"{value:.2f}".rstrip("0").rstrip(".")


def dated(many: int, unit: str = "day") -> list[int]:
    """Return below which of so many bars a date or time stands: few, so that they can be read."""
    step = max(-(-many // _DATES), 1)
    if unit == "hour":  # the day's first is one of them
        return list(range(0, many, step))
    return sorted({many - 1 - place for place in range(0, many, step)})


def _said(since: str, unit: str, language: str) -> str:
    day = datetime.fromisoformat(since)
    if unit == "hour":
        return f"{day:%H:%M}"
    names = months(language)
    if not all(map(_has, names)):
        return f"{day:%Y-%m}" if unit == "month" else f"{day.day}.{day.month}."
    name = names[day.month - 1]
    return f"{name}\n{day.year}" if unit == "month" else f"{day.day} {name}"


def _fonts() -> list[str]:
    from matplotlib.font_manager import fontManager  # noqa: PLC0415 - as above

    there = {font.name for font in fontManager.ttflist}
    return [name for name in _FONTS if name in there]


def _has(text: str) -> bool:
    """Say whether a font here has every sign of a text."""
    from matplotlib.font_manager import FontProperties, findfont, get_font  # noqa: PLC0415

    fonts = [get_font(findfont(FontProperties(family=name))) for name in _fonts()]
    return all(any(font.get_char_index(ord(sign)) for font in fonts) for sign in text)


def _sayable(word: str, language: str) -> str:
    said = say_word("labels", word, language)
    return said if _has(said) else say_word("labels", word, "en")


def main() -> None:
    """Draw what stands on stdin."""
    os.nice(10)  # the bot goes first
    picture(json.load(sys.stdin))


if __name__ == "__main__":
    main()
