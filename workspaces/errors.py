"""Refusals: every way the product says no, in one shape that each door can render."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class FieldError:
    """One thing wrong: `pointer` is an RFC 6901 path into what was sent."""

    pointer: str
    code: str
    detail: str

    def under(self, prefix: str) -> "FieldError":
        return FieldError(prefix + self.pointer, self.code, self.detail)


class Refused(Exception):
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


class Invalid(Refused):
    """What was sent is not valid; `errors` point at each place."""

    @classmethod
    def at(cls, pointer: str, code: str, detail: str) -> "Invalid":
        return cls(detail, errors=[FieldError(pointer, code, detail)])


class Unauthenticated(Refused):
    """Nobody is signed in, or the token is not (or no longer) good."""

    status = 401
    code = "unauthenticated"

    def __init__(self, detail: str, *, code: str = "") -> None:
        error = ' error="invalid_token"' if code else ""
        super().__init__(detail, code=code, headers={"WWW-Authenticate": f"Bearer{error}"})


class NotFound(Refused):
    """Absent, in another workspace, or not visible: the three are never told apart."""

    status = 404
    code = "not-found"

    def __init__(self, detail: str = "There is nothing here that you can see.") -> None:
        super().__init__(detail)


class Forbidden(Refused):
    """The caller may know the thing exists, but lacks the right."""

    status = 403
    code = "insufficient-role"


class Conflict(Refused):
    """Well formed, but the present state forbids it."""

    status = 409
    code = "conflict"


class Locked(Refused):
    """What it would change is locked against accidents; whoever may change it may unlock it."""

    status = 403
    code = "locked"


class Stale(Refused):
    """`If-Match` names a version that is not the present one; the answer's ETag is."""

    status = 412
    code = "precondition-failed"

    def __init__(self, etag: str, detail: str = "") -> None:
        detail = detail or "This was changed in the meantime. Read it again, then decide."
        super().__init__(detail, headers={"ETag": etag})


class TooLarge(Refused):
    """More than is read at once; the detail says the limit."""

    status = 413
    code = "payload-too-large"


class Unsupported(Refused):
    """A kind of content that is not read here."""

    status = 415
    code = "unsupported-media-type"


class Unprocessable(Refused):
    """Well formed and refused as a whole, e.g. an idempotency key with another body."""

    status = 422
    code = "idempotency-key-reused"


class Unavailable(Refused):
    """The database is away or a lock was not had in time; the same request may be sent again."""

    status = 503
    code = "service-unavailable"
