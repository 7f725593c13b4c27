"""Access-checked lookups of endpoints and deliveries. All of them require the right `webhooks`."""

from uuid import UUID

from core.actors import WEBHOOKS, Caller
from core.errors import NotFound
from core.tenancy import ensure_tenant_scope
from webhooks.models import Delivery, Endpoint


def get_endpoint(caller: Caller, endpoint_id: UUID) -> Endpoint:
    """Return an endpoint of one of the caller's workspaces. Raise NotFound or Forbidden."""
    with ensure_tenant_scope(caller.workspace_ids):
        endpoint = Endpoint.objects.filter(id=endpoint_id).select_related("workspace").first()
    if endpoint is None:
        raise NotFound
    caller.actor_for(endpoint.workspace_id).require(WEBHOOKS)
    return endpoint


def get_delivery(caller: Caller, delivery_id: UUID) -> Delivery:
    """Return a delivery of one of the caller's workspaces. Raise NotFound or Forbidden."""
    with ensure_tenant_scope(caller.workspace_ids):
        delivery = Delivery.objects.filter(id=delivery_id).select_related("endpoint").first()
    if delivery is None:
        raise NotFound
    caller.actor_for(delivery.workspace_id).require(WEBHOOKS)
    return delivery
