"""One rule for every keyboard: what confirms, what leads out, and what stands on neither."""

from __future__ import annotations

from collections.abc import Iterable

Button = tuple[str, str]  # what it says in English, and what it carries

_YES = ("Yes", "Send")
# A reply that is held is undone; goods that wait for an order, or a kept reply, are discarded.
_WAYS_OUT = ("No", "Cancel", "Undo", "Discard")
_CONFIRMS = "ok"
_LEADS_OUT = frozenset({"no", "st"})


def against_the_rule(keyboard: Iterable[Iterable[Button]]) -> list[str]:
    """Return what is wrong with a keyboard; nothing where the rule is kept."""
    buttons = [button for row in keyboard for button in row]
    verbs = {label: _verb(data) for label, data in buttons}
    found = [
        f"✅ on {label!r}" for label, verb in verbs.items() if verb == _CONFIRMS and "✅" in label
    ]
    found += [
        f"{label!r} confirms"
        for label, verb in verbs.items()
        if verb == _CONFIRMS and not label.startswith(_YES)
    ]
    found += [
        f"{label!r} is the way out"
        for label, verb in verbs.items()
        if verb in _LEADS_OUT and label not in _WAYS_OUT
    ]
    if _CONFIRMS in verbs.values() and not _LEADS_OUT & set(verbs.values()):
        found.append(f"no way out beside {sorted(verbs)}")
    return found


def _verb(data: str) -> str:
    """Return the verb of a press; of several changes at once, that of one."""
    verb, _, rest = data.partition(":")
    if verb == "bt":
        return {"yes": _CONFIRMS, "no": "no"}.get(rest.partition(":")[2], verb)
    return verb
