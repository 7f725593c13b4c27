"""Pages for notices and e-mail preferences. The inbox itself is in pages/views/ownership.py."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext
from django.views import View
from django.views.decorators.csrf import csrf_exempt

from core.actors import Actor
from core.errors import InvalidRequest
from core.tenancy import ensure_tenant_scope
from notifications import services
from notifications.access import get_notice
from notifications.forms import PreferencesForm
from notifications.queries import member_timings
from notifications.timing import MemberTiming
from notifications.unsubscribe_links import read_unsubscribe_secret
from workspaces.models import Member, Workspace
from workspaces.page_views import WorkspacePageView, next_url, see_other


class PreferencesView(WorkspacePageView):
    """Choose for each topic whether and when to get e-mail, the digest's hour and quiet hours."""

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        _, actor = self.enter_workspace_for_slug(slug)
        timing = self.get_timing(actor)
        return self.render_page(PreferencesForm(timing=timing), timing)

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        workspace, actor = self.enter_workspace_for_slug(slug)
        timing = self.get_timing(actor)
        form = PreferencesForm(request.POST, timing=timing)
        if form.is_valid():
            try:
                services.preferences_set(**form.service_arguments(), actor=actor)
            except InvalidRequest as refusal:
                form.add_service_error(refusal)
            else:
                messages.success(request, gettext("Your preferences were saved."))
                return see_other(reverse("notification_preferences", args=[workspace.slug]))
        return self.render_page(form, timing, status=422)

    def get_timing(self, actor: Actor) -> MemberTiming:
        members = Member.objects.filter(pk=actor.member_id).select_related("user", "workspace")
        with ensure_tenant_scope([actor.workspace_id]):
            (timing,) = member_timings(members).values()
        return timing

    def render_page(
        self, form: PreferencesForm, timing: MemberTiming, status: int = 200
    ) -> HttpResponse:
        context = {"form": form, "time_zone": timing.zone.key}
        return render(self.request, "notifications/preferences.html", context, status=status)


class NoticeSeenView(WorkspacePageView):
    """Mark a notice as seen."""

    def post(self, request: HttpRequest, notice_id: UUID) -> HttpResponse:
        notice = get_notice(self.caller, notice_id)
        actor = self.enter_workspace(notice.workspace_id)
        services.notice_mark_seen(notice=notice, actor=actor)
        workspace = Workspace.objects.filter(id=notice.workspace_id).first()
        inbox = reverse("inbox", args=[workspace.slug]) if workspace else "/"
        return see_other(next_url(request, inbox))


# No CSRF token: mail programs post here without a page (RFC 8058). The signature is the permission.
@method_decorator(csrf_exempt, name="dispatch")
class UnsubscribeView(View):
    """The page behind an unsubscribe link. Open to anyone who has the link, signed in or not."""

    def get(self, request: HttpRequest, secret: str) -> HttpResponse:
        return self.render_page(secret, is_done=False)

    def post(self, request: HttpRequest, secret: str) -> HttpResponse:
        member, topics = read_unsubscribe_secret(secret)
        services.unsubscribe(member=member, topics=topics)
        return self.render_page(secret, is_done=True)

    def render_page(self, secret: str, **context: Any) -> HttpResponse:
        member, topics = read_unsubscribe_secret(secret)
        context |= {"member": member, "topics": topics}
        return render(self.request, "notifications/unsubscribe.html", context)
