"""The marketplace's documentation page, in the shapes in which people save such pages."""

from __future__ import annotations

import html
from collections.abc import Callable, Mapping
from typing import Final

from bot.supplier.addresses import Address
from bot.supplier.operations import Operation

HOST: Final = "https://market.example"
Rows = Mapping[Operation, Address]

REST: Final[Rows] = {
    Operation.UPLOAD_IMAGE: Address("POST", "/products/api/supplier/upload-image/"),
    Operation.CREATE_PRODUCT: Address("POST", "/products/api/supplier/create/"),
    Operation.LIST_PRODUCTS: Address("GET", "/api/v2/products/"),
    Operation.UPDATE_PRODUCT: Address("PATCH", "/api/v2/products/{product_id}/"),
    Operation.APPEND_PRODUCT_ACCOUNTS: Address("POST", "/api/v2/products/{product_id}/accounts/"),
    Operation.DELETE_PRODUCT: Address("DELETE", "/api/v2/products/{product_id}/"),
    Operation.LIST_ORDERS: Address("GET", "/api/v2/orders/"),
    Operation.REFUND_ORDER: Address("POST", "/api/v2/orders/{order_id}/refund/"),
    Operation.UPDATE_DELIVERED_INFO: Address("PUT", "/api/v2/orders/{order_id}/delivered-info/"),
    Operation.CHANGE_ORDER_STATUS: Address("POST", "/api/v2/orders/{order_id}/status"),
    Operation.GET_ORDER: Address("GET", "/api/v2/orders/{order_id}"),
    Operation.LIST_TICKETS: Address("GET", "/api/v2/tickets/"),
    Operation.GET_TICKET: Address("GET", "/api/v2/tickets/{ticket_id}/"),
    Operation.CREATE_TICKET: Address("POST", "/api/v2/tickets/"),
    Operation.UPDATE_TICKET: Address("PATCH", "/api/v2/tickets/{ticket_id}/"),
    Operation.LIST_PAYMENTS: Address("GET", "/api/v2/payments/"),
    Operation.GET_BALANCE: Address("GET", "/api/v2/balance/"),
}

# How a path parameter may be written.
STYLES: Final[dict[str, Callable[[str], str]]] = {
    "{order_id}": lambda name: "{" + name + "}",
    "<order_id>": lambda name: f"<{name}>",
    "<str:order_id>": lambda name: f"<str:{name}>",
    ":order_id": lambda name: f":{name}",
    "ORDER_ID": str.upper,
}

_BODY = """\
Description
What it does, in a sentence, for the supplier of {order_id}.
Request Parameters
| Parameter | Type | Description | Required |
|---|---|---|---|
page |
Number | Page number | No |
Response Example
{
"success": true,
"image_path": "/media/product_images/aaaa.webp"
}
"""


def title(operation: Operation) -> str:
    return str(operation).replace("_", " ").title()


def styled(rows: Rows, style: str) -> dict[Operation, tuple[str, str]]:
    """Return method and path of each row with its placeholders as ``style`` writes them."""
    write = STYLES[style]
    return {
        operation: (
            row.method,
            "/".join(
                write(part[1:-1]) if part.startswith("{") else part for part in row.path.split("/")
            ),
        )
        for operation, row in rows.items()
    }


def as_published(rows: Rows, style: str) -> str:
    """Three lines and what belongs to them, as the browser shows the marketplace's page."""
    parts = ["Supplier API Documentation", "Request Headers", "Test API", "Products"]
    for operation, (method, path) in styled(rows, style).items():
        parts += [method, f"{HOST}{path}", "", title(operation), _BODY]
    return "\n".join(parts)


def pasted_list(rows: Rows, style: str) -> str:
    """The same without any body: nothing but methods, URLs and titles."""
    parts = []
    for operation, (method, path) in styled(rows, style).items():
        parts += [method, f"{HOST}{path}", "", title(operation), ""]
    return "\n".join(parts)


def titles_first(rows: Rows, style: str) -> str:
    """A text with a table of contents, numbered titles and examples to be typed."""
    parts = ["Supplier API", *(title(operation) for operation in rows), ""]
    for number, (operation, (method, path)) in enumerate(styled(rows, style).items(), 1):
        parts += [f"{number}. {title(operation)}", "", f"Method: {method}", f"URL: {HOST}{path}"]
        parts += [_BODY, f"curl -X {method} {HOST}{path.replace('{order_id}', '64f1')}", ""]
    return "\n".join(parts)


def labelled(rows: Rows, style: str) -> str:
    """The title, then the path, then the method, with a heading between title and both."""
    parts = ["Supplier API", f"Base URL: {HOST}/api"]
    for operation, (method, path) in styled(rows, style).items():
        parts += [title(operation), "Request", f"Endpoint: {path}", f"HTTP Method: {method}", _BODY]
    return "\n".join(parts)


def badges(rows: Rows, style: str) -> str:
    """HTML with the method as a badge before the title, and the address below both."""
    parts = ["<body><h1>Supplier API</h1>"]
    for operation, (method, path) in styled(rows, style).items():
        shown = html.escape(path)
        parts.append(
            f"<h3><span>{method}</span>{title(operation)}</h3><pre>{HOST}{shown}</pre><p>…</p>"
        )
    return "".join([*parts, "</body>"])


def markdown(rows: Rows, style: str) -> str:
    parts = ["# Supplier API"]
    for operation, (method, path) in styled(rows, style).items():
        parts += [f"### {title(operation)}", "", f"`{method} {path}`", "", _BODY]
    return "\n".join(parts)


def web_page(rows: Rows, style: str) -> str:
    """HTML with a menu, scripts and spans side by side."""
    parts = [
        "<!doctype html><html><head><title>Supplier API</title>",
        '<script>let routes = "GET /nothing/of/this/";</script></head><body><nav><ul>',
        *(f'<li><a href="#{each}">{title(each)}</a></li>' for each in rows),
        "</ul></nav><select>",
        *(f"<option>Orders / {title(each)}</option>" for each in rows),
        "</select>",
    ]
    for operation, (method, path) in styled(rows, style).items():
        shown = html.escape(path)
        parts += [
            f'<div class="card" data-note="a > b"><span class="verb">{method}</span>',
            f"<code>{HOST}{shown}</code><button>Copy</button></div>",
            f'<h3 id="{operation}">{title(operation)} <a href="#">¶</a></h3><p>Description</p>',
            "<p>What it does,<br>in short.</p><pre>{&quot;path&quot;: &quot;/media/x&quot;}</pre>",
        ]
    return "".join([*parts, "</body></html>"])


def web_table(rows: Rows, style: str) -> str:
    lines = "".join(
        f"<tr><td>{title(operation)}</td><td><b>{method}</b></td><td>{html.escape(path)}</td></tr>"
        for operation, (method, path) in styled(rows, style).items()
    )
    return f"<h1>Supplier API</h1><table><tr><th>Name</th><th>URL</th></tr>{lines}</table>"


def glued(rows: Rows, style: str) -> str:
    """HTML whose pieces stand in spans without a space, the placeholders coloured, unescaped."""
    parts = ["<body>"]
    for operation, (method, path) in styled(rows, style).items():
        pieces = "/".join(
            f"<i>{part}</i>" if part and not part[0].islower() else part for part in path.split("/")
        )
        parts.append(
            f"<button><span>{method}</span><span>{HOST}{pieces}</span>"
            f"<span>{title(operation)}</span></button><div>{_BODY}</div>"
        )
    return "".join([*parts, "</body>"])


def archived(rows: Rows, style: str) -> bytes:
    """A browser's archive of one page (.mhtml)."""
    from email.message import EmailMessage

    page = EmailMessage()
    page["From"] = "<Saved by a browser>"
    page.make_mixed()
    page.set_type("multipart/related")
    inside = EmailMessage()
    inside.set_content(web_page(rows, style), subtype="html", cte="quoted-printable")
    page.attach(inside)
    return page.as_bytes()


SHAPES: Final[dict[str, Callable[[Rows, str], bytes]]] = {
    "as published": lambda rows, style: as_published(rows, style).encode(),
    "a pasted list": lambda rows, style: pasted_list(rows, style).encode(),
    "titles first": lambda rows, style: titles_first(rows, style).encode("utf-8-sig"),
    "markdown": lambda rows, style: markdown(rows, style).encode("utf-16"),
    "a web page": lambda rows, style: web_page(rows, style).encode(),
    "a table": lambda rows, style: web_table(rows, style).encode(),
    "labels": lambda rows, style: labelled(rows, style).encode(),
    "badges": lambda rows, style: badges(rows, style).encode(),
    "glued pieces": lambda rows, style: glued(rows, style).encode(),
    "an archive": archived,
}
