"""The marketplace that the settings name."""

from __future__ import annotations

from collections.abc import Callable

from bot.supplier.addresses import load_addresses
from bot.supplier.auth import AuthKind, make_auth
from bot.supplier.caller import CallRecord, Timeouts
from bot.supplier.client import Marketplace

from .settings import Settings


def marketplace_of(
    settings: Settings, timeouts: Timeouts, on_call: Callable[[CallRecord], None] | None
) -> Marketplace:
    """Return the marketplace of these settings; nothing is asked yet. ``on_call`` hears of calls.

    Raises AddressError where the file of addresses cannot be used any more.
    """
    return Marketplace(
        settings.supplier_api_url,
        make_auth(
            AuthKind(settings.supplier_auth),
            key=settings.supplier_api_key,
            cookie=settings.supplier_cookie,
        ),
        load_addresses(settings.supplier_endpoints),
        calls_per_minute=settings.supplier_calls_per_minute,
        timeouts=timeouts,
        on_call=on_call,
    )
