"""``supplier-bot endpoints``: what it says, what it writes, and what it leaves alone."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest

from bot.cli import main
from bot.supplier.addresses import load_addresses
from bot.supplier.operations import Operation
from tests.support.doc_pages import HOST, REST, as_published, pasted_list, title, web_page


class Said:
    """What a command printed, and with which status it ended."""

    def __init__(self, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...]) -> None:
        with pytest.raises(SystemExit) as ended:
            main(["endpoints", *arguments])
        self.status = ended.value.code or 0
        said = capsys.readouterr()
        self.out, self.err = said.out, said.err


@pytest.fixture
def page(folder: Path) -> Path:
    file = folder / "page.html"
    file.write_text(web_page(REST, "<str:order_id>"), "utf-8")
    return file


def table(file: str) -> dict[Operation, tuple[str, str]]:
    return {each: (row.method, row.path) for each, row in load_addresses(Path(file)).items()}


TRUTH = {each: (row.method, row.path) for each, row in REST.items()}


def test_a_page_becomes_a_table_and_what_changed_is_said(
    capsys: pytest.CaptureFixture[str], page: Path, folder: Path
) -> None:
    said = Said(capsys, ("import", "page.html"))
    assert (said.status, said.err) == (0, "")
    assert table("endpoints.toml") == TRUTH
    assert "{order_id}" in (folder / "endpoints.toml").read_text()
    assert "17 of 17" in said.out
    assert "As in the table in use: upload_image, create_product." in said.out
    changed = "Changed: get_order: GET /api/v2/orders/{order_id}, was GET /orders/api/supplier/"
    assert changed in said.out
    assert "SUPPLIER_ENDPOINTS=endpoints.toml" in said.out
    assert HOST in said.out


def test_it_goes_where_output_says_or_the_setting_or_the_usual_file(
    capsys: pytest.CaptureFixture[str], page: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Said(capsys, ("import", "page.html", "--output", "mine.toml"))
    assert [each.name for each in sorted(folder.glob("*.toml"))] == ["mine.toml"]
    (folder / ".env").write_text("SUPPLIER_ENDPOINTS=set.toml\n")
    said = Said(capsys, ("import", "page.html"))
    assert (folder / "set.toml").exists()
    assert "SUPPLIER_ENDPOINTS" not in said.out
    monkeypatch.setenv("supplier_endpoints", "env.toml")
    Said(capsys, ("import", "page.html"))
    assert (folder / "env.toml").exists()


def test_an_address_of_the_marketplace_that_cannot_be_used_is_not_what_this_is_about(
    capsys: pytest.CaptureFixture[str], page: Path, folder: Path
) -> None:
    (folder / ".env").write_text("SUPPLIER_API_URL=http://[\n")
    assert Said(capsys, ("import", "page.html")).status == 0


def test_nothing_is_overwritten_unsaid(
    capsys: pytest.CaptureFixture[str], page: Path, folder: Path
) -> None:
    own = '[get_order]\nmethod = "GET"\npath = "/mine/"\n'
    (folder / "endpoints.toml").write_text(own)
    said = Said(capsys, ("import", "page.html"))
    assert "endpoints.toml.before" in said.out
    assert (folder / "endpoints.toml.before").read_text() == own
    again = Said(capsys, ("import", "page.html"))
    assert "exactly this already" in again.out
    assert (folder / "endpoints.toml.before").read_text() == own


@pytest.mark.parametrize(
    "held", ["TELEGRAM_BOT_TOKEN=secret", "# A file of mine\n[other]\nx = 1\n"]
)
def test_a_file_that_is_no_table_is_left_alone(
    capsys: pytest.CaptureFixture[str], page: Path, folder: Path, held: str
) -> None:
    (folder / "x").write_text(held)
    said = Said(capsys, ("import", "page.html", "--output", "x"))
    assert said.status == 1
    assert "left as it is" in said.err
    assert "secret" not in said.err
    assert (folder / "x").read_text() == held


CUSTOMERS = {
    each: row for each, row in REST.items() if each.startswith(("list", "get", "create_ticket"))
}


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "is empty"),
        (b"<html><p>Welcome to our shop</p></html>", "shows no operations"),
        ("\n".join(title(each) for each in Operation).encode(), "but no addresses"),
        (as_published(REST, ":order_id")[:3000].encode(), "missing: "),
        (
            as_published(CUSTOMERS, ":order_id").replace("/api/v2", "/api/customer").encode(),
            "page of another API",
        ),
        (b"%PDF-1.4 ...", "is a PDF"),
        (b"x" * (10 * 1024 * 1024 + 1), "larger than 10 MB"),
        (b"\x00\xff", "not a page of text"),
    ],
    ids=["empty", "another", "no addresses", "half", "customer", "pdf", "huge", "binary"],
)
def test_a_page_that_cannot_be_taken_is_one_sentence_and_changes_nothing(
    capsys: pytest.CaptureFixture[str], folder: Path, content: bytes, sentence: str
) -> None:
    (folder / "page").write_bytes(content)
    said = Said(capsys, ("import", "page"))
    assert said.status == 1
    assert said.out == ""
    assert said.err.count("\n") == 1
    assert sentence in said.err
    assert [each.name for each in folder.iterdir()] == ["page"]


@pytest.mark.parametrize(
    "name", ["nothing.html", ".", "ftp://x/y", "http://", "https://a b/", "\x00"]
)
def test_a_page_that_is_not_there_is_one_sentence(
    capsys: pytest.CaptureFixture[str], folder: Path, name: str
) -> None:
    said = Said(capsys, ("import", name))
    assert (said.status, said.out, said.err.count("\n")) == (1, "", 1)
    assert not list(folder.iterdir())


def test_half_a_page_is_taken_when_asked_for_and_the_rest_stays(
    capsys: pytest.CaptureFixture[str], folder: Path
) -> None:
    (folder / "endpoints.toml").write_text('[get_balance]\nmethod = "GET"\npath = "/mine/"\n')
    (folder / "half.txt").write_text(as_published(REST, "ORDER_ID")[:3000])
    said = Said(capsys, ("import", "half.txt", "--partial"))
    assert said.status == 0
    assert "Missing on the page" in said.out
    taken = table("endpoints.toml")
    assert taken[Operation.GET_BALANCE] == ("GET", "/mine/")
    assert taken[Operation.UPDATE_PRODUCT] == TRUTH[Operation.UPDATE_PRODUCT]
    assert taken[Operation.LIST_PAYMENTS][1] == "/payments/api/supplier/list/"


def test_what_was_copied_is_pasted(
    capsys: pytest.CaptureFixture[str], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pasted: Any = io.TextIOWrapper(io.BytesIO(pasted_list(REST, "{order_id}").encode()))
    monkeypatch.setattr("sys.stdin", pasted)
    assert Said(capsys, ("import", "-")).status == 0
    assert table("endpoints.toml") == TRUTH


def test_a_read_only_folder_is_a_sentence(
    capsys: pytest.CaptureFixture[str], page: Path, folder: Path
) -> None:
    (folder / "file").write_text("")
    said = Said(capsys, ("import", "page.html", "--output", "file/x.toml"))
    assert said.status == 1
    assert "cannot be written" in said.err or "does not exist" in said.err


@pytest.mark.parametrize("name", ["a" * 300, "loop"])
def test_a_place_where_no_file_can_be_is_a_sentence(
    capsys: pytest.CaptureFixture[str], page: Path, folder: Path, name: str
) -> None:
    (folder / "loop").symlink_to("loop")
    said = Said(capsys, ("import", "page.html", "--output", name))
    assert (said.status, said.out) == (1, "")
    assert said.err.endswith("nothing was changed.\n")


def test_show_says_where_each_row_comes_from_and_needs_no_setting(
    capsys: pytest.CaptureFixture[str], folder: Path
) -> None:
    said = Said(capsys, ("show",))
    lines = said.out.splitlines()
    assert (said.status, len(lines)) == (0, 17)
    assert lines[0].endswith("[shipped, confirmed]")
    assert "15 of 17 are guesses" in said.err
    (folder / ".env").write_text("SUPPLIER_ENDPOINTS=own.toml\n")
    (folder / "own.toml").write_text('[get_order]\nmethod = "GET"\npath = "/o/:order_id"\n')
    row = next(x for x in Said(capsys, ("show",)).out.splitlines() if x.startswith("get_order"))
    assert row.split() == ["get_order", "GET", "/o/{order_id}", "[own.toml,", "confirmed]"]


@pytest.mark.parametrize("held", ["[get_order]\n", None])
def test_show_with_a_table_that_cannot_be_used_names_the_setting(
    capsys: pytest.CaptureFixture[str], folder: Path, held: str | None
) -> None:
    (folder / ".env").write_text("SUPPLIER_ENDPOINTS=own.toml\n")
    if held is not None:
        (folder / "own.toml").write_text(held)
    said = Said(capsys, ("show",))
    assert said.status == 2
    assert said.err.startswith("SUPPLIER_ENDPOINTS: ")
