"""The marketplace's API: operations, client, errors, addresses. Knows nothing of Telegram."""

from .addresses import Address, AddressError, AddressTable, load_addresses
from .asking import MAX_PAGE_SIZE
from .auth import (
    ApiKey,
    Auth,
    AuthError,
    AuthKind,
    Bearer,
    BodyKey,
    Session,
    check_base_url,
    make_auth,
)
from .budget import Priority
from .caller import CallRecord, Timeouts
from .client import Marketplace
from .envelope import Page
from .errors import (
    Forbidden,
    NotAuthorised,
    NotFound,
    OutcomeUnknown,
    Refused,
    SupplierError,
    Throttled,
    Unavailable,
    Unreadable,
)
from .operations import READS, WRITES, Operation
from .paging import PageMemory, each, pages
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
)

__all__ = [
    "MAX_PAGE_SIZE",
    "READS",
    "WRITES",
    "Address",
    "AddressError",
    "AddressTable",
    "ApiKey",
    "Appended",
    "Auth",
    "AuthError",
    "AuthKind",
    "Bearer",
    "BodyKey",
    "CallRecord",
    "CreatedProduct",
    "CreatedTicket",
    "Deleted",
    "Delivered",
    "Forbidden",
    "Marketplace",
    "NewProduct",
    "NotAuthorised",
    "NotFound",
    "Operation",
    "OutcomeUnknown",
    "Page",
    "PageMemory",
    "Priority",
    "ProductPatch",
    "Refunded",
    "Refused",
    "Session",
    "StatusChanged",
    "SupplierError",
    "Throttled",
    "Timeouts",
    "Unavailable",
    "Unreadable",
    "UpdatedProduct",
    "UploadedImage",
    "check_base_url",
    "each",
    "load_addresses",
    "make_auth",
    "pages",
]
