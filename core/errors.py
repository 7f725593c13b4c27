"""Refusals: every way the product says no, in one shape that each door can render."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import DatabaseError, DataError, InterfaceError, OperationalError

# PostgreSQL's codes (SQLSTATE), where Django's class of the error does not say what it means
DISK_FULL = "53100"
READ_ONLY = "25006"  # the server takes no writes: a standby, or a provider's guard of the disk
IDLE_IN_TRANSACTION = "25P03"  # the connection was ended while it waited for us
LIMIT_EXCEEDED = "54"  # a class of codes: a value does not fit in an index, and the like

_disk_full_seen_at = float("-inf")


@dataclass(frozen=True)
class FieldError:
    """One thing wrong: `pointer` is an RFC 6901 path into what was sent."""

    pointer: str
    code: str
    detail: str

    def prefixed(self, prefix: str) -> "FieldError":
        return FieldError(prefix + self.pointer, self.code, self.detail)


class AppError(Exception):
    """Says what was wrong, where, and what to do. `code` is API and never renamed."""

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
    """What was sent is not valid; `errors` point at each place."""

    @classmethod
    def at(cls, pointer: str, code: str, detail: str) -> "InvalidRequest":
        return cls(detail, errors=[FieldError(pointer, code, detail)])


class Unauthenticated(AppError):
    """Nobody is signed in, or the token is not (or no longer) good."""

    status = 401
    code = "unauthenticated"

    def __init__(self, detail: str, *, code: str = "") -> None:
        error = ' error="invalid_token"' if code else ""
        super().__init__(detail, code=code, headers={"WWW-Authenticate": f"Bearer{error}"})


class NotFound(AppError):
    """Absent, in another workspace, or not visible: the three are never told apart."""

    status = 404
    code = "not-found"

    def __init__(self, detail: str = "There is nothing here that you can see.") -> None:
        super().__init__(detail)


class Forbidden(AppError):
    """The caller may know the thing exists, but lacks the right."""

    status = 403
    code = "insufficient-role"


class Conflict(AppError):
    """Well formed, but the present state forbids it."""

    status = 409
    code = "conflict"


class Locked(AppError):
    """What it would change is locked against accidents; whoever may change it may unlock it."""

    status = 403
    code = "locked"


class PreconditionFailed(AppError):
    """`If-Match` names a version that is not the present one; the answer's ETag is."""

    status = 412
    code = "precondition-failed"

    def __init__(self, etag: str, detail: str = "") -> None:
        detail = detail or "This was changed in the meantime. Read it again, then decide."
        super().__init__(detail, headers={"ETag": etag})


class TooLarge(AppError):
    """More than is read at once; the detail says the limit."""

    status = 413
    code = "payload-too-large"


class UnsupportedMediaType(AppError):
    """A kind of content that is not read here."""

    status = 415
    code = "unsupported-media-type"


class Unprocessable(AppError):
    """Well formed and refused as a whole, e.g. an idempotency key with another body."""

    status = 422
    code = "idempotency-key-reused"


class Unavailable(AppError):
    """The database is away or a lock was not had in time; the same request may be sent again."""

    status = 503
    code = "service-unavailable"


# -- what an error of the database means


def app_error_from_database(
    error: BaseException | None, retry: str = "Send the same request again."
) -> AppError | None:
    """Return the refusal that an error of the database means, or None for a mistake of ours."""
    global _disk_full_seen_at
    if is_disk_full(error):
        _disk_full_seen_at = time.monotonic()
        return Unavailable(f"The disk of the database is full: tell who runs it. Then: {retry}")
    if is_unavailable(error):
        return Unavailable(f"The database did not answer. {retry}")
    if isinstance(error, DataError) or _sqlstate(error).startswith(LIMIT_EXCEEDED):
        return InvalidRequest(
            "A value is outside of what can be stored. Send a shorter or smaller one."
        )
    return None


def is_unavailable(error: BaseException | None) -> bool:
    """Say whether the database is away, was too slow, or takes no writes at present."""
    code = _sqlstate(error)
    if isinstance(error, OperationalError | InterfaceError):
        return not code.startswith(LIMIT_EXCEEDED)
    # A connection that breaks in the middle of an answer is a plain DatabaseError without a code.
    broken = type(error) is DatabaseError and error.__cause__ is not None and not code
    return broken or code in {READ_ONLY, IDLE_IN_TRANSACTION}


def is_disk_full(error: BaseException | None) -> bool:
    return _sqlstate(error) == DISK_FULL


def was_disk_full_within(seconds: float) -> bool:
    """Say whether this process was refused a write for want of space, so short a time ago."""
    return time.monotonic() - _disk_full_seen_at < seconds


def _sqlstate(error: BaseException | None) -> str:
    return getattr(getattr(error, "__cause__", None), "pgcode", None) or ""
