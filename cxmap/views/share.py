"""Share links: the page where they are made and ended, and what stands behind one."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core import signing
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.csrf import csrf_exempt

from changes.pages import under_form
from changes.tenancy import tenant, tenant_if_outside
from cxmap.forms import PasswordForm, ShareForm
from cxmap.past import journey_at
from cxmap.problems import refuse
from cxmap.queries import Listed, listed_journey
from cxmap.views.journey import JourneyPage
from cxmap.views.map import drawn
from exchange.access import get_share_link
from exchange.models import ShareLink
from exchange.sharing import (
    live_links,
    open_share,
    share_create,
    share_revoke,
    shared_snapshot,
    try_password,
    used,
)
from journeys.access import get_journey
from journeys.models import Journey
from ownership.queries import StageOwnership
from people.models import Person
from workspaces.access import DRAW, Actor
from workspaces.errors import Conflict, Forbidden, Invalid, NotFound, Refused
from workspaces.pages import Page, see_other

REMEMBERED = 12 * 3600  # seconds for which a password need not be given again
SALT = "cxmap.share"


class Share(JourneyPage):
    """The live links of a journey, and a new one, which is shown this once."""

    tab = "share"

    def open(self, journey_id: UUID) -> tuple[Journey, Actor]:
        journey = get_journey(self.caller, journey_id, DRAW)
        return journey, self.enter(journey.workspace_id)

    def get(self, request: HttpRequest, journey_id: UUID) -> HttpResponse:
        journey, actor = self.open(journey_id)
        return self.show(journey, actor, ShareForm())

    def post(self, request: HttpRequest, journey_id: UUID) -> HttpResponse:
        journey, actor = self.open(journey_id)
        form = ShareForm(request.POST)
        if form.is_valid():
            until = timezone.now() + timedelta(days=form.cleaned_data["days"])
            try:
                _, secret = share_create(
                    journey=journey,
                    actor=under_form(request, actor),
                    expires_at=until,
                    **form.said(),
                )
            except (Invalid, Conflict) as refusal:
                form.refuse(refusal)
            else:
                link = request.build_absolute_uri(reverse("shared", args=[secret]))
                return self.show(journey, actor, ShareForm(), link=link)
        return self.show(journey, actor, form, status=422)

    def show(
        self, journey: Journey, actor: Actor, form: ShareForm, status: int = 200, **extra: Any
    ) -> HttpResponse:
        links = live_links(journey.pk).select_related("made_by__user")
        with tenant_if_outside(self.caller.workspace_ids):
            context = {
                **self.header(journey, actor),
                "links": links.order_by("-created_at"),
                "form": form,
                **extra,
            }
            return render(self.request, "journeys/share.html", context, status=status)


class Revoke(Page):
    def post(self, request: HttpRequest, link_id: UUID) -> HttpResponse:
        link = get_share_link(self.caller, link_id)
        share_revoke(link=link, actor=self.enter(link.workspace_id))
        messages.success(request, "The link works no more.")
        return see_other(reverse("journey_share", args=[link.journey]))


# No CSRF token: a page in a frame of another site has no cookie, and who knows the password
# may open the link. Nothing else can be sent here.
@method_decorator(csrf_exempt, name="dispatch")
class Behind(View):
    """What stands behind a link: for anybody who has it, signed in or not."""

    link: ShareLink

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        embed = False
        try:
            self.link = open_share(kwargs["secret"])
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

    def is_open(self) -> bool:
        """Say whether the link needs no password, or this browser has given it."""
        if not self.link.has_password:
            return True
        given = self.request.COOKIES.get(self.cookie, "")
        try:
            return bool(signing.loads(given, salt=SALT, max_age=REMEMBERED) == str(self.link.id))
        except signing.BadSignature:
            return False

    @property
    def cookie(self) -> str:
        return f"share-{self.link.id.hex}"


class Shared(Behind):
    """The journey as a map and as a list; before that, where there is one, the password."""

    def get(self, request: HttpRequest, secret: str) -> HttpResponse:
        if not self.is_open():
            return self.ask(PasswordForm())
        used(self.link)
        with tenant([self.link.workspace_id], snapshot=True):
            return HttpResponse(render_to_string("shared/journey.html", shown(self.link)))

    def post(self, request: HttpRequest, secret: str) -> HttpResponse:
        here = see_other(reverse("shared", args=[secret]))
        if not self.link.has_password:
            return here
        form = PasswordForm(request.POST)
        if form.is_valid():
            try:
                try_password(self.link, form.cleaned_data["password"])
            except Refused as refusal:
                form.refuse(refusal)
                response = self.ask(form, refusal.status)
                for name, value in refusal.headers.items():
                    response[name] = value
                return response
            here.set_cookie(
                self.cookie,
                signing.dumps(str(self.link.id), salt=SALT),
                max_age=REMEMBERED,
                path=reverse("shared", args=[secret]),
                secure=settings.IS_HTTPS,
                httponly=True,
                samesite="None" if self.link.embed and settings.IS_HTTPS else "Lax",
            )
            return here
        return self.ask(form, 422)

    def ask(self, form: PasswordForm, status: int = 200) -> HttpResponse:
        return HttpResponse(render_to_string("shared/password.html", {"form": form}), status=status)


class SharedSnapshot(Behind):
    """The same as records, for the editor's read-only mode."""

    def get(self, request: HttpRequest, secret: str) -> HttpResponse:
        if not self.is_open():
            raise Forbidden("Give the password of this link first.", code="password-needed")
        used(self.link)
        with tenant([self.link.workspace_id], snapshot=True):
            if not Journey.objects.filter(pk=self.link.journey).exists():
                raise NotFound
            return JsonResponse(shared_snapshot(self.link))


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
