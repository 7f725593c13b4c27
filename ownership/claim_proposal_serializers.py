"""REST API serializers for proposing the claimants of stages in bulk."""

from rest_framework import serializers

from ownership.claim_proposals import MAX_STAGES, ProposalObstacle

RESULTS = ("proposed", "skipped")


class ClaimProposalRequestSerializer(serializers.Serializer):
    stages = serializers.ListField(
        child=serializers.UUIDField(),
        required=False,
        min_length=1,
        max_length=MAX_STAGES,
        help_text="The stages to consider. By default, the first claimed stages of the workspace by id.",
    )
    after = serializers.UUIDField(
        required=False, help_text="Without `stages`: the `next` of the previous response."
    )
    dry_run = serializers.BooleanField(
        required=False, help_text="Return what would happen, and change nothing. Defaults to false."
    )


class ClaimProposalSummarySerializer(serializers.Serializer):
    proposed = serializers.IntegerField()
    skipped = serializers.IntegerField()


class ClaimProposalResultSerializer(serializers.Serializer):
    stage = serializers.UUIDField()
    result = serializers.ChoiceField(choices=RESULTS)
    reason = serializers.ChoiceField(
        choices=ProposalObstacle.choices, required=False, help_text="Why the stage was skipped."
    )
    person = serializers.UUIDField(
        required=False, help_text="The person who claims the stage. Missing if it isn’t claimed."
    )
    directorship = serializers.UUIDField(
        required=False, help_text="The proposed directorship. Missing in a dry run."
    )


class ClaimProposalResponseSerializer(serializers.Serializer):
    summary = ClaimProposalSummarySerializer()
    results = ClaimProposalResultSerializer(many=True)
    next = serializers.UUIDField(
        allow_null=True, help_text="Send it as `after` to continue. Null if no stages are left."
    )
