"""Who may call the API: a key in a header or in the body, or a browser's session."""

import hmac
from collections.abc import Mapping
from typing import Any, Literal
from urllib.parse import urlsplit

from starlette.requests import Request

from sandbox.marketplace.options import MarketOptions

Verdict = Literal["ok", "no key", "no session", "no csrf"]
KEY_FIELDS = ("key", "apikey")
_SAFE = frozenset(("GET", "HEAD", "OPTIONS"))


def verdict(options: MarketOptions, request: Request, body: Mapping[str, Any]) -> Verdict:
    """Judge a call. A key in the address counts nowhere."""
    if options.auth == "session":
        return _session(options, request)
    keys = {
        "x-api-key": [request.headers.get("x-api-key", "")],
        "bearer": [_bearer(request.headers.get("authorization", ""))],
        "body": [str(body.get(name, "")) for name in KEY_FIELDS],
    }
    asked = keys.values() if options.auth == "any" else [keys[options.auth]]
    right = options.api_key.encode()
    found = any(hmac.compare_digest(key.encode(), right) for group in asked for key in group)
    return "ok" if found else "no key"


def _bearer(header: str) -> str:
    scheme, _, key = header.partition(" ")
    return key.strip() if scheme.lower() == "bearer" else ""


def _session(options: MarketOptions, request: Request) -> Verdict:
    if request.cookies.get("sessionid") != options.session_id:
        return "no session"
    if request.method in _SAFE:
        return "ok"
    token = request.cookies.get("csrftoken", "")
    if not token or request.headers.get("x-csrftoken") != token:
        return "no csrf"
    referer = urlsplit(request.headers.get("referer", ""))
    return "ok" if referer.netloc == request.headers.get("host") else "no csrf"
