"""The open notices of a member, as the inbox groups them. Call these functions inside tenant_scope()."""

from collections.abc import Callable, Collection, Mapping
from typing import Any
from uuid import UUID

from core.actors import Actor
from core.notices import Topic
from notifications.queries import open_notices


class Inbox:
    """An actor's open notices, which are read once.

    A kind of subject without notices has no ids, and Django runs no query for rows with one of no ids.
    """

    def __init__(self, actor: Actor) -> None:
        self.notices = open_notices(actor)
        self.own = [row for row in self.notices if row.on_behalf_of is None]
        self.delegated = [row for row in self.notices if row.on_behalf_of is not None]

    def subject_ids(self, slug: str) -> set[UUID]:
        """Return the ids of the subjects of one type about which the actor has a notice of their own."""
        return {row.subject_id for row in self.own if row.subject_type == slug}

    def with_texts(
        self,
        topic: Topic,
        describe: Callable[[Collection[UUID]], Mapping[UUID, Any]],
        name: str = "text",
    ) -> list[dict[str, Any]]:
        """Return the actor's own notices of a topic, each with the description of its subject under `name`."""
        notices = [row for row in self.own if row.topic == topic]
        found = describe([row.subject_id for row in notices])
        return [{"notice": row, name: found[row.subject_id]} for row in notices]
