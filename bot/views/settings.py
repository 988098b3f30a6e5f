"""The settings card: one message with a side for each thing that can be set."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, time, timedelta
from typing import Final, get_args

from bot.model.facts import Reader
from bot.model.languages import NAMES, code_of
from bot.model.outgoing import Button, Outgoing
from bot.model.person import Act
from bot.model.preferences import Preferences, SettingsFacts, Side, Topic
from bot.model.press import Press, Verb

from .drawing import Keyboard, Pen, button, draw, in_rows, marked, outgoing, say_word
from .languages import known, offered

SIDES: Final[tuple[Side, ...]] = tuple(side for side in get_args(Side) if side != "main")
_NEXT: Final = {"": "loud", "loud": "silent", "silent": "off", "off": "usual"}
_HOURS: Final = ("2200-0700", "2300-0800", "0000-0900")
_REMIND_AFTER: Final = (5, 15, 30, 60)  # minutes
_SUMMARY_AT: Final = ("0600", "0700", "0800", "0900", "1000", "1200", "1800", "2100")
_DIGEST_OVER: Final = (3, 8, 15)
_GOODS_FOR: Final = (30, 60, 300)  # seconds
_LOW_STOCK: Final = (0, 3, 5, 10)
_CURRENCIES: Final = ("USD", "EUR", "USDT", "RUB", "CNY", "BRL")


def settings_card(facts: SettingsFacts, reader: Reader, now: datetime) -> Outgoing:
    """Return the card with what holds now; what was just changed stands first, beside the time."""
    drawn = draw(
        "settings",
        reader.language,
        now=Pen(reader, now).clock(now),
        zone=zone_name(facts.zone),
        facts=facts,
        lines=[_effect(name, facts, reader) for name in _shown(facts, reader)],
        changed=_effect(facts.changed, facts, reader) if facts.changed else "",
    )
    return outgoing(drawn, _keyboard(facts, reader))


def _shown(facts: SettingsFacts, reader: Reader) -> Iterable[str]:
    if facts.side == "pushes":
        return ()  # its buttons say it
    if facts.side != "main":
        return (facts.side,)
    changed = [f"push.{topic}" for topic in Topic if facts.preferences.wish(topic)]
    return (*(changed or ["pushes"]), *_sides_of(reader)[1:])


def _sides_of(reader: Reader) -> tuple[str, ...]:
    """Return the sides that a person has: who may not see what is sold has no summary of it."""
    return tuple(side for side in SIDES if side != "summary" or Act.MONEY in reader.acts)


def setting_prompt(
    draft_id: int, kind: str, state: str, facts: SettingsFacts, reader: Reader, now: datetime
) -> Outgoing:
    """Return what is asked for, or what became of it; ``state``: open, or how it ended."""
    drawn = draw(
        "setting_prompt",
        reader.language,
        kind=kind,
        state=state,
        now=Pen(reader, now).clock(now),
        effect=_effect(_TYPED[kind], facts, reader),
    )
    if state != "open":
        return outgoing(drawn)
    cancel = say_word("labels", "cancel", reader.language)
    return outgoing(drawn, ((button(cancel, Press(Verb.STOP, str(draft_id))),),))


_TYPED: Final = {
    "quiet_hours": "quiet",
    "time_zone": "clock",
    "low_stock": "stock",
    "currency": "currency",
}


def zone_name(zone: str) -> str:
    """Return how a time zone is shown: its city, or its offset as people write it."""
    head, _, offset = zone.rpartition("GMT")
    if head == "Etc/" and offset:
        # The database counts them the other way round.
        return f"UTC{'+' if offset[0] == '-' else '-'}{offset[1:]}"
    return zone.rpartition("/")[2].replace("_", " ")


# --- what holds, in words ------------------------------------------------------------------


def _effect(name: str, facts: SettingsFacts, reader: Reader) -> str:
    """Return what holds for one setting: "new orders: loud"."""
    kind, _, which = name.partition(".")
    wants, language = facts.preferences, reader.language
    if kind == "push":
        wish = wants.wish(Topic(which)) or "usual"
        topic, told = _say(f"topic_{which}", language), _say(f"wish_{wish}", language)
        return _say("effect", language, what=topic, told=told)
    values = {
        "pushes": lambda: _say("as_usual", language),
        "quiet": lambda: _quiet(wants, language),
        "reminders": lambda: _reminders(wants, language),
        "summary": lambda: _summary(wants, language),
        "digest": lambda: _digest(wants, language),
        "clock": lambda: zone_name(facts.zone),
        "goods": lambda: _lasts(wants.goods_for, language),
        "stock": lambda: _stock(facts.low_stock, language),
        "currency": lambda: reader.currency,
        "language": lambda: NAMES[known(language)],
    }
    return _say("effect", language, what=_say(f"set_{kind}", language), told=values[kind]())


def _say(word: str, language: str, **values: object) -> str:
    return say_word("settings", word, language, **values)


def _quiet(wants: Preferences, language: str) -> str:
    if wants.quiet is None:
        return _say("off", language)
    return _hours(wants.quiet.start, wants.quiet.end)


def _hours(start: time, end: time) -> str:
    return f"{start:%H:%M}–{end:%H:%M}"


def _reminders(wants: Preferences, language: str) -> str:
    if not wants.reminds:
        return _say("off", language)
    return _lasts(wants.remind_after, language, "after_")


def _summary(wants: Preferences, language: str) -> str:
    if wants.summary_at is None:
        return _say("off", language)
    return f"{wants.summary_at:%H:%M}"


def _digest(wants: Preferences, language: str) -> str:
    if wants.digest_over is None:
        return _say("never", language)
    return _say("more_than", language, count=wants.digest_over)


def _stock(at: int, language: str) -> str:
    if at < 0:
        return _say("off", language)
    return _say("at_most", language, count=at) if at else _say("sold_out_only", language)


def _lasts(long: timedelta, language: str, word: str = "") -> str:
    """Return “5 minutes”, or as ``word`` has it: “after 5 minutes”."""
    seconds = int(long.total_seconds())
    if seconds % 3600 == 0:
        return _say(f"{word}hours", language, count=seconds // 3600)
    if seconds % 60 == 0:
        return _say(f"{word}minutes", language, count=seconds // 60)
    return _say(f"{word}seconds", language, count=seconds)


# --- its buttons ---------------------------------------------------------------------------


def _keyboard(facts: SettingsFacts, reader: Reader) -> Keyboard:
    language, wants = reader.language, facts.preferences
    back = (button(say_word("labels", "back", language), Press(Verb.SETTINGS, "main")),)
    off = _say("off", language)
    match facts.side:
        case "pushes":
            return (*_topics(facts, reader), back)
        case "quiet":
            here = None if wants.quiet is None else _packed(wants.quiet.start, wants.quiet.end)
            choices = [("quiet", each, _unpacked(each)) for each in _HOURS]
            return (
                *_choices([*choices, ("quiet", "off", off)], here or "off"),
                _typed("quiet_hours", language),
                back,
            )
        case "reminders":
            choices = [
                ("reminders", str(each), _lasts(timedelta(minutes=each), language))
                for each in _REMIND_AFTER
            ]
            minutes = int(wants.remind_after.total_seconds()) // 60
            here = str(minutes) if wants.reminds else "off"
            return (*_choices([*choices, ("reminders", "off", off)], here), back)
        case "summary" if Act.MONEY not in reader.acts:
            return (back,)
        case "summary":
            choices = [("summary", each, f"{each[:2]}:{each[2:]}") for each in _SUMMARY_AT]
            here = "off" if wants.summary_at is None else f"{wants.summary_at:%H%M}"
            return (*_choices([*choices, ("summary", "off", off)], here), back)
        case "digest":
            choices = [
                ("digest", str(each), _say("more_than", language, count=each))
                for each in _DIGEST_OVER
            ]
            never = ("digest", "off", _say("never", language))
            here = "off" if wants.digest_over is None else str(wants.digest_over)
            return (*_choices([*choices, never], here), back)
        case "clock":
            return (_typed("time_zone", language), back)
        case "goods":
            choices = [
                ("goods", str(each), _lasts(timedelta(seconds=each), language))
                for each in _GOODS_FOR
            ]
            here = str(int(wants.goods_for.total_seconds()))
            return (*_choices(choices, here), back)
        case "stock":
            return (*_low_stock(facts, reader), back)
        case "currency":
            return (*_currency(reader), back)
        case "language":
            named = [("language", code_of(each), name) for each, name in offered().items()]
            return (*_choices(named, code_of(known(language))), back)
        case _:
            return _sides(reader)


def _sides(reader: Reader) -> Keyboard:
    language = reader.language
    sides = [
        button(_say(f"set_{side}", language), Press(Verb.SETTINGS, side))
        for side in _sides_of(reader)
    ]
    sides.append(button(_say("set_safety", language), Press(Verb.SETTINGS, "safety")))
    sides.append(button(say_word("labels", "menu", language), Press(Verb.MENU)))
    return in_rows(sides, 2)


def _topics(facts: SettingsFacts, reader: Reader) -> Keyboard:
    """Return a button for each kind of push: it says what holds, and a press sets the next."""
    return tuple(
        (
            button(
                _effect(f"push.{topic}", facts, reader),
                Press(Verb.SET, f"push.{topic}", _NEXT[facts.preferences.wish(topic)]),
            ),
        )
        for topic in Topic
    )


def _choices(choices: list[tuple[str, str, str]], here: str) -> Keyboard:
    buttons = [
        button(marked(label, chosen=value == here), _press(name, value))
        for name, value, label in choices
    ]
    return in_rows(buttons, 2)


def _press(name: str, value: str) -> Press:
    return Press(Verb.SET, name, value)


def _typed(kind: str, language: str) -> tuple[Button, ...]:
    return (button(_say(f"type_{kind}", language), Press(Verb.SET_TYPED, kind)),)


def _low_stock(facts: SettingsFacts, reader: Reader) -> Keyboard:
    if Act.MANAGE not in reader.acts:
        return ()
    language = reader.language
    choices = [("stock", str(each), _stock(each, language)) for each in _LOW_STOCK]
    here = "off" if facts.low_stock < 0 else str(facts.low_stock)
    off = ("stock", "off", _say("off", language))
    return (*_choices([*choices, off], here), _typed("low_stock", language))


def _currency(reader: Reader) -> Keyboard:
    if Act.MANAGE not in reader.acts:
        return ()
    choices = [("currency", each.lower(), each) for each in _CURRENCIES]
    return (*_choices(choices, reader.currency.lower()), _typed("currency", reader.language))


def _packed(start: time, end: time) -> str:
    return f"{start:%H%M}-{end:%H%M}"


def _unpacked(hours: str) -> str:
    return f"{hours[:2]}:{hours[2:4]}–{hours[5:7]}:{hours[7:]}"
