"""REST API views for webhooks and their deliveries."""

from collections.abc import Callable
from hashlib import sha256
from typing import Any, ClassVar
from uuid import UUID

from django.db.models import QuerySet
from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework.mixins import ListModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from core.actors import WEBHOOKS
from core.api.examples import OWN_ID
from core.api.parameters import UUID_SCHEMA, WORKSPACE, QueryParameter
from core.api.views import BaseAPIView
from core.errors import InvalidRequest
from core.ids import read_uuid
from core.instants import parse_instant
from core.tenancy import set_tenant_scope
from webhooks import services
from webhooks.access import get_delivery, get_endpoint
from webhooks.models import Delivery, Endpoint
from webhooks.serializers import (
    ReplayRequestSerializer,
    ReplaySerializer,
    WebhookDeliverySerializer,
    WebhookSerializer,
)

WRITABLE = frozenset({"url", "name", "event_types", "is_active"})
EXAMPLE = {
    "url": "https://example.com/webhooks",
    "name": "CRM",
    "event_types": ["directorship.accepted", "flag.opened"],
    "is_active": True,
}
DELIVERY_EXAMPLE = {
    "webhook": OWN_ID,
    "event_id": "msg_019ab1c2d3e47f508a6b7c8d9e0f1a2b_flag_opened",
    "event_type": "flag.opened",
    "body": {"type": "flag.opened"},
}


class WebhookAPIView(BaseAPIView):
    """Base class of the views for webhooks. All of them require the right `webhooks`."""

    serializer_class: ClassVar[Any] = WebhookSerializer
    read_scopes = ("webhooks:read",)
    write_scopes = ("webhooks:write",)
    example: ClassVar = EXAMPLE

    def permitted_workspace_ids(self) -> list[UUID]:
        """Return the ids of the requested workspaces in which the caller has the right `webhooks`.

        Raise Forbidden if the caller has it in none of them.
        """
        ids = self.requested_workspace_ids()
        permitted = [key for key in ids if self.caller.actor_for(key).can(WEBHOOKS)]
        if ids and not permitted:
            self.caller.actor_for(ids[0]).require(WEBHOOKS)
        return permitted


class WebhookListAPIView(ListModelMixin, WebhookAPIView):
    is_list = True
    shows_secret = True
    query_parameters: ClassVar = {"workspace": WORKSPACE}

    def get(self, request: Request) -> Response:
        """List the webhooks of your workspaces."""
        return self.list(request)

    def get_queryset(self) -> QuerySet[Endpoint]:
        return Endpoint.objects.filter(workspace__in=self.permitted_workspace_ids())

    def post(self, request: Request) -> Response:
        """Create a webhook. Only this response contains its secret."""
        sent = self.require_known_fields(WRITABLE | {"workspace"})
        actor = self.idempotent_actor(
            self.requested_workspace_id(sent.get("workspace"), "/workspace")
        )
        endpoint, secret = services.endpoint_create(
            url=read_text(sent.get("url", ""), "/url"),
            name=read_text(sent.get("name", ""), "/name"),
            event_types=sent.get("event_types", []),
            is_active=read_boolean(sent.get("is_active", True), "/is_active"),
            actor=actor,
        )
        data = WebhookSerializer(endpoint, context={"secret": secret}).data
        return Response(data, status=201, headers={"Location": f"/api/v1/webhooks/{endpoint.id}"})


class WebhookDetailAPIView(WebhookAPIView):
    etag_methods = frozenset({"GET", "PATCH"})
    if_match_methods = frozenset({"PATCH", "DELETE"})
    needs_match = True

    def get(self, request: Request, id: UUID) -> Response:  # noqa: A002
        """Retrieve a webhook, without its secret."""
        endpoint = get_endpoint(self.caller, id)
        return self.etag_response(etag_of(endpoint), lambda: WebhookSerializer(endpoint).data)

    def patch(self, request: Request, id: UUID) -> Response:  # noqa: A002
        """Change a webhook. To enable or disable it, send `is_active`.

        Events that happen while the webhook is disabled are not sent later.
        """
        endpoint = get_endpoint(self.caller, id)
        actor = self.with_if_match(
            self.idempotent_actor(endpoint.workspace_id), current_etag(endpoint), required=True
        )
        serializer = WebhookSerializer(endpoint)
        sent = self.writable_part(serializer.data, serializer, WRITABLE)
        for name in {"url", "name"} & set(sent):
            read_text(sent[name], f"/{name}")
        read_boolean(sent.get("is_active", True), "/is_active")
        if "event_types" in sent and sent["event_types"] is None:
            raise InvalidRequest.at("/event_types", "type", "Send a list.")
        endpoint = services.endpoint_update(endpoint=endpoint, actor=actor, **sent)
        return Response(WebhookSerializer(endpoint).data, headers={"ETag": etag_of(endpoint)})

    def delete(self, request: Request, id: UUID) -> Response:  # noqa: A002
        """Delete a webhook with its deliveries."""
        endpoint = get_endpoint(self.caller, id)
        actor = self.with_if_match(
            self.idempotent_actor(endpoint.workspace_id), current_etag(endpoint), required=True
        )
        services.endpoint_remove(endpoint=endpoint, actor=actor)
        return Response(status=204)


class WebhookRotateAPIView(WebhookAPIView):
    has_location = False
    shows_secret = True

    @extend_schema(request=None, responses=WebhookSerializer)
    def post(self, request: Request, id: UUID) -> Response:  # noqa: A002
        """Rotate the secret. Only this response contains the new secret.

        For 24 hours, events are signed with both the old and the new secret.
        """
        self.require_empty_body()
        endpoint = get_endpoint(self.caller, id)
        endpoint, secret = services.secret_rotate(
            endpoint=endpoint, actor=self.idempotent_actor(endpoint.workspace_id)
        )
        return Response(WebhookSerializer(endpoint, context={"secret": secret}).data)


class WebhookTestAPIView(WebhookAPIView):
    serializer_class = WebhookDeliverySerializer
    has_location = False
    example: ClassVar = DELIVERY_EXAMPLE

    @extend_schema(request=None, responses=WebhookDeliverySerializer)
    def post(self, request: Request, id: UUID) -> Response:  # noqa: A002
        """Send the event `webhook.test`. To see the endpoint's response, retrieve the returned delivery."""
        self.require_empty_body()
        endpoint = get_endpoint(self.caller, id)
        delivery = services.endpoint_test(
            endpoint=endpoint, actor=self.idempotent_actor(endpoint.workspace_id)
        )
        return Response(WebhookDeliverySerializer(delivery).data)


class WebhookReplayAPIView(WebhookAPIView):
    has_location = False
    example: ClassVar = {"since": "2026-11-24T09:00:00Z"}

    @extend_schema(request=ReplayRequestSerializer, responses=ReplaySerializer)
    def post(self, request: Request, id: UUID) -> Response:  # noqa: A002
        """Resend the deliveries created since `since` that failed and are no longer retried."""
        sent = self.require_known_fields(frozenset({"since"}))
        since = parse_instant(sent.get("since"))
        if since is None:
            raise InvalidRequest.at(
                "/since", "instant", "Send a time such as 2026-11-24T09:00:00Z."
            )
        endpoint = get_endpoint(self.caller, id)
        count = services.deliveries_replay(
            endpoint=endpoint, since=since, actor=self.idempotent_actor(endpoint.workspace_id)
        )
        return Response({"replayed": count})


class WebhookDeliveryListAPIView(ListModelMixin, WebhookAPIView):
    serializer_class = WebhookDeliverySerializer
    is_list = True
    example: ClassVar = DELIVERY_EXAMPLE
    query_parameters: ClassVar = {
        "workspace": WORKSPACE,
        "webhook": QueryParameter(UUID_SCHEMA, "Return only deliveries to this webhook."),
        "state": QueryParameter(
            {"type": "string", "enum": Delivery.State.values},
            "Return only deliveries in this state.",
        ),
    }

    def get(self, request: Request) -> Response:
        """List deliveries, the oldest first. They are kept for 30 days."""
        return self.list(request)

    def get_queryset(self) -> QuerySet[Delivery]:
        query = self.request._request.GET
        rows = Delivery.objects.filter(workspace__in=self.permitted_workspace_ids())
        if "webhook" in query:
            rows = rows.filter(endpoint=read_uuid(query["webhook"], "?webhook"))
        if "state" in query:
            if query["state"] not in Delivery.State.values:
                known = ", ".join(Delivery.State.values)
                raise InvalidRequest.at("?state", "choice", f"Use one of {known}.")
            rows = rows.filter(state=query["state"])
        return rows


class WebhookDeliveryDetailAPIView(WebhookAPIView):
    serializer_class = WebhookDeliverySerializer
    example: ClassVar = DELIVERY_EXAMPLE

    def get(self, request: Request, id: UUID) -> Response:  # noqa: A002
        """Retrieve a delivery: the event, and the endpoint's last response."""
        return Response(WebhookDeliverySerializer(get_delivery(self.caller, id)).data)


class WebhookDeliveryReplayAPIView(WebhookAPIView):
    serializer_class = WebhookDeliverySerializer
    has_location = False
    example: ClassVar = DELIVERY_EXAMPLE

    @extend_schema(request=None, responses=WebhookDeliverySerializer)
    def post(self, request: Request, id: UUID) -> Response:  # noqa: A002
        """Send an event again, with the same id and body."""
        self.require_empty_body()
        delivery = get_delivery(self.caller, id)
        delivery = services.delivery_replay(
            delivery=delivery, actor=self.idempotent_actor(delivery.workspace_id)
        )
        return Response(WebhookDeliverySerializer(delivery).data)


def read_text(value: Any, pointer: str) -> str:
    if not isinstance(value, str):
        raise InvalidRequest.at(pointer, "type", "Send a text.")
    return value


def read_boolean(value: Any, pointer: str) -> bool:
    if not isinstance(value, bool):
        raise InvalidRequest.at(pointer, "type", "Send true or false.")
    return value


def etag_of(endpoint: Endpoint) -> str:
    parts = [endpoint.url, endpoint.name, *endpoint.event_types, endpoint.disabled_reason]
    return f'"{sha256(repr([endpoint.id, parts]).encode()).hexdigest()[:16]}"'


def current_etag(endpoint: Endpoint) -> Callable[[], str]:
    """Return a function that reads the endpoint's current ETag, to be called under the lock."""

    def read() -> str:
        set_tenant_scope([endpoint.workspace_id])
        current = Endpoint.objects.filter(id=endpoint.id).first()
        return etag_of(current) if current else ""

    return read


urlpatterns = [
    path("webhooks", WebhookListAPIView.as_view(), name="api_webhooks"),
    path("webhooks/<uuid:id>", WebhookDetailAPIView.as_view(), name="api_webhook"),
    path(
        "webhooks/<uuid:id>/rotate-secret",
        WebhookRotateAPIView.as_view(),
        name="api_webhook_rotate",
    ),
    path("webhooks/<uuid:id>/test", WebhookTestAPIView.as_view(), name="api_webhook_test"),
    path("webhooks/<uuid:id>/replay", WebhookReplayAPIView.as_view(), name="api_webhook_replay"),
    path("webhook-deliveries", WebhookDeliveryListAPIView.as_view(), name="api_webhook_deliveries"),
    path(
        "webhook-deliveries/<uuid:id>",
        WebhookDeliveryDetailAPIView.as_view(),
        name="api_webhook_delivery",
    ),
    path(
        "webhook-deliveries/<uuid:id>/replay",
        WebhookDeliveryReplayAPIView.as_view(),
        name="api_webhook_delivery_replay",
    ),
]
