"""The record types that ops can write."""

from typing import Any

from changes.models import record_types
from tests.support.factories import SampleWorkspace
from workspaces.models import Member

WRITABLE = {slug: model for slug, model in record_types().items() if model.op_fields or model.place}
DIRECTORY = {"department", "person", "placement", "persona", "channel"}


def one_of(place: SampleWorkspace, model: Any) -> str:
    """Return the id of a record of the given type in a workspace."""
    if model is Member:
        return str(next(iter(place.people.values())).member.id)
    return str(place.all(model)[0].pk)
