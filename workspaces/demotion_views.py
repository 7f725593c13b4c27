"""Pages that request, confirm and withdraw the demotion of an ombudsman."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.actors import MEMBERS
from core.errors import Conflict, Forbidden, InvalidRequest
from core.form_idempotency import with_form_idempotency
from core.forms import ServiceForm
from core.text import isolated
from workspaces.access import get_demotion, get_member
from workspaces.demotions import ROLES, demotion_ask, demotion_confirm, demotion_withdraw
from workspaces.models import Demotion, Member
from workspaces.page_views import WorkspacePageView, see_other
from workspaces.queries import slug_of

NO_ROLE = "none"


class DemotionForm(ServiceForm):
    role = forms.TypedChoiceField(
        label=_("New role"),
        choices=[*ROLES, (NO_ROLE, _("None: end the membership"))],
        coerce=lambda role: "" if role == NO_ROLE else role,
        initial="viewer",
    )
    reason = forms.CharField(
        label=_("Reason"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The other admins and the ombudsman can read it."),
    )


class DemotionAskView(WorkspacePageView):
    """Ask the other admins to take the role of ombudsman from a member."""

    def get(self, request: HttpRequest, member_id: UUID) -> HttpResponse:
        return self.render_page(self.get_member(member_id), DemotionForm())

    def post(self, request: HttpRequest, member_id: UUID) -> HttpResponse:
        member = self.get_member(member_id)
        form = DemotionForm(request.POST)
        if form.is_valid():
            actor = with_form_idempotency(request, self.enter_workspace(member.workspace_id))
            try:
                demotion_ask(member=member, actor=actor, **form.cleaned_data)
            except (InvalidRequest, Conflict) as refusal:
                form.add_service_error(refusal)
            else:
                messages.success(
                    request, gettext("Another admin has to confirm this within 14 days.")
                )
                return see_other(reverse("members", args=[member.workspace.slug]))
        return self.render_page(member, form, status=422)

    def get_member(self, member_id: UUID) -> Member:
        member = get_member(self.caller, member_id, MEMBERS)
        self.enter_workspace(member.workspace_id)
        return member

    def render_page(self, member: Member, form: DemotionForm, status: int = 200) -> HttpResponse:
        context: dict[str, Any] = {
            "question": gettext("Ask to end {name}’s role as ombudsman?").format(
                name=isolated(str(member))
            ),
            "button": gettext("Ask the other admins"),
            "form": form,
            "back": reverse("members", args=[member.workspace.slug]),
        }
        return render(self.request, "forms/action.html", context, status=status)


class DemotionSettleView(WorkspacePageView):
    """Base view for buttons that settle a demotion. Redirects to the list of members."""

    success_message: Any

    def post(self, request: HttpRequest, demotion_id: UUID) -> HttpResponse:
        demotion = get_demotion(self.caller, demotion_id)
        actor = self.enter_workspace(demotion.workspace_id)
        try:
            self.settle(demotion, actor)
        except (Conflict, Forbidden) as refusal:
            messages.error(request, refusal.detail)
        else:
            messages.success(request, self.success_message)
        return see_other(reverse("members", args=[slug_of(demotion.workspace_id)]))

    def settle(self, demotion: Demotion, actor: Any) -> None:
        raise NotImplementedError


class DemotionConfirmView(DemotionSettleView):
    success_message = _("The member is no longer an ombudsman.")

    def settle(self, demotion: Demotion, actor: Any) -> None:
        demotion_confirm(demotion=demotion, actor=actor)


class DemotionWithdrawView(DemotionSettleView):
    success_message = _("The ombudsman keeps the role.")

    def settle(self, demotion: Demotion, actor: Any) -> None:
        demotion_withdraw(demotion=demotion, actor=actor)
