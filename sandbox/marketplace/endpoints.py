"""Where each of the 17 operations is found: address tables, as data."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

AddressStyle = Literal["family", "rest", "custom"]

READS = frozenset(
    (
        "list_products",
        "list_orders",
        "get_order",
        "list_tickets",
        "get_ticket",
        "list_payments",
        "get_balance",
    )
)

_FAMILY: dict[str, tuple[str, str]] = {
    "upload_image": ("POST", "/products/api/supplier/upload-image/"),
    "create_product": ("POST", "/products/api/supplier/create/"),
    "list_products": ("GET", "/products/api/supplier/list/"),
    "update_product": ("POST", "/products/api/supplier/update/"),
    "append_product_accounts": ("POST", "/products/api/supplier/append-accounts/"),
    "delete_product": ("POST", "/products/api/supplier/delete/"),
    "list_orders": ("GET", "/orders/api/supplier/list/"),
    "refund_order": ("POST", "/orders/api/supplier/refund/"),
    "update_delivered_info": ("POST", "/orders/api/supplier/update-delivered-info/"),
    "change_order_status": ("POST", "/orders/api/supplier/change-status/"),
    "get_order": ("GET", "/orders/api/supplier/detail/"),
    "list_tickets": ("GET", "/tickets/api/supplier/list/"),
    "get_ticket": ("GET", "/tickets/api/supplier/detail/"),
    "create_ticket": ("POST", "/tickets/api/supplier/create/"),
    "update_ticket": ("POST", "/tickets/api/supplier/update/"),
    "list_payments": ("GET", "/payments/api/supplier/list/"),
    "get_balance": ("GET", "/accounts/api/balance/"),
}
_REST: dict[str, tuple[str, str]] = {
    "upload_image": ("POST", "/api/v2/images/"),
    "create_product": ("POST", "/api/v2/products/"),
    "list_products": ("GET", "/api/v2/products/"),
    "update_product": ("PATCH", "/api/v2/products/{product_id}/"),
    "append_product_accounts": ("POST", "/api/v2/products/{product_id}/accounts/"),
    "delete_product": ("DELETE", "/api/v2/products/{product_id}/"),
    "list_orders": ("GET", "/api/v2/orders/"),
    "refund_order": ("POST", "/api/v2/orders/{order_id}/refund/"),
    "update_delivered_info": ("PUT", "/api/v2/orders/{order_id}/delivered-info/"),
    "change_order_status": ("POST", "/api/v2/orders/{order_id}/status/"),
    "get_order": ("GET", "/api/v2/orders/{order_id}/"),
    "list_tickets": ("GET", "/api/v2/tickets/"),
    "get_ticket": ("GET", "/api/v2/tickets/{ticket_id}/"),
    "create_ticket": ("POST", "/api/v2/tickets/"),
    "update_ticket": ("PATCH", "/api/v2/tickets/{ticket_id}/"),
    "list_payments": ("GET", "/api/v2/payments/"),
    "get_balance": ("GET", "/api/v2/balance/"),
}
# One folder for all, reads that are posted included: as far from the other two as a table can be.
_CUSTOM: dict[str, tuple[str, str]] = {
    operation: ("GET" if operation.startswith("list_") else "POST", f"/shop/rpc/{operation}")
    for operation in _FAMILY
}
_STYLES: dict[str, dict[str, tuple[str, str]]] = {
    "family": _FAMILY,
    "rest": _REST,
    "custom": _CUSTOM,
}

OPERATIONS: tuple[str, ...] = tuple(_FAMILY)


class Endpoint(BaseModel):
    """One row of an address table."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    method: Literal["GET", "POST", "PUT", "PATCH", "DELETE"]
    path: str = Field(pattern=r"^/")


def endpoint_table(style: AddressStyle) -> dict[str, tuple[str, str]]:
    """Return method and path of every operation in one of the three address styles."""
    return dict(_STYLES[style])


def merged(style: AddressStyle, rows: Mapping[str, Endpoint]) -> dict[str, tuple[str, str]]:
    """Return a style's table with some rows replaced.

    Raises ValueError for the name of an operation that does not exist.
    """
    unknown = sorted(set(rows) - set(OPERATIONS))
    if unknown:
        raise ValueError(f"no such operation: {', '.join(unknown)}")
    return endpoint_table(style) | {name: (row.method, row.path) for name, row in rows.items()}


def as_toml(table: Mapping[str, tuple[str, str]]) -> str:
    """Write a table as TOML: one section per operation with `method` and `path`."""
    return "\n".join(
        f"[{operation}]\nmethod = {json.dumps(method)}\npath = {json.dumps(path)}\n"
        for operation, (method, path) in table.items()
    )


@dataclass(frozen=True)
class Match:
    """What a request's method and path lead to; `operation` is None where nothing is."""

    operation: str | None
    ids: dict[str, str]
    allowed: tuple[str, ...] = ()


@lru_cache(maxsize=32)
def _compiled(rows: tuple[tuple[str, str, str], ...]) -> list[tuple[str, str, re.Pattern[str]]]:
    return [
        (operation, method, re.compile(re.sub(r"\\{(\w+)\\}", r"(?P<\1>[^/]+)", re.escape(path))))
        for operation, method, path in rows
    ]


def find(table: Mapping[str, tuple[str, str]], method: str, path: str) -> Match:
    """Tell which operation a request means.

    When only the method is wrong, `operation` is None and `allowed` names the right ones.
    """
    rows = tuple((operation, *row) for operation, row in table.items())
    allowed = []
    for operation, wanted, pattern in _compiled(rows):
        found = pattern.fullmatch(path)
        if found is None:
            continue
        if wanted == method:
            return Match(operation, found.groupdict())
        allowed.append(wanted)
    return Match(None, {}, tuple(allowed))
