"""The contents of a rejected form, so that the error page can return what the person typed."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.core.exceptions import BadRequest, SuspiciousOperation
from django.http import HttpRequest, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.errors import AppError

CSRF_FIELD = "csrfmiddlewaretoken"
SECRET_NAME = re.compile(r"password|secret|token", re.IGNORECASE)
MACHINE_NAME = re.compile(r"gesture|expected-user|verb|next|seal|at|initial-.*|theirs-.*")
MACHINE_VALUE = re.compile(r"|on|[0-9a-f]{8}-[0-9a-f-]{27}")
LABELS = {"body": _("Comment")}  # of fields whose name differs from their label on the screen
RETRYABLE_CODES = {"csrf-failed", "unauthenticated", "other-user", "password-needed"}


@dataclass(frozen=True)
class PostedField:
    """A submitted value. `is_hidden` is true if no person typed it."""

    name: str
    value: str
    is_hidden: bool

    @property
    def label(self) -> str:
        # Most names are the words of a label, which the catalog has.
        return str(LABELS.get(self.name) or gettext(self.name.replace("_", " ").capitalize()))


@dataclass(frozen=True)
class PostedForm:
    """A submitted form without secrets.

    `is_retryable` is true if submitting it again may succeed.
    """

    action: str
    fields: list[PostedField]
    is_retryable: bool


def posted_form(request: HttpRequest, refusal: AppError) -> PostedForm | None:
    """Return the form in a rejected request, or None if it contains no text that could be lost.

    Also return None for other methods than POST, for forms of the sign-in pages (/accounts/), and
    for a form from another site, because the person may not have written it. The error page submits
    the form again only when the person clicks a button, and only to the same URL.
    """
    if request.method != "POST" or request.path.startswith("/accounts/") or is_foreign(request):
        return None
    try:
        sent = list(read_fields(request))
        files = bool(request.FILES)
    except (BadRequest, SuspiciousOperation, UnreadablePostError, MultiPartParserError):
        return None
    fields = [field for field in sent if not SECRET_NAME.search(field.name)]
    if all(field.is_hidden for field in fields):
        return None
    is_complete = not files and not any(
        field.value for field in sent if SECRET_NAME.search(field.name)
    )
    may_pass = refusal.code in RETRYABLE_CODES or refusal.status >= 500 or refusal.status == 429
    # One slash only, because two would name another host.
    action = f"/{request.path.lstrip('/')}"
    return PostedForm(action, fields, is_complete and may_pass)


def read_fields(request: HttpRequest) -> Iterator[PostedField]:
    for name, values in request.POST.lists():
        if name == CSRF_FIELD:
            continue
        for value in values:
            is_hidden = bool(MACHINE_NAME.fullmatch(name) or MACHINE_VALUE.fullmatch(value))
            yield PostedField(name, value, is_hidden)


def is_foreign(request: HttpRequest) -> bool:
    """Return whether the browser reports that the form was on another site.

    Sec-Fetch-Site takes precedence, because pages without a referrer (shared ones) send `Origin:
    null`.
    """
    if site := request.headers.get("Sec-Fetch-Site"):
        return site != "same-origin"
    origin = request.headers.get("Origin")
    # Compared as text, because neither has to be a valid URL.
    return origin is not None and origin.partition("://")[2] != request.headers.get("Host")
