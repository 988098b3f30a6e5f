"""The documentation page of the practice marketplace: what each operation's address is."""

from collections.abc import Mapping
from html import escape

_SECTIONS: dict[str, tuple[str, ...]] = {
    "Products": (
        "upload_image",
        "create_product",
        "list_products",
        "update_product",
        "append_product_accounts",
        "delete_product",
    ),
    "Orders": (
        "list_orders",
        "refund_order",
        "update_delivered_info",
        "change_order_status",
        "get_order",
    ),
    "Tickets": ("list_tickets", "get_ticket", "create_ticket", "update_ticket"),
    "Payments": ("list_payments",),
    "Account": ("get_balance",),
}


def documentation_page(table: Mapping[str, tuple[str, str]], base_url: str) -> str:
    """Return the page as HTML: each operation as its method, its whole URL and its title."""
    parts = [
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">',
        "<title>Supplier API Documentation</title></head>",
        "<body><h1>Supplier API Documentation</h1>",
    ]
    for section, operations in _SECTIONS.items():
        parts.append(f"<h2>{section}</h2>")
        for operation in operations:
            method, path = table[operation]
            title = operation.replace("_", " ").title()
            parts.append(
                f"<section><span>{method}</span> <code>{escape(base_url + path)}</code>"
                f"<h3>{title}</h3></section>"
            )
    return "\n".join([*parts, "</body></html>\n"])
