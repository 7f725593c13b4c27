"""REST API views for the caller, workspaces, members, invitations and tokens."""

from collections.abc import Callable
from hashlib import sha256
from typing import Any, ClassVar
from uuid import UUID

from django.conf import settings
from django.db.models import Q, QuerySet
from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework.mixins import ListModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from core.actors import MEMBERS
from core.api.idempotency import read_key
from core.api.parameters import WORKSPACE
from core.api.search import NameSearchAPIView
from core.errors import NotFound, PreconditionFailed
from workspaces import demotion_api
from workspaces.access import get_invitation, get_member, get_token, get_workspace
from workspaces.api_base import AccessAPIView
from workspaces.file_api import FileContentAPIView, FileDetailAPIView, FileUploadAPIView
from workspaces.job_api import JobCancelAPIView, JobDetailAPIView, JobListAPIView
from workspaces.models import AccessEvent, Invitation, Member, Token, Workspace
from workspaces.queries import MEMBER_SEARCH, current_members
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
    member_remove,
    member_role_set,
    token_create,
    token_revoke,
)


class MeAPIView(AccessAPIView):
    @extend_schema(responses=MeSerializer)
    def get(self, request: Request) -> Response:
        """Retrieve the authenticated login or token, and its rights in each workspace."""
        raw = request._request
        token: Token | None = raw.token  # type: ignore[attr-defined]
        body = {
            "kind": "token" if token else "member",
            "name": token.name if token else raw.user.name,  # type: ignore[union-attr]
            "email": None if token else raw.user.email,  # type: ignore[union-attr]
            "scopes": token.scopes if token else None,
            "expires_at": token.expires_at if token else None,
            "workspaces": [
                {
                    "workspace": workspace_id,
                    "member": actor.member_id,
                    "rights": sorted(actor.rights),
                }
                for workspace_id, actor in self.caller.actors.items()
            ],
        }
        return Response(MeSerializer(body).data)


class WorkspaceListAPIView(ListModelMixin, AccessAPIView):
    serializer_class = WorkspaceSerializer
    is_list = True

    def get(self, request: Request) -> Response:
        """List the workspaces that you are in."""
        return self.list(request)

    def get_queryset(self) -> QuerySet[Workspace]:
        return Workspace.objects.filter(id__in=self.caller.workspace_ids)


class WorkspaceDetailAPIView(AccessAPIView):
    serializer_class = WorkspaceSerializer

    def get(self, request: Request, id: UUID) -> Response:  # noqa: A002
        """Retrieve a workspace."""
        return Response(WorkspaceSerializer(get_workspace(self.caller, id)).data)


class MemberListAPIView(ListModelMixin, AccessAPIView):
    serializer_class = MemberSerializer
    is_list = True
    query_parameters: ClassVar = {"workspace": WORKSPACE}
    read_scopes = ("members:manage",)

    def get(self, request: Request) -> Response:
        """List the members of your workspaces. Any signed-in member can do this."""
        return self.list(request)

    def get_queryset(self) -> QuerySet[Member]:
        workspace_ids = self.requested_workspaces("read")
        members = Member.objects.filter(workspace__in=workspace_ids, left_at=None)
        return members.select_related("user")


class MemberSearchAPIView(NameSearchAPIView):
    """Search the members of a workspace by name. Returns at most 20 members.

    Members without a name are found by their e-mail address. For members with a name, `detail` is
    their e-mail address.
    """

    read_scopes = ("members:manage",)
    name_search = MEMBER_SEARCH

    def searched_rows(self, workspace_id: UUID) -> QuerySet[Member]:
        return current_members(workspace_id)


class MemberDetailAPIView(AccessAPIView):
    serializer_class = MemberSerializer
    etag_methods = frozenset({"GET", "PATCH"})
    if_match_methods = frozenset({"PATCH", "DELETE"})
    needs_match = True
    read_scopes = write_scopes = ("members:manage",)

    def get(self, request: Request, id: UUID) -> Response:  # noqa: A002
        """Retrieve a member."""
        member = get_member(self.caller, id)
        return self.etag_response(member_etag(member), lambda: MemberSerializer(member).data)

    def patch(self, request: Request, id: UUID) -> Response:  # noqa: A002
        """Change a member's role. The last admin can't be given another role."""
        member = get_member(self.caller, id, MEMBERS)
        actor = self.with_if_match(
            self.idempotent_actor(member.workspace_id), current_etag(member), required=True
        )
        serializer = MemberSerializer(member)
        sent = self.writable_part(serializer.data, serializer, frozenset({"role"}))
        role = sent.get("role", member.role)
        headers = {}
        try:
            member = member_role_set(member=member, role=role, actor=actor)
        except PreconditionFailed:
            if role != member.role or not self._was_written_before(id, "member.role", after=role):
                raise
            headers["Idempotency-Replayed"] = "true"
        headers["ETag"] = member_etag(member)
        return Response(MemberSerializer(member).data, headers=headers)

    def delete(self, request: Request, id: UUID) -> Response:  # noqa: A002
        """End a membership. Members may end their own."""
        try:
            member = get_member(self.caller, id)
        except NotFound:
            if not self._was_written_before(id, "member.end"):
                raise
            return Response(status=204, headers={"Idempotency-Replayed": "true"})
        actor = self.with_if_match(
            self.idempotent_actor(member.workspace_id), current_etag(member), required=True
        )
        member_remove(member=member, actor=actor)
        return Response(status=204)

    def _was_written_before(self, member_id: UUID, action: str, **data: str) -> bool:
        """Return whether the caller has done this to the member before, according to the access log.

        Without an Idempotency-Key, return False, because the request can't be a retry. The log
        doesn't contain the key, so an earlier request with another key also counts.
        """
        if read_key(self.request._request) is None:
            return False
        actors = [actor.id for actor in self.caller.actors.values()]
        events = AccessEvent.objects.filter(
            workspace__in=self.caller.workspace_ids, subject_id=member_id, action=action
        )
        return events.filter(actor_id__in=actors, data__contains=data).exists()


def member_etag(member: Member) -> str:
    return f'"{sha256(f"{member.id} {member.role} {member.left_at}".encode()).hexdigest()[:16]}"'


def current_etag(member: Member) -> Callable[[], str]:
    """Return a function that reads the member's current ETag, to be called under the lock."""
    return lambda: member_etag(Member.objects.filter(id=member.id)[0])


class InvitationListAPIView(ListModelMixin, AccessAPIView):
    serializer_class = InvitationSerializer
    is_list = True
    query_parameters: ClassVar = {"workspace": WORKSPACE}
    read_scopes = write_scopes = ("members:manage",)
    example: ClassVar = {"email": "new@example.org", "role": "editor"}

    def get(self, request: Request) -> Response:
        """List the invitations to your workspaces: open, accepted, revoked and expired ones."""
        return self.list(request)

    def get_queryset(self) -> QuerySet[Invitation]:
        return Invitation.objects.filter(workspace__in=self.requested_workspaces(MEMBERS))

    def post(self, request: Request) -> Response:
        """Create an invitation. Only this response contains its link."""
        sent = self.require_known_fields(frozenset({"workspace", "email", "role"}))
        actor = self.idempotent_actor(
            self.requested_workspace_id(sent.get("workspace"), "/workspace")
        )
        invitation, secret = invitation_create(
            email=sent.get("email", ""), role=sent.get("role", ""), actor=actor
        )
        link = f"{settings.PUBLIC_URL}/invitations/{secret}/"
        data = InvitationSerializer(invitation, context={"link": link}).data
        return Response(
            data, status=201, headers={"Location": f"/api/v1/invitations/{invitation.id}"}
        )


class InvitationDetailAPIView(AccessAPIView):
    serializer_class = InvitationSerializer
    read_scopes = write_scopes = ("members:manage",)

    def get(self, request: Request, id: UUID) -> Response:  # noqa: A002
        """Retrieve an invitation."""
        return Response(InvitationSerializer(get_invitation(self.caller, id)).data)

    def delete(self, request: Request, id: UUID) -> Response:  # noqa: A002
        """Revoke an invitation."""
        invitation = get_invitation(self.caller, id)
        invitation_revoke(
            invitation=invitation, actor=self.idempotent_actor(invitation.workspace_id)
        )
        return Response(status=204)


class TokenAPIView(AccessAPIView):
    serializer_class = TokenSerializer
    session_only = True

    def visible_tokens(self) -> Q:
        """Return a filter for the caller's own tokens, and all tokens of workspaces that they manage."""
        actors = self.caller.actors.values()
        managed = [actor.workspace_id for actor in actors if actor.can(MEMBERS)]
        own = [actor.member_id for actor in actors]
        return Q(workspace__in=managed) | Q(member__in=own)


class TokenListAPIView(ListModelMixin, TokenAPIView):
    is_list = True
    shows_secret = True
    query_parameters: ClassVar = {"workspace": WORKSPACE}
    example: ClassVar = {"name": "CRM sync", "kind": "svc", "scopes": ["touchpoints:write"]}

    def get(self, request: Request) -> Response:
        """List your own tokens, and all tokens of the workspaces whose members you manage."""
        return self.list(request)

    def get_queryset(self) -> QuerySet[Token]:
        workspace_ids = self.requested_workspaces("read")
        return Token.objects.filter(self.visible_tokens(), workspace__in=workspace_ids)

    def post(self, request: Request) -> Response:
        """Create a token. Only this response contains its secret."""
        sent = self.require_known_fields(frozenset({"workspace", "name", "kind", "scopes", "days"}))
        actor = self.idempotent_actor(
            self.requested_workspace_id(sent.get("workspace"), "/workspace")
        )
        scopes, days = sent.get("scopes", []), sent.get("days", 90)
        token, secret = token_create(
            actor=actor,
            kind=sent.get("kind", Token.Kind.PERSONAL),
            name=sent.get("name", ""),
            scopes=scopes if is_string_list(scopes) else [],
            days=days if isinstance(days, int) and not isinstance(days, bool) else 0,
        )
        data = TokenSerializer(token, context={"secret": secret}).data
        return Response(data, status=201, headers={"Location": f"/api/v1/tokens/{token.id}"})


class TokenDetailAPIView(TokenAPIView):
    def get(self, request: Request, id: UUID) -> Response:  # noqa: A002
        """Retrieve a token, without its secret."""
        return Response(TokenSerializer(self._token(id)).data)

    def delete(self, request: Request, id: UUID) -> Response:  # noqa: A002
        """Revoke a token, with immediate effect."""
        token = self._token(id)
        token_revoke(token=token, actor=self.idempotent_actor(token.workspace_id))
        return Response(status=204)

    def _token(self, token_id: UUID) -> Token:
        token = get_token(self.caller, token_id, "read")
        actor = self.caller.actor_for(token.workspace_id)
        if token.member_id is None or token.member_id != actor.member_id:
            actor.require(MEMBERS)
        return token


def is_string_list(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


urlpatterns = [
    path("me", MeAPIView.as_view(), name="api_me"),
    path("workspaces", WorkspaceListAPIView.as_view(), name="api_workspaces"),
    path("workspaces/<uuid:id>", WorkspaceDetailAPIView.as_view(), name="api_workspace"),
    path("members", MemberListAPIView.as_view(), name="api_members"),
    path("members/search", MemberSearchAPIView.as_view(), name="api_member_search"),
    path("members/<uuid:id>", MemberDetailAPIView.as_view(), name="api_member"),
    path("invitations", InvitationListAPIView.as_view(), name="api_invitations"),
    path("invitations/<uuid:id>", InvitationDetailAPIView.as_view(), name="api_invitation"),
    path("tokens", TokenListAPIView.as_view(), name="api_tokens"),
    path("tokens/<uuid:id>", TokenDetailAPIView.as_view(), name="api_token"),
    path("jobs", JobListAPIView.as_view(), name="api_jobs"),
    path("jobs/<uuid:id>", JobDetailAPIView.as_view(), name="api_job"),
    path("jobs/<uuid:id>/cancel", JobCancelAPIView.as_view(), name="api_job_cancel"),
    path("files", FileUploadAPIView.as_view(), name="api_files"),
    path("files/<uuid:id>", FileDetailAPIView.as_view(), name="api_file"),
    path("files/<uuid:id>/content", FileContentAPIView.as_view(), name="api_file_content"),
    *demotion_api.urlpatterns,
]
