"""The marketplace's 17 operations, by the names used everywhere."""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class Operation(StrEnum):
    """One operation of the supplier API; its value names its table in ``endpoints.toml``."""

    UPLOAD_IMAGE = "upload_image"
    CREATE_PRODUCT = "create_product"
    LIST_PRODUCTS = "list_products"
    UPDATE_PRODUCT = "update_product"
    APPEND_PRODUCT_ACCOUNTS = "append_product_accounts"
    DELETE_PRODUCT = "delete_product"
    LIST_ORDERS = "list_orders"
    REFUND_ORDER = "refund_order"
    UPDATE_DELIVERED_INFO = "update_delivered_info"
    CHANGE_ORDER_STATUS = "change_order_status"
    GET_ORDER = "get_order"
    LIST_TICKETS = "list_tickets"
    GET_TICKET = "get_ticket"
    CREATE_TICKET = "create_ticket"
    UPDATE_TICKET = "update_ticket"
    LIST_PAYMENTS = "list_payments"
    GET_BALANCE = "get_balance"

    @property
    def writes(self) -> bool:
        """Whether it may change something on the marketplace: it is sent once and never retried."""
        return self not in READS

    @property
    def ids(self) -> tuple[str, ...]:
        """Names of the IDs it carries, which may stand in its path."""
        return _IDS.get(self, ())


READS: Final = frozenset(
    {
        Operation.LIST_PRODUCTS,
        Operation.LIST_ORDERS,
        Operation.GET_ORDER,
        Operation.LIST_TICKETS,
        Operation.GET_TICKET,
        Operation.LIST_PAYMENTS,
        Operation.GET_BALANCE,
    }
)
WRITES: Final = frozenset(Operation) - READS

ID_NAMES: Final = ("product_id", "order_id", "ticket_id")

_IDS: Final[dict[Operation, tuple[str, ...]]] = {
    Operation.UPDATE_PRODUCT: ("product_id",),
    Operation.APPEND_PRODUCT_ACCOUNTS: ("product_id",),
    Operation.DELETE_PRODUCT: ("product_id",),
    Operation.REFUND_ORDER: ("order_id",),
    Operation.UPDATE_DELIVERED_INFO: ("order_id",),
    Operation.CHANGE_ORDER_STATUS: ("order_id",),
    Operation.GET_ORDER: ("order_id",),
    Operation.CREATE_TICKET: ("order_id",),
    Operation.GET_TICKET: ("ticket_id",),
    Operation.UPDATE_TICKET: ("ticket_id",),
}
