"""Who the caller is, and who may enter: workspaces, members, invitations, tokens."""

from collections.abc import Callable
from hashlib import sha256
from typing import Any, ClassVar
from uuid import UUID

from django.conf import settings
from django.db.models import Q, QuerySet
from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from workspaces.access import (
    MEMBERS,
    get_invitation,
    get_member,
    get_token,
    get_workspace,
)
from workspaces.errors import NotFound, Stale
from workspaces.models import AccessEvent, Invitation, Member, Token, Workspace
from workspaces.rest.idempotency import read_key
from workspaces.rest.paging import answer, read_page
from workspaces.rest.parameters import WORKSPACE
from workspaces.rest.views import Door
from workspaces.serializers import (
    InvitationSerializer,
    MemberSerializer,
    MeSerializer,
    TokenSerializer,
    WorkspaceSerializer,
)
from workspaces.services import (
    invitation_create,
    invitation_revoke,
    member_end,
    member_role_set,
    token_create,
    token_revoke,
)


class AccessDoor(Door):
    """An endpoint of what is not a record: listed by id."""

    serializer: ClassVar[Any]

    def page(self, rows: QuerySet[Any]) -> Response:
        raw = self.request._request
        page = read_page(raw)
        if page.after is not None:
            rows = rows.filter(pk__gt=page.after[0])
        found = list(rows.order_by("pk")[: page.limit + 1])
        return answer(
            raw,
            found,
            page,
            lambda row: [str(row.pk)],
            lambda shown: self.serializer(shown, many=True).data,
        )

    def workspaces(self, right: str) -> list[UUID]:
        """Return the workspaces that the query asks for, where the caller has the right."""
        named = self.request._request.GET.get("workspace")
        if named is None:
            actors = self.caller.actors
            found = [one for one, actor in actors.items() if actor.can(right)]
            if found or not actors:
                return found
            named = str(next(iter(actors)))
        workspace_id = self.workspace_named(named, "?workspace")
        self.caller.acting_in(workspace_id).need(right)
        return [workspace_id]


class Me(AccessDoor):
    @extend_schema(responses=MeSerializer)
    def get(self, request: Request) -> Response:
        """Who the server takes you for, and what you may do where."""
        raw = request._request
        token: Token | None = raw.token  # type: ignore[attr-defined]
        body = {
            "kind": "token" if token else "member",
            "name": token.name if token else raw.user.name,  # type: ignore[union-attr]
            "email": None if token else raw.user.email,  # type: ignore[union-attr]
            "scopes": token.scopes if token else None,
            "expires_at": token.expires_at if token else None,
            "workspaces": [
                {"workspace": one, "member": actor.member_id, "rights": sorted(actor.rights)}
                for one, actor in self.caller.actors.items()
            ],
        }
        return Response(MeSerializer(body).data)


class WorkspaceList(AccessDoor):
    serializer = WorkspaceSerializer
    lists = True

    def get(self, request: Request) -> Response:
        """The workspaces you are in."""
        return self.page(Workspace.objects.filter(id__in=self.caller.workspace_ids))


class WorkspaceDetail(AccessDoor):
    serializer = WorkspaceSerializer

    def get(self, request: Request, id: UUID) -> Response:  # noqa: A002
        """A workspace."""
        return Response(WorkspaceSerializer(get_workspace(self.caller, id)).data)


class MemberList(AccessDoor):
    serializer = MemberSerializer
    lists = True
    filters: ClassVar = {"workspace": WORKSPACE}
    read = ("members:manage",)

    def get(self, request: Request) -> Response:
        """Who is in. Anybody signed in may see this of their workspaces."""
        members = Member.objects.filter(workspace__in=self.workspaces("read"), left_at=None)
        return self.page(members.select_related("user"))


class MemberDetail(AccessDoor):
    serializer = MemberSerializer
    tags = frozenset({"GET", "PATCH"})
    if_match_methods = frozenset({"PATCH", "DELETE"})
    needs_match = True
    read = write = ("members:manage",)

    def get(self, request: Request, id: UUID) -> Response:  # noqa: A002
        """A member."""
        member = get_member(self.caller, id)
        return self.tagged(member_etag(member), lambda: MemberSerializer(member).data)

    def patch(self, request: Request, id: UUID) -> Response:  # noqa: A002
        """Give another role. The last admin stays one."""
        member = get_member(self.caller, id, MEMBERS)
        actor = self.provided(self.acting(member.workspace_id), current(member), required=True)
        serializer = MemberSerializer(member)
        sent = self.writable_part(serializer.data, serializer, frozenset({"role"}))
        role = sent.get("role", member.role)
        headers = {}
        try:
            member = member_role_set(member=member, role=role, actor=actor)
        except Stale:
            if role != member.role or not self._wrote_before(id, "member.role", after=role):
                raise
            headers["Idempotency-Replayed"] = "true"
        headers["ETag"] = member_etag(member)
        return Response(MemberSerializer(member).data, headers=headers)

    def delete(self, request: Request, id: UUID) -> Response:  # noqa: A002
        """End a membership. One may end one's own."""
        try:
            member = get_member(self.caller, id)
        except NotFound:
            if not self._wrote_before(id, "member.end"):
                raise
            return Response(status=204, headers={"Idempotency-Replayed": "true"})
        actor = self.provided(self.acting(member.workspace_id), current(member), required=True)
        member_end(member=member, actor=actor)
        return Response(status=204)

    def _wrote_before(self, member_id: UUID, action: str, **data: str) -> bool:
        """Say whether this caller did this to the membership: the same request, sent again."""
        if read_key(self.request._request) is None:
            return False
        actors = [actor.id for actor in self.caller.actors.values()]
        events = AccessEvent.objects.filter(
            workspace__in=self.caller.workspace_ids, subject_id=member_id, action=action
        )
        return events.filter(actor_id__in=actors, data__contains=data).exists()


def member_etag(member: Member) -> str:
    return f'"{sha256(f"{member.id} {member.role} {member.left_at}".encode()).hexdigest()[:16]}"'


def current(member: Member) -> Callable[[], str]:
    """Return what reads the member's ETag under the lock."""
    return lambda: member_etag(Member.objects.filter(id=member.id)[0])


class InvitationList(AccessDoor):
    serializer = InvitationSerializer
    lists = True
    filters: ClassVar = {"workspace": WORKSPACE}
    read = write = ("members:manage",)
    example: ClassVar = {"email": "new@example.org", "role": "editor"}

    def get(self, request: Request) -> Response:
        """The invitations of your workspaces: open, accepted, revoked and expired ones."""
        return self.page(Invitation.objects.filter(workspace__in=self.workspaces(MEMBERS)))

    def post(self, request: Request) -> Response:
        """Invite somebody. The link is in this answer only."""
        sent = self.known_only(frozenset({"workspace", "email", "role"}))
        actor = self.acting(self.workspace_named(sent.get("workspace"), "/workspace"))
        invitation, secret = invitation_create(
            email=sent.get("email", ""), role=sent.get("role", ""), actor=actor
        )
        link = f"{settings.PUBLIC_URL}/invitations/{secret}/"
        data = InvitationSerializer(invitation, context={"link": link}).data
        return Response(
            data, status=201, headers={"Location": f"/api/v1/invitations/{invitation.id}"}
        )


class InvitationDetail(AccessDoor):
    serializer = InvitationSerializer
    read = write = ("members:manage",)

    def get(self, request: Request, id: UUID) -> Response:  # noqa: A002
        """An invitation."""
        return Response(InvitationSerializer(get_invitation(self.caller, id)).data)

    def delete(self, request: Request, id: UUID) -> Response:  # noqa: A002
        """Take an invitation back."""
        invitation = get_invitation(self.caller, id)
        invitation_revoke(invitation=invitation, actor=self.acting(invitation.workspace_id))
        return Response(status=204)


class TokenDoor(AccessDoor):
    serializer = TokenSerializer
    session_only = True

    def visible(self) -> Q:
        """One's own tokens, and all of the workspaces whose members one manages."""
        actors = self.caller.actors.values()
        managed = [actor.workspace_id for actor in actors if actor.can(MEMBERS)]
        own = [actor.member_id for actor in actors]
        return Q(workspace__in=managed) | Q(member__in=own)


class TokenList(TokenDoor):
    lists = True
    shows_secret = True
    filters: ClassVar = {"workspace": WORKSPACE}
    example: ClassVar = {"name": "CRM sync", "kind": "svc", "scopes": ["touchpoints:write"]}

    def get(self, request: Request) -> Response:
        """Your own tokens, and all tokens of the workspaces whose members you manage."""
        return self.page(
            Token.objects.filter(self.visible(), workspace__in=self.workspaces("read"))
        )

    def post(self, request: Request) -> Response:
        """Make a token. Its secret is in this answer only."""
        sent = self.known_only(frozenset({"workspace", "name", "kind", "scopes", "days"}))
        actor = self.acting(self.workspace_named(sent.get("workspace"), "/workspace"))
        scopes, days = sent.get("scopes", []), sent.get("days", 90)
        token, secret = token_create(
            actor=actor,
            kind=sent.get("kind", Token.Kind.PERSONAL),
            name=sent.get("name", ""),
            scopes=scopes if is_texts(scopes) else [],
            days=days if isinstance(days, int) and not isinstance(days, bool) else 0,
        )
        data = TokenSerializer(token, context={"secret": secret}).data
        return Response(data, status=201, headers={"Location": f"/api/v1/tokens/{token.id}"})


class TokenDetail(TokenDoor):
    def get(self, request: Request, id: UUID) -> Response:  # noqa: A002
        """A token, without its secret."""
        return Response(TokenSerializer(self._token(id)).data)

    def delete(self, request: Request, id: UUID) -> Response:  # noqa: A002
        """Revoke a token, at once."""
        token = self._token(id)
        token_revoke(token=token, actor=self.acting(token.workspace_id))
        return Response(status=204)

    def _token(self, token_id: UUID) -> Token:
        token = get_token(self.caller, token_id, "read")
        actor = self.caller.acting_in(token.workspace_id)
        if token.member_id is None or token.member_id != actor.member_id:
            actor.need(MEMBERS)
        return token


def is_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) for one in value)


urlpatterns = [
    path("me", Me.as_view(), name="api_me"),
    path("workspaces", WorkspaceList.as_view(), name="api_workspaces"),
    path("workspaces/<uuid:id>", WorkspaceDetail.as_view(), name="api_workspace"),
    path("members", MemberList.as_view(), name="api_members"),
    path("members/<uuid:id>", MemberDetail.as_view(), name="api_member"),
    path("invitations", InvitationList.as_view(), name="api_invitations"),
    path("invitations/<uuid:id>", InvitationDetail.as_view(), name="api_invitation"),
    path("tokens", TokenList.as_view(), name="api_tokens"),
    path("tokens/<uuid:id>", TokenDetail.as_view(), name="api_token"),
]
