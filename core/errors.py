"""Application errors, in a form that the API, the pages and the forms can all render."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import DatabaseError, DataError, InterfaceError, OperationalError
from django.utils.translation import gettext

# PostgreSQL error codes (SQLSTATE) for errors that Django's exception classes don't identify.
DISK_FULL = "53100"
READ_ONLY = "25006"  # the server is a standby, or its provider protects a full disk
IDLE_IN_TRANSACTION = "25P03"  # the server closed the connection while our transaction was idle
LIMIT_EXCEEDED = "54"  # a class of codes: for example, a value is too large for an index

_disk_full_seen_at = float("-inf")


@dataclass(frozen=True)
class FieldError:
    """An invalid value. `pointer` is its JSON pointer (RFC 6901) in the request."""

    pointer: str
    code: str
    detail: str

    def prefixed(self, prefix: str) -> "FieldError":
        return FieldError(prefix + self.pointer, self.code, self.detail)


class AppError(Exception):
    """Base class for errors that are shown to clients. `detail` says what is wrong and what to do.

    `code` is part of the API and is never renamed.
    """

    status = 400
    code = "validation-failed"

    def __init__(
        self,
        detail: str,
        *,
        code: str = "",
        errors: Sequence[FieldError] = (),
        status: int = 0,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.detail = detail
        self.status = status or type(self).status
        self.code = code or type(self).code
        self.errors = tuple(errors)
        self.headers = dict(headers or {})


class InvalidRequest(AppError):
    """The request is invalid. Each of its `errors` points to an invalid value."""

    @classmethod
    def at(cls, pointer: str, code: str, detail: str) -> "InvalidRequest":
        return cls(detail, errors=[FieldError(pointer, code, detail)])


def require_text(text: str, pointer: str, message: str) -> None:
    """Raise InvalidRequest `blank` at `pointer`, with this message, if a text is blank."""
    if not text.strip():
        raise InvalidRequest.at(pointer, "blank", message)


class Unauthenticated(AppError):
    """No one is signed in, or the token is invalid, expired or revoked."""

    status = 401
    code = "unauthenticated"

    def __init__(self, detail: str, *, code: str = "") -> None:
        error = ' error="invalid_token"' if code else ""
        super().__init__(detail, code=code, headers={"WWW-Authenticate": f"Bearer{error}"})


class NotFound(AppError):
    """The object doesn't exist, is in another workspace, or isn't visible to the caller.

    Clients can't tell these cases apart.
    """

    status = 404
    code = "not-found"

    def __init__(self, detail: str = "") -> None:
        super().__init__(detail or gettext("This doesn’t exist, or you don’t have access to it."))


class Forbidden(AppError):
    """The caller lacks the right for an object that they can see."""

    status = 403
    code = "insufficient-role"


class Conflict(AppError):
    """The request is valid, but conflicts with the current state."""

    status = 409
    code = "conflict"


class Locked(AppError):
    """The record is locked to prevent accidental changes. Anyone who can edit it can unlock it."""

    status = 403
    code = "locked"


class PreconditionFailed(AppError):
    """The version in `If-Match` is outdated. The response's ETag header has the current one."""

    status = 412
    code = "precondition-failed"

    def __init__(self, etag: str, detail: str = "") -> None:
        detail = detail or gettext(
            "This has changed since you loaded it. Reload it, then check whether your change still applies."
        )
        super().__init__(detail, headers={"ETag": etag})


class TooLarge(AppError):
    """The request exceeds a size limit, which the detail states."""

    status = 413
    code = "payload-too-large"


class UnsupportedMediaType(AppError):
    """The content type, charset or encoding of the body is not supported."""

    status = 415
    code = "unsupported-media-type"


class Unprocessable(AppError):
    """The request is well formed, but rejected as a whole.

    An example is an idempotency key that was already used for another request.
    """

    status = 422
    code = "idempotency-key-reused"


class Unavailable(AppError):
    """The database is unavailable, or a lock timed out.

    The client may send the same request again.
    """

    status = 503
    code = "service-unavailable"


# -- database errors


def app_error_from_database(error: BaseException | None, retry: str = "") -> AppError | None:
    """Return the AppError for a database error, or None if the error is a bug.

    `retry` is a sentence that says how to try again. The default says to send the same request.
    """
    global _disk_full_seen_at
    retry = retry or gettext("Send the same request again.")
    if is_disk_full(error):
        _disk_full_seen_at = time.monotonic()
        return Unavailable(
            gettext(
                "The database’s disk is full. Contact the operator of this server. {retry}"
            ).format(retry=retry)
        )
    if is_unavailable(error):
        return Unavailable(gettext("The database didn’t respond. {retry}").format(retry=retry))
    if isinstance(error, DataError) or _sqlstate(error).startswith(LIMIT_EXCEEDED):
        return InvalidRequest(
            gettext("A value is too long or too large to be stored. Send a smaller one.")
        )
    return None


def is_unavailable(error: BaseException | None) -> bool:
    """Return whether an error means that the database is unreachable, too slow or read-only."""
    code = _sqlstate(error)
    if isinstance(error, OperationalError | InterfaceError):
        return not code.startswith(LIMIT_EXCEEDED)
    # A connection that breaks during a response raises a plain DatabaseError without a code.
    is_broken = type(error) is DatabaseError and error.__cause__ is not None and not code
    return is_broken or code in {READ_ONLY, IDLE_IN_TRANSACTION}


def is_disk_full(error: BaseException | None) -> bool:
    return _sqlstate(error) == DISK_FULL


def was_disk_full_within(seconds: float) -> bool:
    """Return whether a write in this process failed on a full disk in the last `seconds`."""
    return time.monotonic() - _disk_full_seen_at < seconds


def _sqlstate(error: BaseException | None) -> str:
    return getattr(getattr(error, "__cause__", None), "pgcode", None) or ""
