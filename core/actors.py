"""Who acts, in which workspaces, with which rights and scopes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal
from uuid import UUID

from core.errors import Forbidden, NotFound

READ = "read"


COMMENT = "comment"


CLAIM = "claim"  # for a department they belong to; ownership/access.py checks that


ANSWER = "answer"  # accept or decline what is addressed to oneself


DRAW = "draw"  # journeys and all on them


SPONSOR = "sponsor"  # may be named sponsor


FLAGS = "flags"  # acknowledge and dismiss findings of the audit


RULE = "rule"


APPOINT = "appoint"  # everywhere; producers and sponsors appoint on their own journeys


PEOPLE = "people"  # departments, persons, placements


MEMBERS = "members"  # members, invitations, tokens


MODERATE = "moderate"  # remove what others said


SCOPE_RIGHTS: Mapping[str, frozenset[str]] = {
    "maps:read": frozenset({READ}),
    "maps:write": frozenset({READ, DRAW}),
    "touchpoints:read": frozenset({READ}),
    "touchpoints:write": frozenset({READ, DRAW}),
    "ownership:read": frozenset({READ}),
    "ownership:write": frozenset({READ, CLAIM, ANSWER, FLAGS, APPOINT}),
    "comments:read": frozenset({READ}),
    "comments:write": frozenset({READ, COMMENT}),
    "people:read": frozenset({READ}),
    "people:write": frozenset({READ, PEOPLE}),
    "members:manage": frozenset({READ, MEMBERS}),
}


def covers(held: frozenset[str], needed: str) -> bool:
    """Say whether a scope is held; to write includes to read."""
    noun = needed.partition(":")[0]
    return needed in held or (needed.endswith(":read") and f"{noun}:write" in held)


def missing_scopes_error(*scopes: str) -> Forbidden:
    """Return the refusal of a token that lacks scopes."""
    named = "”, “".join(scopes)
    return Forbidden(f"This token needs the scope “{named}”.", code="insufficient-scope")


@dataclass(frozen=True)
class Actor:
    """One who acts in one workspace, and under which gesture id.

    A guest has the id of the share link. `gesture` is the id of the change set to be written (the
    idempotency key); `fingerprint` tells a retry of the same request from another request under
    the same id. `precondition` is called by the write under its locks, and refuses by raising
    (If-Match).
    """

    workspace_id: UUID
    kind: Literal["member", "token", "machine", "guest"]
    id: UUID | None
    rights: frozenset[str]
    member_id: UUID | None = None
    gesture: UUID | None = None
    fingerprint: str = ""
    precondition: Callable[[], None] | None = None
    scopes: frozenset[str] | None = None  # of a token; None: bounded by rights alone

    def can(self, right: str, scope: str = "") -> bool:
        """Say whether the actor has the right, and as a token the scope."""
        held = not scope or self.scopes is None or covers(self.scopes, scope)
        return held and right in self.rights

    def require(self, right: str, scope: str = "") -> None:
        """Raise Forbidden unless the actor has the right, and as a token the scope."""
        if scope and self.scopes is not None and not covers(self.scopes, scope):
            raise missing_scopes_error(scope)
        if right not in self.rights:
            raise Forbidden(
                f"This needs the right “{right}”, which your role here does not have. "
                "Ask an admin of the workspace."
            )

    def with_idempotency(self, gesture: UUID, fingerprint: str = "") -> "Actor":
        """Return the same actor writing under a gesture id that the client chose."""
        return replace(self, gesture=gesture, fingerprint=fingerprint)

    def with_precondition(self, precondition: Callable[[], None]) -> "Actor":
        """Return the same actor, who writes only if the check passes under the write's locks."""
        return replace(self, precondition=precondition)


@dataclass(frozen=True)
class Caller:
    """A login or a token, and the actor it is in each workspace it may enter."""

    actors: Mapping[UUID, Actor] = field(default_factory=dict)
    scopes: frozenset[str] | None = None  # None: a session, bounded by roles alone

    @property
    def workspace_ids(self) -> list[UUID]:
        return list(self.actors)

    def actor_for(self, workspace_id: UUID) -> Actor:
        """Return the actor for a workspace, or raise NotFound for a stranger."""
        actor = self.actors.get(workspace_id)
        if actor is None:
            raise NotFound
        return actor


def require_expected_user(user: Any, expected: str | None) -> None:
    """Refuse a request of a page that was loaded by another user than the one signed in now.

    A page may stay open, and keep text to send, while somebody else signs in in the same browser.
    """
    if expected is not None and expected != str(user.pk):
        raise Forbidden(
            "Somebody else is signed in now. Sign in again as the user who opened this page.",
            code="other-user",
        )
