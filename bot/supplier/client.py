"""The marketplace: its 17 operations as typed methods.

Every method raises an error of the tree in ``errors``, and nothing else, when the marketplace or
the network does not do as it should. ``ValueError`` is for arguments that no caller may give.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Sequence
from decimal import Decimal
from typing import Final

from pydantic import SecretStr

from bot.model.order import RECEIPT_CONFIRMED, Order
from bot.model.payment import Balance, Payment
from bot.model.product import Product
from bot.model.ticket import Ticket

from .asking import MAX_PAGE_SIZE, Asker, given
from .budget import Priority
from .caller import Call
from .envelope import Page, read_thing
from .operations import Operation
from .paging import each
from .results import (
    Appended,
    CreatedProduct,
    CreatedTicket,
    Deleted,
    Delivered,
    NewProduct,
    ProductPatch,
    Refunded,
    StatusChanged,
    UpdatedProduct,
    UploadedImage,
    goods_of,
)


class Marketplace(Asker):
    """The marketplace's API. Close it with ``aclose``, or use it in ``async with``."""

    # --- orders ---------------------------------------------------------------------------------

    async def list_orders(
        self,
        *,
        page: int = 1,
        page_size: int = MAX_PAGE_SIZE,
        status: str | None = None,
        search: str | None = None,
        priority: Priority = Priority.HEAD,
    ) -> Page[Order]:
        """Return one page of our orders, in whatever order the marketplace sorts them."""
        filters = {"status": status, "search": search}
        return await self._page(Operation.LIST_ORDERS, Order, page, page_size, filters, priority)

    async def get_order(self, order_id: str, *, priority: Priority = Priority.PERSON) -> Order:
        """Return one order."""
        ids = {"order_id": order_id}
        order = await self._single(Operation.GET_ORDER, "order", Order, ids, priority)
        return self._same(Operation.GET_ORDER, order_id, order, order.order_id, order.order_no)

    async def refund_order(
        self, order_id: str, *, priority: Priority = Priority.PERSON
    ) -> Refunded:
        """Give the buyer all of the money back."""
        call = Call(Operation.REFUND_ORDER, {"order_id": order_id})
        return await self._write(call, Refunded, priority)

    async def update_delivered_info(
        self,
        order_id: str,
        units: Sequence[SecretStr],
        *,
        priority: Priority = Priority.PERSON,
    ) -> Delivered:
        """Append units to what was delivered; the marketplace drops those already there."""
        goods = goods_of(units)
        if not goods or not all(goods):
            raise ValueError("there must be units, and none of them empty")
        # Always a JSON array and an append: without it, what was there would be replaced.
        fields = {
            "delivered_info": json.dumps(goods, ensure_ascii=False),
            "append_delivered_info": True,
        }
        call = Call(
            Operation.UPDATE_DELIVERED_INFO, {"order_id": order_id}, fields, goods=tuple(goods)
        )
        return await self._write(call, Delivered, priority)

    async def change_order_status(
        self, order_id: str, status: str, *, priority: Priority = Priority.PERSON
    ) -> StatusChanged:
        """Set an order's status by hand."""
        if status == RECEIPT_CONFIRMED:
            raise ValueError("only the buyer confirms the receipt")
        call = Call(Operation.CHANGE_ORDER_STATUS, {"order_id": order_id}, {"order_status": status})
        return await self._write(call, StatusChanged, priority)

    def every_order(
        self,
        *,
        status: str | None = None,
        search: str | None = None,
        page_size: int = MAX_PAGE_SIZE,
        priority: Priority = Priority.SWEEP,
    ) -> AsyncIterator[Order]:
        """Yield every order once, page by page."""

        async def fetch(page: int, size: int) -> Page[Order]:
            return await self.list_orders(
                page=page, page_size=size, status=status, search=search, priority=priority
            )

        memory = self._memories[Operation.LIST_ORDERS]
        return each(fetch, key=lambda thing: thing.order_id, page_size=page_size, memory=memory)

    # --- tickets --------------------------------------------------------------------------------

    async def list_tickets(
        self,
        *,
        page: int = 1,
        page_size: int = MAX_PAGE_SIZE,
        status: str | None = None,
        priority: Priority = Priority.HEAD,
    ) -> Page[Ticket]:
        """Return one page of our tickets."""
        filters = {"status": status}
        return await self._page(Operation.LIST_TICKETS, Ticket, page, page_size, filters, priority)

    async def get_ticket(self, ticket_id: str, *, priority: Priority = Priority.PERSON) -> Ticket:
        """Return one ticket."""
        ids = {"ticket_id": ticket_id}
        ticket = await self._single(Operation.GET_TICKET, "ticket", Ticket, ids, priority)
        return self._same(
            Operation.GET_TICKET, ticket_id, ticket, ticket.ticket_id, ticket.ticket_no
        )

    async def create_ticket(
        self,
        order_id: str,
        title: str,
        description: str,
        *,
        priority: Priority = Priority.PERSON,
    ) -> CreatedTicket:
        """Open a ticket on an order: how a supplier writes to a buyer."""
        fields = {"title": title, "description": description}
        call = Call(Operation.CREATE_TICKET, {"order_id": order_id}, fields)
        return await self._write(call, CreatedTicket, priority)

    async def update_ticket(
        self,
        ticket_id: str,
        *,
        title: str | None = None,
        description: str | None = None,
        status: str | None = None,
        priority: Priority = Priority.PERSON,
    ) -> Ticket | None:
        """Reply (``description``), retitle or set the status.

        Return the ticket as the answer shows it; None when it was done and the answer shows none.
        """
        fields = given({"title": title, "description": description, "status": status})
        if not fields:
            raise ValueError("there must be something to change")
        call = Call(Operation.UPDATE_TICKET, {"ticket_id": ticket_id}, fields)
        body = await self._caller.ask(call, priority)
        answer = self._caller.judge(call).done(body)
        ticket = read_thing(answer.get("ticket"), Ticket) or read_thing(answer, Ticket)
        return ticket if ticket is not None and ticket.ticket_id == ticket_id else None

    def every_ticket(
        self,
        *,
        status: str | None = None,
        page_size: int = MAX_PAGE_SIZE,
        priority: Priority = Priority.SWEEP,
    ) -> AsyncIterator[Ticket]:
        """Yield every ticket once, page by page."""

        async def fetch(page: int, size: int) -> Page[Ticket]:
            return await self.list_tickets(
                page=page, page_size=size, status=status, priority=priority
            )

        memory = self._memories[Operation.LIST_TICKETS]
        return each(fetch, key=lambda thing: thing.ticket_id, page_size=page_size, memory=memory)

    # --- products -------------------------------------------------------------------------------

    async def list_products(
        self,
        *,
        page: int = 1,
        page_size: int = MAX_PAGE_SIZE,
        search: str | None = None,
        category_id: str | None = None,
        status: str | None = None,
        sort: str | None = None,
        min_price: Decimal | None = None,
        max_price: Decimal | None = None,
        priority: Priority = Priority.SWEEP,
    ) -> Page[Product]:
        """Return one page of our products."""
        filters = {
            "search": search,
            "category_id": category_id,
            "status": status,
            "sort": sort,
            "min_price": None if min_price is None else format(min_price, "f"),
            "max_price": None if max_price is None else format(max_price, "f"),
        }
        return await self._page(
            Operation.LIST_PRODUCTS, Product, page, page_size, filters, priority
        )

    def every_product(
        self,
        *,
        search: str | None = None,
        status: str | None = None,
        page_size: int = MAX_PAGE_SIZE,
        priority: Priority = Priority.SWEEP,
    ) -> AsyncIterator[Product]:
        """Yield every product once, page by page."""

        async def fetch(page: int, size: int) -> Page[Product]:
            return await self.list_products(
                page=page, page_size=size, search=search, status=status, priority=priority
            )

        memory = self._memories[Operation.LIST_PRODUCTS]
        return each(fetch, key=lambda thing: thing.product_id, page_size=page_size, memory=memory)

    async def create_product(
        self, product: NewProduct, *, priority: Priority = Priority.PERSON
    ) -> CreatedProduct:
        """Create a product."""
        call = Call(Operation.CREATE_PRODUCT, fields=product.fields())
        return await self._write(call, CreatedProduct, priority)

    async def update_product(
        self, product_id: str, patch: ProductPatch, *, priority: Priority = Priority.PERSON
    ) -> UpdatedProduct:
        """Change fields of a product."""
        fields = patch.fields()
        if not fields:
            raise ValueError("there must be something to change")
        call = Call(Operation.UPDATE_PRODUCT, {"product_id": product_id}, fields)
        return await self._write(call, UpdatedProduct, priority)

    async def append_product_accounts(
        self,
        product_id: str,
        lines: Sequence[SecretStr],
        *,
        priority: Priority = Priority.PERSON,
    ) -> Appended:
        """Add accounts to the pool that delivers by itself, one line ``username:password`` each."""
        goods = goods_of(lines)
        if not goods or not all(line.strip() for line in goods):
            raise ValueError("there must be lines, and none of them empty")
        if any(line.splitlines() != [line] for line in goods):
            raise ValueError("an account must stand on one line")
        call = Call(
            Operation.APPEND_PRODUCT_ACCOUNTS,
            {"product_id": product_id},
            {"accounts_text": "\n".join(goods)},
            goods=tuple(goods),
        )
        return await self._write(call, Appended, priority)

    async def delete_product(
        self, product_id: str, *, priority: Priority = Priority.PERSON
    ) -> Deleted:
        """Delete a product that has not been sold."""
        call = Call(Operation.DELETE_PRODUCT, {"product_id": product_id})
        return await self._write(call, Deleted, priority)

    async def upload_image(
        self, name: str, content: bytes, *, priority: Priority = Priority.PERSON
    ) -> UploadedImage:
        """Upload an image file; its path goes into a product's ``images``."""
        kind = _IMAGE_KINDS.get(name.lower().rpartition(".")[2], "application/octet-stream")
        safe = (
            "".join(sign for sign in name if sign.isprintable() and sign not in '/\\"') or "image"
        )
        call = Call(Operation.UPLOAD_IMAGE, file=(safe, content, kind))
        return await self._write(call, UploadedImage, priority)

    # --- money ----------------------------------------------------------------------------------

    async def list_payments(
        self,
        *,
        page: int = 1,
        page_size: int = MAX_PAGE_SIZE,
        priority: Priority = Priority.SWEEP,
    ) -> Page[Payment]:
        """Return one page of the payments for our orders."""
        return await self._page(Operation.LIST_PAYMENTS, Payment, page, page_size, {}, priority)

    def every_payment(
        self, *, page_size: int = MAX_PAGE_SIZE, priority: Priority = Priority.SWEEP
    ) -> AsyncIterator[Payment]:
        """Yield every payment once, page by page."""

        async def fetch(page: int, size: int) -> Page[Payment]:
            return await self.list_payments(page=page, page_size=size, priority=priority)

        memory = self._memories[Operation.LIST_PAYMENTS]
        return each(fetch, key=_payment_key, page_size=page_size, memory=memory)

    async def get_balance(self, *, priority: Priority = Priority.PERSON) -> Balance:
        """Return the account's balances."""
        balance = await self._single(Operation.GET_BALANCE, "balance", Balance, {}, priority)
        amounts = (balance.balance, balance.user_balance, balance.supplier_balance)
        if all(amount is None for amount in amounts):
            raise self._caller.judge(Call(Operation.GET_BALANCE)).unreadable()
        return balance


_IMAGE_KINDS: Final = {
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "png": "image/png",
    "webp": "image/webp",
    "gif": "image/gif",
}


def _payment_key(payment: Payment) -> str:
    return payment.payment_no or f"{payment.order_id} {payment.created_at} {payment.amount}"
