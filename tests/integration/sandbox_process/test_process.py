"""Start, port, what is served, and the end of the practice shop's process."""

import asyncio
import errno
import signal
import socket
import time
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from sandbox.__main__ import PORTS_TRIED, bound_socket
from tests.e2e.shops import ShopProcess
from tests.integration.sandbox_process.conftest import Shop, Starter

TOKEN = "7000000001:practice-practice-practice-practice"
# An end that waits for a long poll or a stream would take 15 seconds or more.
QUICK_SECONDS = 10.0


def test_it_serves_the_page_and_both_servers_from_any_directory(start_shop: Starter) -> None:
    shop = start_shop("--port", "0", command=True)
    with httpx.Client(base_url=shop.url) as client:
        page = client.get("/")
        me = client.get(f"/telegram/bot{TOKEN}/getMe")
        orders = client.get(
            "/market/orders/api/supplier/list/", headers={"X-API-Key": "practice-key"}
        )
        state = client.get("/market/control/state")
    assert page.status_code == 200
    assert "<title>" in page.text
    assert me.json()["result"]["username"] == "practice_shop_bot"
    assert orders.status_code == 200
    assert state.json()["products"]


def test_answers_come_without_delay(shop: Shop) -> None:
    with httpx.Client(base_url=shop.url) as client:
        client.get("/telegram/control/options")
        took = []
        for _ in range(21):
            begun = time.perf_counter()
            client.post("/telegram/control/options", json={})
            took.append(time.perf_counter() - begun)
    # Nagle's algorithm and a delayed acknowledgement together make 40 ms of every call.
    assert min(took) < 0.03


@pytest.mark.parametrize(
    ("path", "media_type"),
    [
        ("/", "text/html"),
        ("/static/js/main.js", "text/javascript"),
        ("/static/js/chat/chat.js", "text/javascript"),
        ("/static/css/base.css", "text/css"),
        ("/static/icon.svg", "image/svg+xml"),
    ],
)
def test_page_files_are_never_kept_and_load_nothing_from_elsewhere(
    shop: Shop, path: str, media_type: str
) -> None:
    answer = httpx.get(shop.url + path)
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith(media_type)
    assert answer.headers["cache-control"] == "no-store"
    assert "default-src 'self'" in answer.headers["content-security-policy"]
    assert "script-src" not in answer.headers["content-security-policy"]


@pytest.mark.parametrize("path", ["/static/../app.py", "/static/%2e%2e/app.py", "/static/none.js"])
def test_nothing_outside_the_page_is_served(shop: Shop, path: str) -> None:
    assert httpx.get(shop.url + path).status_code == 404


def test_a_taken_port_gives_the_next_free_one(start_shop: Starter, taken_port: int) -> None:
    shop = start_shop("--port", str(taken_port))
    assert taken_port < shop.port <= taken_port + PORTS_TRIED
    assert httpx.get(shop.url).status_code == 200


def test_two_processes_never_share_a_port(start_shop: Starter) -> None:
    first = start_shop("--port", "0")
    second = start_shop("--port", str(first.port))
    assert second.port != first.port


def test_a_free_port_is_taken_as_asked() -> None:
    with bound_socket(0) as free:
        port = free.getsockname()[1]
    with bound_socket(port) as again:
        assert again.getsockname()[1] == port


def test_any_port_stays_any_when_somebody_was_faster(monkeypatch: pytest.MonkeyPatch) -> None:
    truly, tries = socket.socket.listen, []

    def listen(taken: socket.socket, backlog: int) -> None:
        tries.append(taken)
        if len(tries) == 1:
            raise OSError(errno.EADDRINUSE, "somebody was faster")
        truly(taken, backlog)

    monkeypatch.setattr("socket.socket.listen", listen)
    with bound_socket(0) as taken:
        assert taken.getsockname()[1] > PORTS_TRIED
    assert len(tries) == 2


def test_no_free_port_is_said(monkeypatch: pytest.MonkeyPatch, taken_port: int) -> None:
    monkeypatch.setattr("sandbox.__main__.PORTS_TRIED", 0)
    with pytest.raises(OSError, match=f"no port from {taken_port}"):
        bound_socket(taken_port)


@pytest.mark.parametrize(
    ("arguments", "names", "command"),
    [
        (["--port", "70000"], "70000", True),
        (["--port", "x"], "'x'", False),
        (["--seed", "x"], "--seed", False),
    ],
)
def test_wrong_arguments_end_with_status_2(
    start_shop: Starter, arguments: list[str], names: str, *, command: bool
) -> None:
    process = start_shop.without_waiting(*arguments, command=command)
    assert process.wait(30) == 2
    assert names in process.said()
    assert "Traceback" not in process.said()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_signal_ends_it_at_once_with_all_streams_and_polls_open(
    start_shop: Starter, number: int
) -> None:
    shop = start_shop("--port", "0", command=True)
    order = {"operation": "*", "kind": "hang_before", "times": None}
    async with httpx.AsyncClient(base_url=shop.url, timeout=60) as client:
        await client.post("/market/control/faults", json=order)
        hanging = [
            asyncio.create_task(_swallow(client, method, path))
            for method, path in (
                ("GET", "/telegram/control/events"),
                ("GET", "/market/control/events"),
                ("GET", f"/telegram/bot{TOKEN}/getUpdates?timeout=50"),
                ("GET", "/telegram/control/wait?as=ann&contains=never&timeout=60"),
                ("GET", "/market/orders/api/supplier/list/"),
            )
        ]
        await _until_open(client)
        begun = time.monotonic()
        status, errors = await asyncio.to_thread(shop.end, number)
        took = time.monotonic() - begun
        await asyncio.gather(*hanging)
    assert status == 0
    assert took < QUICK_SECONDS
    assert errors == ""


async def _swallow(client: httpx.AsyncClient, method: str, path: str) -> None:
    try:
        async with client.stream(method, path, headers={"X-API-Key": "practice-key"}) as answer:
            await answer.aread()
    except httpx.HTTPError:
        return


async def _until_open(client: httpx.AsyncClient) -> None:
    """Wait until both servers have seen the call that hangs at them."""
    async with asyncio.timeout(30):
        while True:
            polls = await client.get("/telegram/control/calls", params={"method": "getUpdates"})
            calls = await client.get("/market/control/calls", params={"operation": "list_orders"})
            if polls.json()["items"] and calls.json()["items"]:
                return
            await asyncio.sleep(0.02)


@pytest.mark.parametrize(("flag", "on"), [("--life", True), ("--no-life", False)])
def test_buyers_live_only_when_asked(start_shop: Starter, flag: str, *, on: bool) -> None:
    shop = start_shop("--port", "0", flag)
    assert httpx.get(f"{shop.url}/market/control/options").json()["life"] is on


def test_the_seed_chooses_the_goods(start_shop: Starter) -> None:
    def products(seed: str) -> list[str]:
        shop = start_shop("--port", "0", "--seed", seed)
        answer = httpx.get(f"{shop.url}/market/control/state").json()
        return [product["product_id"] for product in answer["products"]]

    assert products("7") == products("7")
    assert products("7") != products("8")


def test_two_threads_start_and_end_shops_beside_each_other() -> None:
    def several(_thread: int) -> list[int]:
        statuses = []
        for _ in range(4):
            shop = ShopProcess("--port", "0")
            shop.port()
            statuses.append(shop.end()[0])
            shop.close()
        return statuses

    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(several, range(2))) == [[0] * 4] * 2
