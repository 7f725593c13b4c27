"""Pages for members, invitations, tokens and personal preferences."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.core.paginator import Page, Paginator
from django.db.models import Q, QuerySet
from django.forms.models import model_to_dict
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext
from django.views import View

from core.actors import MEMBERS, WEBHOOKS, Actor
from core.edit_conflicts import CONFLICT
from core.errors import AppError, Conflict, Forbidden, InvalidRequest, NotFound
from core.form_idempotency import with_form_idempotency
from core.forms import ServiceForm
from core.integers import parse_integer
from core.tenancy import ensure_tenant_scope
from core.text import isolated
from workspaces import services
from workspaces.access import (
    get_file,
    get_invitation,
    get_job,
    get_member,
    get_token,
    get_workspace,
)
from workspaces.file_responses import file_response
from workspaces.forms import (
    AccountForm,
    InvitationForm,
    RoleForm,
    SignupForm,
    TimeZoneForm,
    TokenForm,
)
from workspaces.job_kinds import JOB_KINDS, visible_kinds
from workspaces.jobs import job_cancel, may_cancel
from workspaces.models import Demotion, Invitation, Job, Member, Token, User, Workspace
from workspaces.page_views import WorkspacePageView, next_url, see_other
from workspaces.queries import pending_demotions, search_members

PAGE_SIZE = 50
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def get_page(request: HttpRequest, rows: QuerySet[Any], name: str = "page") -> "Page[Any]":
    """Return the page of a list whose number is in the query parameter `name`.

    Without a valid number, return the first page. If the number is too high, return the last page.
    """
    return Paginator(rows, PAGE_SIZE).get_page(parse_integer(request.GET.get(name, "")))


class MemberListView(WorkspacePageView):
    """The members of a workspace and, for those who manage them, the open invitations.

    A new invitation's link is shown once.
    """

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        workspace, actor = self.enter_workspace_for_slug(slug)
        return self.render_page(workspace, actor, InvitationForm())

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        workspace, actor = self.enter_workspace_for_slug(slug, MEMBERS)
        form = InvitationForm(request.POST)
        link = ""
        if form.is_valid():
            try:
                _, secret = services.invitation_create(
                    actor=with_form_idempotency(request, actor), **form.cleaned_data
                )
            except (InvalidRequest, Conflict) as refusal:
                form.add_service_error(refusal)
            else:
                link = settings.PUBLIC_URL + reverse("invitation", args=[secret])
        if link:
            return self.render_page(
                workspace, actor, InvitationForm(), link=link, invited=form.cleaned_data
            )
        return self.render_page(workspace, actor, form, status=422)

    def render_page(
        self,
        workspace: Workspace,
        actor: Actor,
        form: InvitationForm,
        status: int = 200,
        **extra: Any,
    ) -> HttpResponse:
        text = self.request.GET.get("q", "").strip()
        invitations = Invitation.objects.filter(
            workspace=workspace, accepted_at=None, revoked_at=None, expires_at__gt=timezone.now()
        )
        if not actor.can(MEMBERS):
            invitations = invitations.none()
        context = {
            "page": get_page(self.request, search_members(workspace.id, text)),
            "asked": text,
            "invitations": get_page(
                self.request, invitations.order_by("-created_at", "pk"), "invitations"
            ),
            "demotions": self.visible_demotions(workspace, actor),
            "may_manage": actor.can(MEMBERS),
            "may_manage_webhooks": actor.can(WEBHOOKS),
            "own": actor.member_id,
            "form": form,
            **extra,
        }
        return render(self.request, "workspaces/members.html", context, status=status)

    def visible_demotions(self, workspace: Workspace, actor: Actor) -> list[Demotion]:
        """Return all pending demotions if the actor manages members, otherwise only the actor's own."""
        with ensure_tenant_scope([workspace.pk]):
            rows = pending_demotions(workspace.pk).order_by("asked_at")
            if not actor.can(MEMBERS):
                rows = rows.filter(member=actor.member_id)
            return list(rows)


class TimeZoneView(WorkspacePageView):
    """Set a workspace's time zone."""

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        workspace, actor = self.enter_workspace_for_slug(slug, MEMBERS)
        form = TimeZoneForm(request.POST, initial={"time_zone": workspace.time_zone})
        if form.is_valid():
            services.time_zone_set(workspace=workspace, actor=actor, **form.cleaned_data)
            messages.success(
                request,
                gettext("The time zone is now {time_zone}.").format(time_zone=workspace.time_zone),
            )
        elif form.has_error("time_zone", CONFLICT):
            messages.error(
                request,
                gettext(
                    "Someone else has just set the time zone to {time_zone}. Save again if you "
                    "want another one."
                ).format(time_zone=workspace.time_zone),
            )
        else:
            messages.error(
                request, gettext("This time zone doesn’t exist. Choose one from the list.")
            )
        return see_other(reverse("settings", args=[workspace.slug]))


class MemberRoleView(WorkspacePageView):
    """Change the role of a member."""

    def get(self, request: HttpRequest, member_id: UUID) -> HttpResponse:
        member = self.get_member(member_id)
        return self.render_page(member, RoleForm(initial={"role": member.role}))

    def post(self, request: HttpRequest, member_id: UUID) -> HttpResponse:
        member = self.get_member(member_id)
        form = RoleForm(request.POST, initial={"role": member.role})
        if form.is_valid():
            try:
                services.member_role_set(
                    member=member,
                    role=form.cleaned_data["role"],
                    actor=self.enter_workspace(member.workspace_id),
                )
            except (InvalidRequest, Conflict) as refusal:
                form.add_service_error(refusal)
            else:
                messages.success(
                    request,
                    gettext("Changed the role of {name}.").format(name=isolated(str(member))),
                )
                return see_other(reverse("members", args=[member.workspace.slug]))
        return self.render_page(member, form, status=422)

    def get_member(self, member_id: UUID) -> Member:
        member = get_member(self.caller, member_id, MEMBERS)
        self.enter_workspace(member.workspace_id)
        return member

    def render_page(self, member: Member, form: RoleForm, status: int = 200) -> HttpResponse:
        context = {
            "question": gettext("Change the role of {name}").format(name=isolated(str(member))),
            "button": gettext("Save role"),
            "form": form,
            "back": reverse("members", args=[member.workspace.slug]),
        }
        return render(self.request, "forms/action.html", context, status=status)


class MemberRemoveView(WorkspacePageView):
    """End a membership. Members can end their own; admins can end any."""

    def get(self, request: HttpRequest, member_id: UUID) -> HttpResponse:
        return self.render_page(self.get_member(member_id), ServiceForm())

    def post(self, request: HttpRequest, member_id: UUID) -> HttpResponse:
        member = self.get_member(member_id)
        form = ServiceForm(request.POST)
        try:
            services.member_remove(member=member, actor=self.enter_workspace(member.workspace_id))
        except Conflict as refusal:
            form.add_service_error(refusal)
            return self.render_page(member, form, status=422)
        is_self = member.user_id == request.user.pk
        messages.success(
            request,
            gettext("You have left the workspace.")
            if is_self
            else gettext("{name} no longer has access.").format(name=isolated(str(member))),
        )
        return see_other("/" if is_self else reverse("members", args=[member.workspace.slug]))

    def get_member(self, member_id: UUID) -> Member:
        member = get_member(self.caller, member_id)
        actor = self.enter_workspace(member.workspace_id)
        if member.id != actor.member_id:
            actor.require(MEMBERS)
        return member

    def render_page(self, member: Member, form: ServiceForm, status: int = 200) -> HttpResponse:
        is_self = member.user_id == self.request.user.pk
        question = (
            gettext("End your access to {workspace}?")
            if is_self
            else gettext("End {name}’s access to {workspace}?")
        )
        context = {
            "question": question.format(
                name=isolated(str(member)), workspace=isolated(str(member.workspace))
            ),
            "button": gettext("End access"),
            "is_danger": True,
            "form": form,
            "back": reverse("members", args=[member.workspace.slug]),
        }
        return render(self.request, "forms/action.html", context, status=status)


class InvitationRevokeView(WorkspacePageView):
    def post(self, request: HttpRequest, invitation_id: UUID) -> HttpResponse:
        invitation = get_invitation(self.caller, invitation_id)
        actor = self.enter_workspace(invitation.workspace_id)
        services.invitation_revoke(invitation=invitation, actor=actor)
        messages.success(
            request,
            gettext("The invitation for {email} was revoked.").format(email=invitation.email),
        )
        workspace = Workspace.objects.filter(id=invitation.workspace_id).first()
        return see_other(reverse("members", args=[workspace.slug]) if workspace else "/")


class InvitationAcceptView(View):
    """The page behind an invitation link, for people with or without a login."""

    def get(self, request: HttpRequest, secret: str) -> HttpResponse:
        return self.render_page(services.get_open_invitation(secret), SignupForm())

    def post(self, request: HttpRequest, secret: str) -> HttpResponse:
        invitation = services.get_open_invitation(secret)
        if isinstance(request.user, User):
            services.invitation_accept(secret=secret, user=request.user)
            return see_other(reverse("home", args=[invitation.workspace.slug]))
        form = SignupForm(request.POST)
        if form.is_valid():
            try:
                user = services.invitation_signup(secret=secret, **form.cleaned_data)
            except (Forbidden, NotFound):
                raise
            except AppError as refusal:
                form.add_service_error(refusal)
            else:
                login(request, user, backend=BACKEND)
                return see_other(reverse("home", args=[invitation.workspace.slug]))
        return self.render_page(invitation, form, status=422)

    def render_page(
        self, invitation: Invitation, form: SignupForm, status: int = 200
    ) -> HttpResponse:
        context = {
            "invitation": invitation,
            "form": form,
            "is_theirs": getattr(self.request.user, "email", "") == invitation.email,
            "has_login": User.objects.filter(email=invitation.email).exists(),
        }
        return render(self.request, "invitations/accept.html", context, status=status)


class TokenListView(WorkspacePageView):
    """A member's own API tokens or, for admins, all tokens. A new token's secret is shown once."""

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        workspace, actor = self.enter_workspace_for_slug(slug)
        return self.render_page(workspace, actor, self.build_form(actor))

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        workspace, actor = self.enter_workspace_for_slug(slug)
        form = self.build_form(actor, request.POST)
        if form.is_valid():
            try:
                token, secret = services.token_create(
                    actor=with_form_idempotency(request, actor), **form.cleaned_data
                )
            except (InvalidRequest, Conflict) as refusal:
                form.add_service_error(refusal)
            else:
                return self.render_page(
                    workspace, actor, self.build_form(actor), made=token, secret=secret
                )
        return self.render_page(workspace, actor, form, status=422)

    def build_form(self, actor: Actor, data: Any = None) -> TokenForm:
        return TokenForm(data, may_serve=actor.can(MEMBERS))

    def render_page(
        self, workspace: Workspace, actor: Actor, form: TokenForm, status: int = 200, **extra: Any
    ) -> HttpResponse:
        visible = Q() if actor.can(MEMBERS) else Q(member=actor.member_id)
        tokens = Token.objects.filter(visible, workspace=workspace).select_related("member__user")
        context = {
            "page": get_page(self.request, tokens.order_by("revoked_at", "-created_at", "pk")),
            "now": timezone.now(),
            "form": form,
            **extra,
        }
        return render(self.request, "workspaces/tokens.html", context, status=status)


class TokenRevokeView(WorkspacePageView):
    def post(self, request: HttpRequest, token_id: UUID) -> HttpResponse:
        token = get_token(self.caller, token_id, "read")
        services.token_revoke(token=token, actor=self.enter_workspace(token.workspace_id))
        messages.success(request, gettext("“{name}” was revoked.").format(name=token.name))
        workspace = Workspace.objects.filter(id=token.workspace_id).first()
        return see_other(reverse("tokens", args=[workspace.slug]) if workspace else "/")


class JobListView(WorkspacePageView):
    """The jobs of a workspace, newest first. A script reloads the list while one is unfinished."""

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        workspace, actor = self.enter_workspace_for_slug(slug)
        jobs = Job.objects.filter(workspace=workspace, kind__in=visible_kinds(actor))
        rows = jobs.select_related("created_by__user", "result").order_by("-id")
        page = get_page(request, rows)
        context = {
            "page": page,
            "rows": [
                {
                    "job": job,
                    "label": JOB_KINDS[job.kind].label,
                    "may_cancel": job.finished_at is None and may_cancel(job, actor),
                }
                for job in page
            ],
            "is_unfinished": any(job.finished_at is None for job in page),
        }
        is_update = "HX-Request" in request.headers
        template = "workspaces/job_list.html" if is_update else "workspaces/jobs.html"
        return render(request, template, context)


class JobCancelView(WorkspacePageView):
    def post(self, request: HttpRequest, job_id: UUID) -> HttpResponse:
        job = get_job(self.caller, job_id)
        actor = self.enter_workspace(job.workspace_id)
        job_cancel(job=job, actor=actor)
        messages.success(request, gettext("The job will stop after its current step."))
        workspace = get_workspace(self.caller, job.workspace_id)
        return see_other(reverse("jobs", args=[workspace.slug]))


class FileView(WorkspacePageView):
    """Serve a file: pictures are shown, others are downloaded."""

    def get(self, request: HttpRequest, file_id: UUID) -> HttpResponseBase:
        file = get_file(self.caller, file_id)
        self.enter_workspace(file.workspace_id)
        return file_response(file)


class AccountView(WorkspacePageView):
    """A user's own settings: language, time zone and theme, and a link to change the password."""

    needs_workspace = False

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.render_page(AccountForm(initial=model_to_dict(request.user)))

    def post(self, request: HttpRequest) -> HttpResponse:
        form = AccountForm(request.POST)
        if not form.is_valid():
            return self.render_page(form, status=422)
        User.objects.filter(pk=request.user.pk).update(**form.cleaned_data)
        with translation.override(form.cleaned_data["language"] or translation.get_language()):
            messages.success(request, gettext("Your preferences were saved."))
        return see_other(reverse("account"))

    def render_page(self, form: AccountForm, status: int = 200) -> HttpResponse:
        return render(self.request, "workspaces/account.html", {"form": form}, status=status)


class ThemeView(WorkspacePageView):
    """Set the user's theme: light, dark, or the same as the system's."""

    needs_workspace = False

    def post(self, request: HttpRequest) -> HttpResponse:
        theme = request.POST.get("theme", "")
        if theme not in User.Theme.values:
            raise InvalidRequest.at("/theme", "choice", gettext("Use light, dark or system."))
        User.objects.filter(pk=request.user.pk).update(theme=theme)
        return see_other(next_url(request, "/"))
