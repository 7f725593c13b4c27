"""What stands behind a share link: the journey, its password, and what guests say about it."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.csrf import csrf_exempt

from changes.pages import under_form
from changes.services import Replayed
from changes.tenancy import tenant
from cxmap.forms import GuestForm, PasswordForm
from cxmap.past import journey_at
from cxmap.problems import refuse
from cxmap.queries import Listed, listed_journey
from cxmap.views.map import drawn
from exchange.guests import Talk, guest, guest_say, need_comments, place_of, takes_comments, talks
from exchange.models import ShareLink
from exchange.sharing import open_share, shared_snapshot, try_password, used
from journeys.models import Journey
from ownership.queries import StageOwnership
from people.models import Person
from workspaces.errors import Forbidden, NotFound, Refused
from workspaces.ids import parse_uuid
from workspaces.models import Member
from workspaces.pages import see_other

REMEMBERED = 12 * 3600  # seconds for which a password need not be given again, and a form is good
NAME_KEPT = 90 * 86400  # and for which a guest's name need not be
SALT = "cxmap.share"


@dataclass(frozen=True)
class Saying:
    """What the page needs where guests may comment: the threads, and the form at one place."""

    address: str  # of the page
    talks: dict[UUID, list[Talk]]  # by what they are about
    at: UUID | None  # where the form is open: a thread, or what a new one is to be about
    form: GuestForm
    seal: str


# No CSRF token: a page in a frame of another site has no cookie, and who knows the password
# may open the link. A comment carries a seal instead, which only who was shown the page has.
@method_decorator(csrf_exempt, name="dispatch")
class Behind(View):
    """What stands behind a link: for anybody who has it, signed in or not."""

    link: ShareLink
    secret: str

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        embed = False
        self.secret = kwargs["secret"]
        try:
            self.link = open_share(self.secret)
            embed = self.link.embed
            response = super().dispatch(request, *args, **kwargs)
        except Refused as refusal:
            response = refuse(request, refusal)
        # Django would write the address of a refusal to the log, and with it the secret.
        response._has_been_logged = True  # type: ignore[attr-defined]
        response["Referrer-Policy"] = "no-referrer"
        response["X-Robots-Tag"] = "noindex, nofollow"
        if embed:
            response._csp_replace = {"frame-ancestors": ["*"]}  # type: ignore[attr-defined]
            response["Cross-Origin-Resource-Policy"] = "cross-origin"
        return response

    def http_method_not_allowed(
        self, request: HttpRequest, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        raise Refused("A shared journey is read only.", code="method-not-allowed", status=405)

    @property
    def address(self) -> str:
        return reverse("shared", args=[self.secret])

    def is_open(self) -> bool:
        """Say whether the link needs no password, or this browser has given it."""
        return not self.link.has_password or self.kept("share", REMEMBERED) == "open"

    def need_open(self) -> None:
        if not self.is_open():
            raise Forbidden("Give the password of this link first.", code="password-needed")

    def sign(self, what: str, value: str) -> str:
        return signing.dumps([str(self.link.id), value], salt=f"{SALT}.{what}")

    def signed(self, what: str, given: str, seconds: int) -> str:
        """Return the value that we signed for this link, not too long ago; else nothing."""
        try:
            link_id, value = signing.loads(given, salt=f"{SALT}.{what}", max_age=seconds)
        except signing.BadSignature:
            return ""
        return str(value) if link_id == str(self.link.id) else ""

    def keep(self, response: HttpResponse, what: str, value: str, seconds: int) -> None:
        """Have this browser keep a value for this link."""
        response.set_cookie(
            f"{what}-{self.link.id.hex}",
            self.sign(what, value),
            max_age=seconds,
            path=self.address,
            secure=settings.IS_HTTPS,
            httponly=True,
            samesite="None" if self.link.embed and settings.IS_HTTPS else "Lax",
        )

    def kept(self, what: str, seconds: int) -> str:
        given = self.request.COOKIES.get(f"{what}-{self.link.id.hex}", "")
        return self.signed(what, given, seconds)


class Shared(Behind):
    """The journey as a map and as a list; before that, where there is one, the password."""

    def get(self, request: HttpRequest, secret: str) -> HttpResponse:
        if not self.is_open():
            return self.ask(PasswordForm())
        used(self.link)
        form = GuestForm(initial={"guest_name": self.kept("guest", NAME_KEPT)})
        return self.show(form, read_id(request.GET.get("at", "")))

    def post(self, request: HttpRequest, secret: str) -> HttpResponse:
        here = see_other(self.address)
        if not self.link.has_password:
            return here
        form = PasswordForm(request.POST)
        if form.is_valid():
            try:
                try_password(self.link, form.cleaned_data["password"])
            except Refused as refusal:
                form.refuse(refusal)
                return with_headers(self.ask(form, refusal.status), refusal)
            self.keep(here, "share", "open", REMEMBERED)
            return here
        return self.ask(form, 422)

    def ask(self, form: PasswordForm, status: int = 200) -> HttpResponse:
        return HttpResponse(render_to_string("shared/password.html", {"form": form}), status=status)

    def show(self, form: GuestForm, at: UUID | None, status: int = 200) -> HttpResponse:
        """Show the journey; where guests may comment, what is said and the form at one place."""
        with tenant([self.link.workspace_id], snapshot=True):
            context = shown(self.link)
            if takes_comments(self.link):
                seal = self.sign("form", "shown")
                said = talks(self.link.journey)
                context["saying"] = Saying(self.address, said, at, form, seal)
            return HttpResponse(render_to_string("shared/journey.html", context), status=status)


class SharedComment(Shared):
    """What a guest says about something of the journey, or in a thread. The form: on the page."""

    def get(self, request: HttpRequest, secret: str) -> HttpResponse:
        return see_other(self.address)  # a refused form that is loaded again

    def post(self, request: HttpRequest, secret: str) -> HttpResponse:
        need_comments(self.link)
        self.need_open()
        if not self.signed("form", request.POST.get("seal", ""), REMEMBERED):
            raise Forbidden("This form has expired. Load the page again.", code="csrf-failed")
        at = read_id(request.POST.get("at", ""))
        place = place_of(self.link, at)
        members = Member.objects.filter(workspace=self.link.workspace_id, left_at=None)
        form = GuestForm(request.POST, members=list(members.select_related("user")))
        if not form.is_valid():
            return self.show(form, at, 422)
        try:
            guest_say(
                link=self.link,
                place=place,
                address=request.META["REMOTE_ADDR"],
                actor=under_form(request, guest(self.link)),
                **form.cleaned_data,
            )
        except Replayed:
            pass  # the form was sent twice
        except (Forbidden, NotFound):
            raise
        except Refused as refusal:
            form.refuse(refusal)
            return with_headers(self.show(form, at, max(refusal.status, 422)), refusal)
        here = see_other(f"{self.address}#about-{place.pk}")
        self.keep(here, "guest", form.cleaned_data["guest_name"], NAME_KEPT)
        return here


class SharedSnapshot(Behind):
    """The same as records, for the editor's read-only mode."""

    def get(self, request: HttpRequest, secret: str) -> HttpResponse:
        self.need_open()
        used(self.link)
        with tenant([self.link.workspace_id], snapshot=True):
            if not Journey.objects.filter(pk=self.link.journey).exists():
                raise NotFound
            return JsonResponse(shared_snapshot(self.link))


def read_id(text: str) -> UUID | None:
    """Return the id that an address or a form names, if it is one."""
    try:
        return parse_uuid(text)
    except ValueError:
        return None


def with_headers(response: HttpResponse, refusal: Refused) -> HttpResponse:
    for name, value in refusal.headers.items():
        response[name] = value
    return response


def shown(link: ShareLink) -> dict[str, Any]:
    """Return what the page behind a link draws: the map, and directors by name."""
    journey = Journey.objects.filter(pk=link.journey).select_related("persona").first()
    past = journey_at(link.journey, link.version) if journey and link.version else None
    if journey is None or (link.version and past is None):
        raise NotFound
    listed = past.listed if past else listed_journey(journey.pk)
    for_outsiders(listed)
    return {
        "journey": past.journey if past else journey,
        "link": link,
        "public": True,
        **drawn(listed),
    }


def for_outsiders(listed: Listed) -> None:
    """Leave of ownership only the director's name, and drop what a map says of other people."""
    for one in listed.stages:
        current = one.ownership.current
        if current is not None:
            current.person = Person(name=current.person.name)
        one.ownership = StageOwnership(one.stage.pk, current)
        for step in one.steps:
            for cell in step.cells.values():
                for touchpoint in cell.touchpoints:
                    touchpoint.reported_owner = ""
