"""What the server answers when it refuses: a code, Telegram's own words, and parameters."""

from typing import Any


class ApiError(Exception):
    """A refused Bot API call.

    `code` is the HTTP status and error_code, `description` the full text a bot reads,
    `parameters` what Telegram adds for machines (retry_after, migrate_to_chat_id).
    """

    def __init__(
        self, code: int, description: str, parameters: dict[str, Any] | None = None
    ) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters = parameters

    def answer(self) -> dict[str, Any]:
        """Return the JSON body of the refusal."""
        body: dict[str, Any] = {
            "ok": False,
            "error_code": self.code,
            "description": self.description,
        }
        if self.parameters:
            body["parameters"] = self.parameters
        return body


class MisuseError(Exception):
    """A control call that asks for something impossible; `status` is the HTTP status."""

    def __init__(self, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.status = status


def bad_request(reason: str, **parameters: Any) -> ApiError:
    """Return a 400 in Telegram's form; `reason` comes without its "Bad Request: "."""
    return ApiError(400, f"Bad Request: {reason}", parameters or None)


def forbidden(reason: str) -> ApiError:
    """Return a 403 in Telegram's form; `reason` comes without its "Forbidden: "."""
    return ApiError(403, f"Forbidden: {reason}")


def too_many(seconds: int) -> ApiError:
    """Return a 429 that asks for a wait of whole seconds."""
    return ApiError(429, f"Too Many Requests: retry after {seconds}", {"retry_after": seconds})


def conflict(reason: str) -> ApiError:
    """Return a 409 in Telegram's form; `reason` comes without its "Conflict: "."""
    return ApiError(409, f"Conflict: {reason}")
