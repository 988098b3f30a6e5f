"""How the practice marketplace behaves: everything its real counterpart leaves open."""

from decimal import Decimal
from typing import Any, Literal, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    field_serializer,
    field_validator,
    model_validator,
)

from sandbox.marketplace.endpoints import AddressStyle, Endpoint, merged

Sort = Literal["newest", "oldest", "updated", "random"]
Envelope = Literal[
    "bare",
    "results",
    "data",
    "items",
    "noun",
    "data.results",
    "data.data",
    "data.items",
    "data.noun",
]
Totals = Literal["none", "total", "count", "total_count", "pagination.total", "meta.total"]
Looseness = Literal[
    "numeric_ids",
    "numeric_warranty",
    "string_numbers",
    "missing_fields",
    "null_fields",
    "new_fields",
]
Filter = Literal["status", "search", "category_id", "sort", "min_price", "max_price"]

ALL_LOOSE: frozenset[Looseness] = frozenset(
    (
        "numeric_ids",
        "numeric_warranty",
        "string_numbers",
        "missing_fields",
        "null_fields",
        "new_fields",
    )
)
ALL_FILTERS: frozenset[Filter] = frozenset(
    ("status", "search", "category_id", "sort", "min_price", "max_price")
)


class MarketOptions(BaseModel):
    """Every choice that can be made, and changed while the marketplace runs."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    # Who may call, and where.
    auth: Literal["x-api-key", "bearer", "body", "session", "any"] = "any"
    api_key: str = Field(default="practice-key", min_length=1)
    session_id: str = Field(default="practice-session", min_length=1)
    addresses: AddressStyle = "family"
    endpoints: dict[str, Endpoint] = Field(default_factory=dict)

    # What an answer looks like.
    envelope: Envelope = "results"
    totals: Totals = "count"
    sort: Sort = "newest"
    default_page_size: int = Field(default=20, ge=1)
    max_page_size: int = Field(default=100, ge=1)
    past_end: Literal["empty", "last", "404"] = "empty"
    honoured_filters: frozenset[Filter] = ALL_FILTERS
    loose_types: frozenset[Looseness] = frozenset()
    fractional_seconds: bool = False
    error_field: Literal["message", "error", "detail"] = "message"
    refusals_as_ok: bool = False

    # Rules of trade.
    deliver_unpaid: bool = False
    append_after_completion: bool = True
    min_quantity_counts: bool = True
    stock_counts: bool = False
    pool_delay: float = Field(default=3.0, ge=0)
    ticket_reply: Literal["replace", "thread"] = "replace"
    updated_at_moves: bool = True
    approval: Literal["approved", "pending"] = "approved"
    user_balance: Decimal = Decimal("100.00")

    # Buyers of their own.
    life: bool = False
    life_speed: float = Field(default=1.0, gt=0)

    @field_serializer("honoured_filters", "loose_types", when_used="json")
    def _in_order(self, value: frozenset[str]) -> list[str]:
        """Show a set the same way each time."""
        return sorted(value)

    @field_validator("loose_types", mode="before")
    @classmethod
    def _all_or_none(cls, value: Any) -> Any:
        if isinstance(value, bool):
            return ALL_LOOSE if value else frozenset()
        return value

    @model_validator(mode="after")
    def _known_operations(self) -> Self:
        merged(self.addresses, self.endpoints)
        return self

    def changed(self, partial: dict[str, Any]) -> Self:
        """Return these options with some replaced; raises pydantic.ValidationError."""
        return self.model_validate({**self.model_dump(), **partial})
