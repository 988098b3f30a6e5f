"""What can be proposed for a product, and how far an import of several calls has come."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from .accounts import Columns
from .goods import Unit
from .pictures import Picture
from .pieces import Piece
from .plan import Plan

# Lines of one call that adds accounts: what became of a piece whose answer is lost, nobody can
# read, so a person has to look through no more than these.
PIECE = 200

# A field that a person changes.
Named = Literal[
    "price",
    "title",
    "description",
    "min_quantity",
    "warranty",
    "category",
    "source_id",
    "source_url",
    "in_stock",
]
Answer = Literal["", "there", "again", "stop"]


class ProductEditPlan(Plan):
    """One field of a product, as it was shown and as it is to become; a price as a decimal text.

    ``title``: the product's, when this was proposed. ``names``: of a category, what both are
    called.
    """

    title: str = ""
    field: Named
    before: str
    after: str
    names: tuple[str, str] = ("", "")


class ProductStatusPlan(Plan):
    """A status for a product: it is sold, or it is not."""

    title: str = ""
    status: str
    before: str = ""


class DeleteProductPlan(Plan):
    """A product to delete; ``sold``: how often it was sold, as far as is known."""

    title: str = ""
    sold: int | None = None


class StockPlan(Plan):
    """Accounts for a product's pool, one line each.

    ``delivered``: by a line's position, the number of the order that it went to before.
    ``stocked``: the same, with the title of the product whose stock it was added to.
    ``unread``: numbers, from 1, of pasted lines that are no accounts; they are not sent.
    """

    title: str = ""
    lines: tuple[Unit, ...]
    empty_lines: int = 0
    doubles: int = 0
    unread: tuple[int, ...] = ()
    columns: tuple[Columns, ...] = ()  # of the tables that some of them came in
    delivered: dict[int, str] = Field(default_factory=dict)
    stocked: dict[int, str] = Field(default_factory=dict)
    # The messages that the paste came in, and how often it was planned anew.
    pieces: tuple[Piece, ...] = ()
    version: int = 0
    left_out: int = 0  # lines of the paste that a person chose not to send
    # Who confirmed them with a new product, and may add none any more: an owner is asked.
    confirmed_by: str = ""
    # Of a large file the lines stand in rows of their own: so many of them, those first that went
    # nowhere before (``fresh``). ``lines`` are then the first few, as are the warnings.
    apart: int = 0
    fresh: int = 0
    unread_in_all: int = 0
    delivered_in_all: int = 0
    stocked_in_all: int = 0

    @property
    def count(self) -> int:
        """How many lines there are to send."""
        return self.apart or len(self.lines)

    @property
    def fresh_count(self) -> int:
        """How many of them went nowhere before."""
        return min(self.fresh, self.apart) if self.apart else len(self.lines) - len(self.before)

    @property
    def before(self) -> frozenset[int]:
        """Positions of the lines that were delivered, or added to a stock, before."""
        return frozenset({*self.delivered, *self.stocked})


class NewProductPlan(Plan):
    """A product to create. ``known``: the IDs of those that had its title at that time."""

    category_id: str
    category: str = ""
    title: str
    description: str
    price: Decimal
    min_quantity: int | None = None
    warranty_days: int | None = None
    known: tuple[str, ...] = ()
    pictures: tuple[Picture, ...] = ()
    # As of pictures that change: an earlier preview's button creates nothing else than it showed.
    version: int = 0
    doubled: int = 0
    kept: tuple[str, ...] = ()  # pictures of the product that it is a copy of
    source_id: str = ""
    source_url: str = ""
    stock: int | None = None
    # For its pool. They do not go out with it: they are an import, once it is there.
    accounts: StockPlan | None = None

    @property
    def images(self) -> tuple[str, ...]:
        """The paths of its pictures, as they go out."""
        return (*self.kept, *(picture.path for picture in self.pictures))


class PicturesPlan(Plan):
    """Pictures for a product, in the place of those it has or (``add``) behind them.

    ``before``: paths of those it had when this was shown. ``doubled``: pictures that may be on the
    marketplace twice, since its first answer was lost.
    """

    title: str = ""
    before: tuple[str, ...] = ()
    pictures: tuple[Picture, ...] = ()
    version: int = 0
    doubled: int = 0
    add: bool = False

    @property
    def images(self) -> tuple[str, ...]:
        """The paths of the product's pictures, as they are to become."""
        new = tuple(picture.path for picture in self.pictures)
        return (*self.before, *new) if self.add else new


class Progress(BaseModel):
    """How far an import has come, in lines.

    ``at``: behind the last line that went out. ``added``: how many accounts the marketplace says
    it took. ``served``: how many waiting orders it said they serve. ``unclear``: lines of which
    nobody knows. ``told``: lines that are there as a person says, and the marketplace did not.
    ``stop``: nothing more goes out. ``answer``: what a person said became of the
    call whose answer was lost.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    at: int = 0
    added: int = 0
    served: int = 0
    unclear: int = 0
    told: int = 0
    stop: bool = False
    answer: Answer = ""
