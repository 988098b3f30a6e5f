"""Fetching one page that a person names, and nothing that its server points at instead.

A person types the address at their own machine: it may be any, a private one too. Where a redirect
leads was decided by somebody else: to a public host or back to the one that was typed, and from
https to https alone. Each name is looked up once: what was checked is what is connected to,
whatever its name server says a moment later.
"""

from __future__ import annotations

import ipaddress
import socket
import ssl
import time
from collections.abc import Iterator, Sequence
from typing import Final
from urllib.parse import urljoin, urlsplit

import httpx

from bot.supplier.auth import check_base_url
from bot.supplier.unpacking import Unpacker

from .said import NotDoneError

_MAX_HOPS: Final = 5
_SECONDS: Final = 15.0
_WHOLE_SECONDS: Final = 60.0
_MAX_URL: Final = 2000
_MAX_ADDRESSES: Final = 4  # of one name that are tried
# Addresses that stand for an IPv4 one, whichever that is: NAT64 and 6to4.
_CARRIERS: Final = (ipaddress.IPv6Network("64:ff9b::/96"), ipaddress.IPv6Network("2002::/16"))


def fetch(url: str, *, limit: int, transport: httpx.BaseTransport | None = None) -> bytes:
    """Return the body of the page at ``url``. Raises NotDoneError with one sentence.

    ``limit``: how many bytes are read at most.
    """
    typed = _host(url)
    found = {typed: _addresses(typed, f"{url} cannot be reached: there is no {typed}.")}
    until = time.monotonic() + _WHOLE_SECONDS
    for hop in range(_MAX_HOPS + 1):
        if hop:
            _check_redirect(url, found)
        answer = _get(url, found[_host(url)], limit, until, transport)
        if isinstance(answer, bytes):
            return answer
        try:
            target = urljoin(url, answer)
        except ValueError:
            raise NotDoneError(
                f"The page leads to something that is no web address: {answer[:80]}"
            ) from None
        if urlsplit(url).scheme == "https" and urlsplit(target).scheme != "https":
            raise NotDoneError(f"{url} leads from https to an address without it: not followed.")
        url = target
    raise NotDoneError(f"{url} leads from one address to the next without an end.")


def _host(url: str) -> str:
    try:
        parts = urlsplit(url)
        check_base_url(f"{parts.scheme}://{parts.netloc}")
    except ValueError:
        raise NotDoneError(
            "That is not an address such as https://marketplace.example/docs/."
        ) from None
    return parts.hostname or ""


def _check_redirect(url: str, found: dict[str, Sequence[str]]) -> None:
    """Add the addresses of a host that nobody typed to those found, if they are public."""
    if len(url) > _MAX_URL or urlsplit(url).scheme not in {"http", "https"}:
        raise NotDoneError(f"The page leads to something that is no web address: {url[:80]}")
    host = _host(url)
    if host in found:
        return
    addresses = _addresses(host, f"The page leads to {host}, which does not exist.")
    if not all(map(_is_public, addresses)):
        raise NotDoneError(f"The page leads to a private address, {host}: not followed.")
    found[host] = addresses


def _addresses(host: str, otherwise: str) -> Sequence[str]:
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise NotDoneError(otherwise) from None
    return tuple(dict.fromkeys(str(each[4][0]).partition("%")[0] for each in found))


def _is_public(text: str) -> bool:
    address = ipaddress.ip_address(text)
    within = isinstance(address, ipaddress.IPv6Address) and any(
        address in network for network in _CARRIERS
    )
    return address.is_global and not address.is_multicast and not within


class _At(httpx.BaseTransport):
    """Connects to an address; the name stands in what is asked, and in the certificate."""

    def __init__(self, address: str, inner: httpx.BaseTransport) -> None:
        self._address = address
        self._inner = inner

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        name = request.url.raw_host.decode("ascii")
        request.extensions = {**request.extensions, "sni_hostname": name}
        request.url = request.url.copy_with(host=self._address)
        return self._inner.handle_request(request)

    def close(self) -> None:
        self._inner.close()


def _get(
    url: str,
    addresses: Sequence[str],
    limit: int,
    until: float,
    transport: httpx.BaseTransport | None,
) -> bytes | str:
    """Return the body, or where a redirect leads; the first address that answers is taken."""
    verify = (
        httpx.create_ssl_context(trust_env=False)
        if url.startswith("https")
        else ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    )
    tried = addresses[:_MAX_ADDRESSES]
    timeout = httpx.Timeout(_SECONDS, connect=_SECONDS / len(tried))
    for left, address in enumerate(tried, start=1 - len(tried)):
        way = transport or _At(address, httpx.HTTPTransport(verify=verify, trust_env=False))
        with httpx.Client(timeout=timeout, trust_env=False, verify=verify, transport=way) as client:
            try:
                return _read(client, url, limit, until)
            except (httpx.ConnectError, httpx.ConnectTimeout) as error:
                if not left:
                    raise NotDoneError(f"{url} cannot be reached: {_why(error)}.") from None
            except httpx.TimeoutException:
                raise NotDoneError(f"{url} did not answer within {_SECONDS:.0f} seconds.") from None
            except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError) as error:
                raise NotDoneError(f"{url} cannot be reached: {_why(error)}.") from None
    raise NotDoneError(f"{url} cannot be reached: it has no address.")


def _read(client: httpx.Client, url: str, limit: int, until: float) -> bytes | str:
    with client.stream("GET", url, headers={"User-Agent": "supplier-bot"}) as answer:
        if answer.has_redirect_location:
            return str(answer.headers["location"])
        if not answer.is_success:
            raise NotDoneError(f"{url} answered with {answer.status_code}, not with a page.")
        body = bytearray()
        for chunk in _unpacked(answer):
            body += chunk
            if len(body) > limit:
                raise NotDoneError(
                    f"{url} is larger than {limit // 1024 // 1024} MB: that is no such page."
                )
            if time.monotonic() > until:
                raise NotDoneError(f"{url} took longer than {_WHOLE_SECONDS:.0f} seconds.")
        return bytes(body)


def _unpacked(answer: httpx.Response) -> Iterator[bytes]:
    if answer.is_stream_consumed:
        yield from answer.iter_bytes()
        return
    unpacker = Unpacker(answer.headers.get("Content-Encoding", ""))
    for chunk in answer.iter_raw():
        yield from unpacker.pieces(chunk)


def _why(error: Exception) -> str:
    if isinstance(error, (httpx.ConnectError, httpx.ConnectTimeout)):
        return "no connection could be made"
    if isinstance(error, httpx.DecodingError):
        return "what it answers cannot be unpacked"
    return "the connection broke" if isinstance(error, httpx.TransportError) else "it is no address"
