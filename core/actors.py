"""Actors and callers: who sends a request, which workspaces they can enter and what they may do."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal
from uuid import UUID

from django.utils.translation import gettext, ngettext

from core.errors import Forbidden, NotFound

READ = "read"
COMMENT = "comment"
CLAIM = "claim"  # only for the member's own department, which ownership/access.py checks
ANSWER = "answer"  # accept or decline directorships proposed to them
DRAW = "draw"  # edit journeys and everything on them
SPONSOR = "sponsor"  # be named as sponsor
FLAGS = "flags"  # acknowledge and dismiss the audit's flags
RULE = "rule"  # decide contests and appeals
APPOINT = "appoint"  # on any journey; producers and sponsors may appoint on their own without it
PEOPLE = "people"  # edit departments, persons and placements
MEMBERS = "members"  # manage members, invitations and tokens
WEBHOOKS = "webhooks"  # manage where events are sent
MODERATE = "moderate"  # remove other people's comments


def covers(held: frozenset[str], needed: str) -> bool:
    """Return whether the granted scopes include the needed one. A write scope includes its read scope."""
    noun = needed.partition(":")[0]
    return needed in held or (needed.endswith(":read") and f"{noun}:write" in held)


def missing_scopes_error(*scopes: str) -> Forbidden:
    """Return the error for a token that lacks these scopes."""
    text = ngettext(
        "This token lacks the scope “{scopes}”. Use a token that has more scopes.",
        "This token lacks the scopes “{scopes}”. Use a token that has more scopes.",
        len(scopes),
    )
    return Forbidden(text.format(scopes="”, “".join(scopes)), code="insufficient-scope")


@dataclass(frozen=True)
class Actor:
    """An identity that acts in one workspace, with its rights and the id of the gesture to write.

    A guest's `id` is the id of their share link. `gesture` is derived from the idempotency key;
    `fingerprint` tells a retry of a request from another request with the same key. `precondition`
    is called while the write holds its locks, and rejects the write by raising an error (If-Match).
    """

    workspace_id: UUID
    kind: Literal["member", "token", "machine", "guest"]
    id: UUID | None
    rights: frozenset[str]
    member_id: UUID | None = None
    gesture: UUID | None = None
    fingerprint: str = ""
    precondition: Callable[[], None] | None = None
    scopes: frozenset[str] | None = None  # of a token; None: limited by rights only

    def can(self, right: str, *scopes: str) -> bool:
        """Return whether the actor has the right and, if it is a token, the scopes."""
        return right in self.rights and not self._missing(scopes)

    def require(self, right: str, *scopes: str) -> None:
        """Raise Forbidden unless the actor has the right and, if it is a token, the scopes."""
        if missing := self._missing(scopes):
            raise missing_scopes_error(*missing)
        if right not in self.rights:
            raise Forbidden(
                gettext(
                    "Your role here doesn’t include the right “{right}”. Ask an admin of the "
                    "workspace."
                ).format(right=right)
            )

    def _missing(self, scopes: Iterable[str]) -> list[str]:
        if self.scopes is None:
            return []
        return [scope for scope in scopes if not covers(self.scopes, scope)]

    def with_idempotency(self, gesture: UUID, fingerprint: str = "") -> "Actor":
        """Return a copy of the actor that writes under a gesture id chosen by the client."""
        return replace(self, gesture=gesture, fingerprint=fingerprint)

    def with_precondition(self, precondition: Callable[[], None]) -> "Actor":
        """Return a copy of the actor that writes only if `precondition` passes under the locks."""
        return replace(self, precondition=precondition)


@dataclass(frozen=True)
class Caller:
    """An authenticated login or token, with its actor in each workspace it can enter."""

    actors: Mapping[UUID, Actor] = field(default_factory=dict)
    scopes: frozenset[str] | None = None  # None for a session, which is limited by roles only

    @property
    def workspace_ids(self) -> list[UUID]:
        return list(self.actors)

    def actor_for(self, workspace_id: UUID) -> Actor:
        """Return the actor for a workspace. Raise NotFound if the caller isn't in it."""
        actor = self.actors.get(workspace_id)
        if actor is None:
            raise NotFound
        return actor


def require_expected_user(user: Any, expected: str | None) -> None:
    """Raise Forbidden unless the page was loaded by the user who is signed in now.

    `expected` is the id of the user who loaded the page. None passes the check. Someone else may
    have signed in, in the same browser, while a page with unsent text was open.
    """
    if expected is not None and expected != str(user.pk):
        raise Forbidden(
            gettext(
                "Someone else is signed in now. Sign in again as the user who opened this page."
            ),
            code="other-user",
        )
