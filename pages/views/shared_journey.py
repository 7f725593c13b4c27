"""The pages behind a share link: the journey, its password form, and guests' comments."""

import gzip
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import get_language, gettext
from django.views import View
from django.views.decorators.csrf import csrf_exempt

from changes.models import Record
from changes.queries import versions_of
from changes.services import AlreadyRecorded
from comments.models import Comment
from core.client_address import address_group
from core.error_responses import error_response
from core.errors import AppError, Forbidden, NotFound
from core.form_idempotency import with_form_idempotency
from core.ids import find_uuid
from core.page_cache import PageCache, get_or_render, respond
from core.posted_forms import is_foreign
from core.tenancy import tenant_scope
from journeys.models import Journey
from ownership.queries import stage_states
from pages.versions import journey_from_snapshot
from pages.views.journey_map import map_context
from sharing.forms import GuestCommentForm, SharePasswordForm
from sharing.guest_comments import (
    PublicThread,
    allows_comments,
    comment_target,
    guest_actor,
    guest_comment_create,
    public_threads,
    require_comments,
)
from sharing.models import ShareLink
from sharing.public_snapshot import shared_snapshot
from sharing.services import check_share_password, get_live_share, touch_last_used
from storyboards.access import get_shown_picture
from storyboards.models import Frame
from storyboards.views import picture_response
from workspaces.page_views import see_other
from workspaces.queries import current_members

# Seconds that a password is remembered, and that a form stays valid
PASSWORD_COOKIE_SECONDS = 12 * 3600
NAME_COOKIE_SECONDS = 90 * 86400  # how long a guest's name is remembered
SALT = "cxmap.share"
T = TypeVar("T")


PAGE_CACHE = PageCache()


@dataclass(frozen=True)
class GuestCommentContext:
    """The comments on a guest's page: the URL of the form, and the threads by subject."""

    address: str
    threads: dict[UUID, list[PublicThread]]


# No CSRF token: in a frame on another site the page has no cookie, and anyone with the password may
# open the link. Instead, a comment carries a signed value that only the page contains.
@method_decorator(csrf_exempt, name="dispatch")
class SharedLinkView(View):
    """Base view for pages behind a share link. Anyone who has the link can open them."""

    link: ShareLink
    secret: str

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        embed = False
        self.secret = kwargs["secret"]
        try:
            self.link = get_live_share(self.secret)
            embed = self.link.embed
            response = super().dispatch(request, *args, **kwargs)
        except AppError as refusal:
            response = error_response(request, refusal)
        response["Referrer-Policy"] = "no-referrer"
        response["X-Robots-Tag"] = "noindex, nofollow"
        if embed:
            response._csp_replace = {"frame-ancestors": ["*"]}  # type: ignore[attr-defined]
            response["Cross-Origin-Resource-Policy"] = "cross-origin"
        return response

    def http_method_not_allowed(
        self, request: HttpRequest, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        raise AppError(
            gettext("A shared journey is read-only. Use GET."),
            code="method-not-allowed",
            status=405,
        )

    @property
    def address(self) -> str:
        return reverse("shared", args=[self.secret])

    def is_unlocked(self) -> bool:
        """Whether the link has no password, or it was entered in this browser."""
        return (
            not self.link.has_password
            or self.get_link_cookie("share", PASSWORD_COOKIE_SECONDS) == "open"
        )

    def require_unlocked(self) -> None:
        if not self.is_unlocked():
            raise Forbidden(
                gettext("Enter the password of this link first."), code="password-needed"
            )

    def cached_body(self, kind: str, render: Callable[[], str]) -> bytes:
        """Return what `render` returns for the link's current state, gzipped.

        `kind` names the page in the cache key. Concurrent requests render the page only once.
        """
        return get_or_render(
            PAGE_CACHE,
            self.link.pk,
            lambda: self.in_tenant(lambda: self.cache_key(kind)),
            lambda: self.in_tenant(lambda: (self.cache_key(kind), render())),
        )

    def in_tenant(self, read: Callable[[], T]) -> T:
        with tenant_scope([self.link.workspace_id], snapshot=True):
            return read()

    def cache_key(self, kind: str) -> tuple[Any, ...]:
        """Return everything that the page depends on. Raise NotFound if the journey was removed."""
        link = self.link
        if not Journey.objects.filter(pk=link.journey).exists():
            raise NotFound
        if link.version is not None:
            return (kind, get_language(), link.journey, link.version, link.can)
        versions = versions_of([link.journey, link.workspace_id])
        # Absences can change without a new version.
        states = frozenset(stage_states(link.journey).items())
        key = (kind, get_language(), link.journey, *versions.values(), states)
        if allows_comments(link):  # the page contains the link's URL, and relative times
            return (*key, link.pk, int(time.time() // 60))
        return key

    def sign(self, what: str, value: str) -> str:
        return signing.dumps([str(self.link.id), value], salt=f"{SALT}.{what}")

    def unsign(self, what: str, given: str, seconds: int) -> str:
        """Return a value that was signed for this link, or "" if it is invalid or has expired."""
        try:
            link_id, value = signing.loads(given, salt=f"{SALT}.{what}", max_age=seconds)
        except signing.BadSignature:
            return ""
        return str(value) if link_id == str(self.link.id) else ""

    def set_link_cookie(self, response: HttpResponse, what: str, value: str, seconds: int) -> None:
        """Store a signed value for this link in a cookie."""
        response.set_cookie(
            f"{what}-{self.link.id.hex}",
            self.sign(what, value),
            max_age=seconds,
            path=self.address,
            secure=settings.IS_HTTPS,
            httponly=True,
            samesite="None" if self.link.embed and settings.IS_HTTPS else "Lax",
        )

    def get_link_cookie(self, what: str, seconds: int) -> str:
        given = self.request.COOKIES.get(f"{what}-{self.link.id.hex}", "")
        return self.unsign(what, given, seconds)


class SharedJourneyView(SharedLinkView):
    """The journey as a map and a list, or the form for the password."""

    def get(self, request: HttpRequest, secret: str) -> HttpResponse:
        if not self.is_unlocked():
            return self.render_password_form(SharePasswordForm())
        touch_last_used(self.link)
        place = self.requested_target(request.GET.get("at", ""))
        if place is None:
            return respond(request, self.cached_page())
        form = GuestCommentForm(
            initial={"guest_name": self.get_link_cookie("guest", NAME_COOKIE_SECONDS)}
        )
        return self.show_form(form, place)

    def post(self, request: HttpRequest, secret: str) -> HttpResponse:
        here = see_other(self.address)
        if not self.link.has_password:
            return here
        form = SharePasswordForm(request.POST)
        if form.is_valid():
            try:
                check_share_password(self.link, form.cleaned_data["password"])
            except AppError as refusal:
                form.add_service_error(refusal)
                return with_error_headers(self.render_password_form(form, refusal.status), refusal)
            self.set_link_cookie(here, "share", "open", PASSWORD_COOKIE_SECONDS)
            return here
        return self.render_password_form(form, 422)

    def render_password_form(self, form: SharePasswordForm, status: int = 200) -> HttpResponse:
        return HttpResponse(render_to_string("shared/password.html", {"form": form}), status=status)

    def cached_page(self) -> bytes:
        """Return the gzipped page without a comment form."""
        return self.cached_body("page", self.render_page)

    def render_page(self) -> str:
        context = public_context(self.link, shared_snapshot(self.link))
        if allows_comments(self.link):
            context["saying"] = GuestCommentContext(self.address, public_threads(self.link.journey))
        return render_to_string("shared/journey.html", context)

    def requested_target(self, at: str) -> Record | None:
        """Return the record or thread that a guest wants to comment on, if the page shows it."""
        if not allows_comments(self.link):
            return None
        try:
            return comment_target(self.link, find_uuid(at))
        except NotFound:
            return None

    def show_form(self, form: GuestCommentForm, place: Record, status: int = 200) -> HttpResponse:
        """Render the page with a comment form at one record."""
        context = {
            "address": self.address,
            "place": place,
            "is_answer": isinstance(place, Comment),
            "form": form,
            "seal": self.sign("form", "shown"),
        }
        drawn_form = render_to_string("shared/guest_form.html", context)
        page = gzip.decompress(self.cached_page()).decode()
        return HttpResponse(insert_form(page, place.pk, drawn_form), status=status)


def insert_form(page: str, at: UUID, form: str) -> str:
    """Return the page with a form inserted at its placeholder (see shared/guest_threads.html)."""
    for opening, text in (
        (f"<!--form {at}-->", form),
        (f"<!--first {at}-->", f'<div class="guest-threads" id="about-{at}">{form}</div>'),
    ):
        before, placeholder, after = page.partition(opening)
        if placeholder:
            return before + text + after.partition("<!--/form-->")[2]
    return page  # the record was removed in the meantime


class SharedCommentView(SharedJourneyView):
    """Adds a guest's comment on a record or in a thread. GET shows the page with the form."""

    def get(self, request: HttpRequest, secret: str) -> HttpResponse:
        return see_other(self.address)  # a rejected form was reloaded

    def post(self, request: HttpRequest, secret: str) -> HttpResponse:
        require_comments(self.link)
        self.require_unlocked()
        is_sealed = self.unsign("form", request.POST.get("seal", ""), PASSWORD_COOKIE_SECONDS)
        expired = Forbidden(gettext("This form has expired. Send it again."), code="csrf-failed")
        if not is_sealed and is_foreign(request):
            raise expired
        place = comment_target(self.link, find_uuid(request.POST.get("at", "")))
        members = current_members(self.link.workspace_id)
        form = GuestCommentForm(request.POST, members=members)
        if not is_sealed:  # show the form again with its text and a new signed value
            form.add_service_error(expired)
            return self.show_form(form, place, expired.status)
        if not form.is_valid():
            return self.show_form(form, place, 422)
        try:
            guest_comment_create(
                link=self.link,
                target=place,
                address=address_group(request.META.get("REMOTE_ADDR") or ""),
                actor=with_form_idempotency(request, guest_actor(self.link)),
                **form.cleaned_data,
            )
        except AlreadyRecorded:
            pass  # the form was submitted twice
        except (Forbidden, NotFound):
            raise
        except AppError as refusal:
            form.add_service_error(refusal)
            return with_error_headers(
                self.show_form(form, place, max(refusal.status, 422)), refusal
            )
        here = see_other(f"{self.address}#about-{place.pk}")
        self.set_link_cookie(here, "guest", form.cleaned_data["guest_name"], NAME_COOKIE_SECONDS)
        return here


class SharedStoryView(SharedLinkView):
    """The frames of the journey as a film that plays in the browser."""

    def get(self, request: HttpRequest, secret: str) -> HttpResponse:
        if not self.is_unlocked():
            return see_other(self.address)
        touch_last_used(self.link)
        return respond(request, self.cached_body("story", self.render_story))

    def render_story(self) -> str:
        context = public_context(self.link, shared_snapshot(self.link))
        if not context["picture"].tree.has_frames:
            raise NotFound(gettext("This journey has no frames yet."))
        return render_to_string("shared/story.html", context)


class SharedSnapshotView(SharedLinkView):
    """The journey as JSON, for the editor in read-only mode."""

    def get(self, request: HttpRequest, secret: str) -> HttpResponse:
        self.require_unlocked()
        touch_last_used(self.link)
        return respond(
            request,
            self.cached_body("snapshot", self.render_snapshot),
            content_type="application/json",
        )

    def render_snapshot(self) -> str:
        return json.dumps(shared_snapshot(self.link), cls=DjangoJSONEncoder)


class SharedPictureView(SharedLinkView):
    """The picture of a frame that the link shows."""

    def get(self, request: HttpRequest, secret: str, name: str) -> HttpResponseBase:
        self.require_unlocked()
        shown = json.loads(gzip.decompress(self.cached_body("pictures", self.render_names)))
        if name not in shown:
            raise NotFound
        response = picture_response(get_shown_picture(self.link.workspace_id, name), name)
        response["Cache-Control"] = "private, max-age=3600"  # the link can be revoked
        return response

    def render_names(self) -> str:
        """Return the names of all pictures that the link shows, as JSON."""
        records = shared_snapshot(self.link)["records"]
        ids = [r["fields"]["picture"] for r in records if r["type"] == Frame.slug]
        return json.dumps([f"{picture_id}.svg" for picture_id in ids if picture_id])


def with_error_headers(response: HttpResponse, refusal: AppError) -> HttpResponse:
    for name, value in refusal.headers.items():
        response[name] = value
    return response


def public_context(link: ShareLink, snapshot: Mapping[str, Any]) -> dict[str, Any]:
    """Return the template context for a public snapshot. Raise NotFound if it contains no journey.

    The function runs no queries, so the context can't contain anything that isn't in the snapshot.
    """
    past = journey_from_snapshot(link.workspace_id, snapshot)
    if past is None:
        raise NotFound
    return {"journey": past.journey, "link": link, "public": True, **map_context(past.tree)}
