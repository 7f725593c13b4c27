"""REST API view that proposes undisputed claimants as directors, in bulk."""

from collections import Counter
from typing import Any
from uuid import UUID

from django.urls import path
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from changes.api.replays import ReplayMixin
from core.actors import READ
from core.api import examples
from core.api.views import BaseAPIView
from core.errors import InvalidRequest, TooLarge
from core.ids import read_uuid
from ownership.claim_proposal_serializers import (
    RESULTS,
    ClaimProposalRequestSerializer,
    ClaimProposalResponseSerializer,
)
from ownership.claim_proposals import (
    MAX_STAGES,
    ClaimedStage,
    ProposalObstacle,
    claims_propose_batch,
)
from ownership.models import Directorship
from workspaces.access import get_workspace

EXAMPLES = [
    OpenApiExample("Preview the first stages", value={"dry_run": True}, request_only=True),
    OpenApiExample("Propose for one stage", value={"stages": [examples.STAGE]}, request_only=True),
    OpenApiExample(
        "One proposed, one skipped",
        value={
            "summary": {"proposed": 1, "skipped": 1},
            "results": [
                {
                    "stage": examples.STAGE,
                    "result": "proposed",
                    "person": examples.PERSON,
                    "directorship": examples.DIRECTORSHIP,
                },
                {
                    "stage": "019ab1c2-d3e4-7f50-8a6b-000000000012",
                    "result": "skipped",
                    "reason": "no-account",
                    "person": "019ab1c2-d3e4-7f50-8a6b-0000000000a2",
                },
            ],
            "next": None,
        },
        response_only=True,
    ),
]


class ClaimProposalsAPIView(ReplayMixin, BaseAPIView):
    write_scopes = ("ownership:write",)
    required_right = READ  # the service decides

    @extend_schema(
        request=ClaimProposalRequestSerializer,
        responses={200: ClaimProposalResponseSerializer},
        examples=EXAMPLES,
    )
    def post(self, request: Request, id: UUID) -> Response:  # noqa: A002
        """Propose claimants as the directors of up to 200 stages.

        A stage gets a proposal if one person claims it and nobody directs it. Other stages are skipped, each with a
        reason. Admins can propose directors in all journeys, producers and sponsors in their own.

        To process a whole workspace, send `{}`, then send the `next` of each response as `after` until it is null. With
        `dry_run`, the same requests return what would happen. A repeated Idempotency-Key returns the proposals of the
        first request, without the stages that it skipped.
        """
        workspace = get_workspace(self.caller, id)
        self.require_known_fields(frozenset({"stages", "after", "dry_run"}))
        stages, after, dry_run = self.read_stages(), self.read_after(), self.read_dry_run()
        rows = claims_propose_batch(
            stage_ids=stages,
            after=after,
            dry_run=dry_run,
            actor=self.idempotent_actor(workspace.pk),
        )
        results = [_result(row) for row in rows]
        claimed = {row.stage_id for row in rows}
        results += [
            {"stage": stage, "result": "skipped", "reason": ProposalObstacle.NOT_CLAIMED}
            for stage in stages or ()
            if stage not in claimed
        ]
        is_last = stages is not None or len(rows) < MAX_STAGES
        return _response(results, None if is_last else rows[-1].stage_id)

    def read_stages(self) -> list[UUID] | None:
        """Return the stage ids in the body without duplicates, or None if there is no `stages`."""
        if "stages" not in self.json_body:
            return None
        sent = self.json_body["stages"]
        if not isinstance(sent, list) or not sent:
            raise InvalidRequest.at("/stages", "required", "Send a list with at least one stage.")
        if len(sent) > MAX_STAGES:
            raise TooLarge(f"You sent {len(sent)} stages. Send at most {MAX_STAGES} in a request.")
        ids = [read_uuid(stage, f"/stages/{index}") for index, stage in enumerate(sent)]
        return list(dict.fromkeys(ids))

    def read_after(self) -> UUID | None:
        if self.json_body.get("after") is None:
            return None
        if "stages" in self.json_body:
            raise InvalidRequest.at("/after", "either-or", "Send either stages or after, not both.")
        return read_uuid(self.json_body["after"], "/after")

    def read_dry_run(self) -> bool:
        dry_run = self.json_body.get("dry_run", False)
        if not isinstance(dry_run, bool):
            raise InvalidRequest.at("/dry_run", "type", "Send true or false.")
        return dry_run

    def replay_response(self, sets: list[dict[str, Any]]) -> Response:
        results = sorted(
            (
                {
                    "stage": change["after"]["stage"],
                    "result": "proposed",
                    "person": change["after"]["person"],
                    "directorship": change["id"],
                }
                for recorded in sets
                for change in recorded["changes"]
                if change["type"] == Directorship.slug
            ),
            key=lambda result: result["stage"],
        )
        return _response(results, None if "stages" in self.json_body else results[-1]["stage"])


def _result(row: ClaimedStage) -> dict[str, Any]:
    result = {
        "stage": row.stage_id,
        "result": "skipped" if row.obstacle else "proposed",
        "reason": row.obstacle,
        "person": row.person_id,
        "directorship": row.directorship_id,
    }
    return {name: value for name, value in result.items() if value}


def _response(results: list[dict[str, Any]], following: UUID | None) -> Response:
    counted = Counter(result["result"] for result in results)
    return Response(
        {
            "summary": {result: counted[result] for result in RESULTS},
            "results": results,
            "next": following,
        }
    )


urlpatterns = [
    path(
        "workspaces/<uuid:id>/claim-proposals",
        ClaimProposalsAPIView.as_view(),
        name="api_claim_proposals",
    ),
]
