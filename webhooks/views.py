"""Pages for webhooks: the list, a webhook with its log of deliveries, and the forms that change webhooks."""

import json
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext

from core.actors import WEBHOOKS, Actor
from core.errors import Conflict, InvalidRequest
from core.form_idempotency import with_form_idempotency
from core.forms import ServiceForm
from core.integers import parse_integer
from core.tenancy import ensure_tenant_scope
from core.text import isolated
from webhooks import services
from webhooks.access import get_delivery, get_endpoint
from webhooks.forms import DeliveryFilterForm, ReplayForm, WebhookForm
from webhooks.models import Delivery, Endpoint
from workspaces.models import Workspace
from workspaces.page_views import WorkspacePageView, see_other

PAGE_SIZE = 50


class WebhookListView(WorkspacePageView):
    """The webhooks of a workspace, and a form for a new one. The new webhook's secret is shown once."""

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        workspace, _ = self.enter_workspace_for_slug(slug, WEBHOOKS)
        return self.render_page(workspace, WebhookForm())

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        workspace, actor = self.enter_workspace_for_slug(slug, WEBHOOKS)
        form = WebhookForm(request.POST)
        if form.is_valid():
            try:
                endpoint, secret = services.endpoint_create(
                    actor=with_form_idempotency(request, actor), **form.cleaned_data
                )
            except (InvalidRequest, Conflict) as refusal:
                form.add_service_error(refusal)
            else:
                return self.render_page(workspace, WebhookForm(), made=endpoint, secret=secret)
        return self.render_page(workspace, form, status=422)

    def render_page(
        self, workspace: Workspace, form: WebhookForm, status: int = 200, **extra: Any
    ) -> HttpResponse:
        with ensure_tenant_scope([workspace.id]):
            endpoints = list(Endpoint.objects.filter(workspace=workspace.id).order_by("id"))
        context = {"endpoints": endpoints, "form": form, **extra}
        return render(self.request, "webhooks/webhooks.html", context, status=status)


class EndpointPageView(WorkspacePageView):
    """Base class of pages about one endpoint."""

    def enter_endpoint(self, webhook_id: UUID) -> tuple[Endpoint, Actor]:
        endpoint = get_endpoint(self.caller, webhook_id)
        actor = self.enter_workspace(endpoint.workspace_id)
        return endpoint, with_form_idempotency(self.request, actor)

    def back_to(self, endpoint: Endpoint) -> HttpResponse:
        return see_other(reverse("webhook", args=[endpoint.id]))


class WebhookView(EndpointPageView):
    """A webhook, and the log of its deliveries."""

    def get(self, request: HttpRequest, webhook_id: UUID) -> HttpResponse:
        endpoint, _ = self.enter_endpoint(webhook_id)
        return self.render_page(endpoint)

    def render_page(self, endpoint: Endpoint, **extra: Any) -> HttpResponse:
        filters = DeliveryFilterForm(self.request.GET)
        chosen = filters.cleaned_data if filters.is_valid() else {}
        number = parse_integer(self.request.GET.get("page", ""))
        with ensure_tenant_scope([endpoint.workspace_id]):
            page = Paginator(filtered_deliveries(endpoint, **chosen), PAGE_SIZE).get_page(number)
            page.object_list = list(page.object_list)
        context = {
            "endpoint": endpoint,
            "has_old_secret": endpoint.old_secret_until
            and endpoint.old_secret_until > timezone.now(),
            "filters": filters,
            "is_filtered": any(chosen.values()),
            "page": page,
            "replay_form": ReplayForm(),
            **extra,
        }
        return render(self.request, "webhooks/webhook.html", context)


def filtered_deliveries(
    endpoint: Endpoint,
    state: str = "",
    type: str = "",  # noqa: A002
) -> QuerySet[Delivery]:
    """Return the deliveries to an endpoint, newest first. `body` and `last_answer` are deferred."""
    rows = Delivery.objects.filter(endpoint=endpoint).defer("body", "last_answer")
    if state:
        rows = rows.filter(state=state)
    if type:
        rows = rows.filter(event_type=type)
    return rows.order_by("-id")


class WebhookEditView(EndpointPageView):
    """Change the URL, the name and the events of a webhook."""

    def get(self, request: HttpRequest, webhook_id: UUID) -> HttpResponse:
        endpoint, _ = self.enter_endpoint(webhook_id)
        initial = {name: getattr(endpoint, name) for name in WebhookForm.base_fields}
        return self.render_page(endpoint, WebhookForm(initial=initial))

    def post(self, request: HttpRequest, webhook_id: UUID) -> HttpResponse:
        endpoint, actor = self.enter_endpoint(webhook_id)
        form = WebhookForm(request.POST)
        if form.is_valid():
            try:
                services.endpoint_update(endpoint=endpoint, actor=actor, **form.cleaned_data)
            except InvalidRequest as refusal:
                form.add_service_error(refusal)
            else:
                messages.success(request, gettext("The webhook was saved."))
                return self.back_to(endpoint)
        return self.render_page(endpoint, form, status=422)

    def render_page(self, endpoint: Endpoint, form: WebhookForm, status: int = 200) -> HttpResponse:
        context = {
            "question": gettext("Edit the webhook {name}").format(name=isolated(str(endpoint))),
            "button": gettext("Save webhook"),
            "form": form,
            "back": reverse("webhook", args=[endpoint.id]),
        }
        return render(self.request, "forms/action.html", context, status=status)


class WebhookTestView(EndpointPageView):
    """Send a test event."""

    def post(self, request: HttpRequest, webhook_id: UUID) -> HttpResponse:
        endpoint, actor = self.enter_endpoint(webhook_id)
        try:
            services.endpoint_test(endpoint=endpoint, actor=actor)
        except Conflict as refusal:
            messages.error(request, refusal.detail)
        else:
            messages.success(
                request, gettext("A test event will be sent. Reload the page to see the response.")
            )
        return self.back_to(endpoint)


class WebhookActiveView(EndpointPageView):
    """Disable an endpoint, or enable it if it is disabled."""

    def post(self, request: HttpRequest, webhook_id: UUID) -> HttpResponse:
        endpoint, actor = self.enter_endpoint(webhook_id)
        is_active = request.POST.get("is_active") == "1"
        services.endpoint_update(endpoint=endpoint, actor=actor, is_active=is_active)
        messages.success(
            request,
            gettext("The webhook is enabled.")
            if is_active
            else gettext("The webhook is disabled."),
        )
        return self.back_to(endpoint)


class WebhookRotateView(WebhookView):
    """Give a webhook a new secret, which is shown once."""

    def get(self, request: HttpRequest, webhook_id: UUID) -> HttpResponse:
        endpoint, _ = self.enter_endpoint(webhook_id)
        context = {
            "question": gettext("Rotate the secret of {name}?").format(
                name=isolated(str(endpoint))
            ),
            "button": gettext("Rotate secret"),
            "note": gettext(
                "You get a new secret. For 24 hours, events are signed with the old one, too."
            ),
            "form": ServiceForm(),
            "back": reverse("webhook", args=[endpoint.id]),
        }
        return render(request, "webhooks/question.html", context)

    def post(self, request: HttpRequest, webhook_id: UUID) -> HttpResponse:
        endpoint, actor = self.enter_endpoint(webhook_id)
        try:
            endpoint, secret = services.secret_rotate(endpoint=endpoint, actor=actor)
        except Conflict as refusal:
            messages.error(request, refusal.detail)
            return self.back_to(endpoint)
        return self.render_page(endpoint, secret=secret)


class WebhookRemoveView(EndpointPageView):
    """Delete a webhook with its log."""

    def get(self, request: HttpRequest, webhook_id: UUID) -> HttpResponse:
        endpoint, _ = self.enter_endpoint(webhook_id)
        context = {
            "question": gettext("Delete the webhook {name}?").format(name=isolated(str(endpoint))),
            "button": gettext("Delete webhook"),
            "note": gettext("Its log is deleted, too. Events that wait for it will not be sent."),
            "is_danger": True,
            "form": ServiceForm(),
            "back": reverse("webhook", args=[endpoint.id]),
        }
        return render(request, "webhooks/question.html", context)

    def post(self, request: HttpRequest, webhook_id: UUID) -> HttpResponse:
        endpoint, actor = self.enter_endpoint(webhook_id)
        services.endpoint_remove(endpoint=endpoint, actor=actor)
        messages.success(request, gettext("The webhook was deleted."))
        workspace = Workspace.objects.filter(id=endpoint.workspace_id)[0]
        return see_other(reverse("webhooks", args=[workspace.slug]))


class WebhookReplayView(EndpointPageView):
    """Resend the failed deliveries of the last days."""

    def post(self, request: HttpRequest, webhook_id: UUID) -> HttpResponse:
        endpoint, actor = self.enter_endpoint(webhook_id)
        form = ReplayForm(request.POST)
        if form.is_valid():
            since = timezone.now() - timedelta(days=form.cleaned_data["days"])
            n = services.deliveries_replay(endpoint=endpoint, since=since, actor=actor)
            text = (
                ngettext("{n} event will be sent again.", "{n} events will be sent again.", n)
                if n
                else gettext("No event failed in this time.")
            )
            messages.success(request, text.format(n=n))
        return self.back_to(endpoint)


class DeliveryView(WorkspacePageView):
    """A delivery: the event that was sent, and the endpoint's last response."""

    def get(self, request: HttpRequest, webhook_delivery_id: UUID) -> HttpResponse:
        delivery = get_delivery(self.caller, webhook_delivery_id)
        self.enter_workspace(delivery.workspace_id)
        body = json.dumps(json.loads(delivery.text), indent=2, ensure_ascii=False)
        return render(request, "webhooks/delivery.html", {"delivery": delivery, "body": body})


class DeliveryReplayView(WorkspacePageView):
    """Send an event again."""

    def post(self, request: HttpRequest, webhook_delivery_id: UUID) -> HttpResponse:
        delivery = get_delivery(self.caller, webhook_delivery_id)
        actor = self.enter_workspace(delivery.workspace_id)
        services.delivery_replay(delivery=delivery, actor=actor)
        messages.success(
            request, gettext("The event will be sent again. Reload the page to see the response.")
        )
        return see_other(reverse("webhook_delivery", args=[delivery.id]))
