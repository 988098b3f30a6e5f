"""Tables keep every order right, whatever is added, changed and removed."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from sandbox.marketplace.table import Table, as_number

START = datetime(2024, 3, 1, tzinfo=UTC)


@dataclass
class Row:
    id: str
    number: int
    created_at: datetime
    updated_at: datetime
    status: str = "a"

    @property
    def search_text(self) -> str:
        return f"{self.id} {self.status}"


def row(number: int, second: int, status: str = "a") -> Row:
    moment = START + timedelta(seconds=second)
    return Row(f"{number:024x}", number, moment, moment, status)


steps = st.lists(
    st.tuples(
        st.sampled_from(["add", "add many", "change", "remove"]),
        st.integers(0, 50),
        st.sampled_from("ab"),
    ),
    max_size=40,
)


@given(steps, st.integers(0, 12), st.integers(1, 5))
def test_a_page_is_what_sorting_everything_would_give(
    acts: list[tuple[str, int, str]], offset: int, limit: int
) -> None:
    table: Table[Row] = Table()
    rows: list[Row] = []
    for sort in ("newest", "oldest", "updated", "random"):
        table.page(sort=sort, offset=0, limit=1)
        table.page(sort=sort, offset=0, limit=1, status="b")
    for act, second, status in acts:
        if act.startswith("add"):
            first = table.next_number
            fresh = [row(first + i, second, status) for i in range(3 if "many" in act else 1)]
            table.add(*fresh)
            rows += fresh
        elif rows and act == "change":
            chosen = rows[second % len(rows)]
            chosen.status = status
            chosen.updated_at = START + timedelta(seconds=second)
            table.changed(chosen)
        elif rows:
            table.remove(rows.pop(second % len(rows)))
    ascending = sorted(rows, key=lambda r: (r.created_at, r.number))
    expected = {
        "oldest": ascending,
        "newest": ascending[::-1],
        "updated": sorted(rows, key=lambda r: (r.updated_at, r.number))[::-1],
    }
    for sort, everything in expected.items():
        for wanted in (None, "b"):
            kept = [r for r in everything if wanted in (None, r.status)]
            page = table.page(sort=sort, offset=offset, limit=limit, status=wanted)
            assert page == (kept[offset : offset + limit], len(kept))
            found = table.page(sort=sort, offset=offset, limit=limit, status=wanted, search="A")
            kept = [r for r in kept if "a" in r.search_text]
            assert found == (kept[offset : offset + limit], len(kept))
    shuffled, total = table.page(sort="random", offset=0, limit=1000)
    assert total == len(rows)
    assert {r.id for r in shuffled} == {r.id for r in rows}


def test_a_record_is_found_by_its_id_and_by_the_number_it_is_shown_as() -> None:
    table: Table[Row] = Table()
    known = row(0x123456789ABCDEF012345678, 0)
    table.add(known)
    number = as_number(known.id)
    assert number == 0x123456789ABC
    assert table.get(known.id) is table.get(number) is table.get(f" {number} ") is known
    for other in ("", "0", "-1", "9" * 5000, None, "zz"):
        assert table.get(other) is None


def test_what_is_no_id_has_no_number() -> None:
    assert as_number("buyer-1") is None
    assert as_number("z" * 24) is None


def test_numbers_are_never_given_twice() -> None:
    table: Table[Row] = Table()
    table.add(row(1, 0), gone := row(2, 0))
    table.remove(gone)
    assert table.next_number == 3
