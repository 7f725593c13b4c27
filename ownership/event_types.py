"""The types of events about ownership that webhooks can subscribe to."""

from django.utils.translation import gettext_lazy as _

from core.event_types import EventType

DIRECTORSHIP, CLAIM, FLAG = ("directorship",), ("claim",), ("flag",)
NEW, SET = ("add",), ("set",)
ADDED_OR_SET = ("add", "set")

EVENT_TYPES = (
    EventType("directorship.proposed", _("A director is proposed"), DIRECTORSHIP, NEW),
    EventType(
        "directorship.accepted",
        _("A director accepts"),
        DIRECTORSHIP,
        ADDED_OR_SET,
        field="accepted_at",
    ),
    EventType(
        "directorship.declined",
        _("A proposed director declines"),
        DIRECTORSHIP,
        SET,
        field="end_reason",
        values=("declined",),
    ),
    EventType(
        "directorship.ended",
        _("A directorship ends"),
        DIRECTORSHIP,
        SET,
        field="end_reason",
        values=("handed_over", "resigned", "relieved", "ruled"),
    ),
    EventType(
        "handover.confirmed",
        _("A successor confirms a planned hand-over"),
        DIRECTORSHIP,
        SET,
        field="confirmed_at",
    ),
    EventType(
        "handover.lapsed",
        _("A planned hand-over lapses, because it isn’t possible any more"),
        DIRECTORSHIP,
        SET,
        field="end_reason",
        values=("lapsed",),
    ),
    EventType(
        "mandate.agreed", _("A sponsor agrees to a mandate"), DIRECTORSHIP, SET, field="agreed_at"
    ),
    EventType("claim.made", _("A stage is claimed"), CLAIM, NEW, field="kind", values=("claim",)),
    EventType(
        "disclaimer.made",
        _("A stage is disclaimed"),
        CLAIM,
        NEW,
        field="kind",
        values=("disclaimer",),
    ),
    EventType(
        "claim.withdrawn",
        _("A claim or disclaimer is withdrawn"),
        CLAIM,
        SET,
        field="end_reason",
        values=("withdrawn",),
    ),
    EventType("volunteer.offered", _("Somebody offers to direct a stage"), ("volunteer",), NEW),
    EventType(
        "volunteer.withdrawn",
        _("An offer to direct a stage is withdrawn"),
        ("volunteer",),
        SET,
        field="end_reason",
        values=("withdrawn",),
    ),
    EventType("attestation.made", _("A director attests"), ("attestation",), NEW),
    EventType("contest.opened", _("A contest is opened"), ("contest",), NEW),
    EventType("contest.settled", _("A contest is settled"), ("contest",), SET, field="settled_at"),
    EventType("contest.ruled", _("A ruling is made"), ("ruling",), NEW),
    EventType("contributor.added", _("A contributor is added to a stage"), ("contributor",), NEW),
    EventType("contributor.changed", _("A contributor’s part changes"), ("contributor",), SET),
    EventType(
        "contributor.removed",
        _("A contributor is removed from a stage"),
        ("contributor",),
        ("remove",),
    ),
    EventType("appeal.made", _("A party appeals against a ruling"), ("appeal",), NEW),
    EventType("appeal.decided", _("An appeal is decided"), ("appeal",), SET, field="decided_at"),
    EventType("case.opened", _("A case is opened"), ("case",), NEW),
    EventType("case.answered", _("A case is answered"), ("case_answer",), NEW),
    EventType("case.overdue", _("A case becomes overdue"), ("case",), SET, field="missed_due_on"),
    EventType("case.closed", _("A case is closed"), ("case",), SET, field="closed_at"),
    EventType(
        "departments.merged",
        _("Departments are merged"),
        ("reorganization",),
        NEW,
        field="kind",
        values=("merge",),
    ),
    EventType(
        "departments.split",
        _("A department is split"),
        ("reorganization",),
        NEW,
        field="kind",
        values=("split",),
    ),
    EventType("handoff.created", _("A hand-off is written"), ("handoff",), NEW),
    EventType("handoff.changed", _("A hand-off is changed"), ("handoff",), SET, field="revision"),
    EventType("handoff.signed", _("A director signs a hand-off"), ("handoff_signature",), NEW),
    EventType("breach.recorded", _("A breach of a hand-off is recorded"), ("breach",), NEW),
    EventType("breach.answered", _("A breach is answered"), ("breach",), SET, field="answered_at"),
    *(
        EventType(f"flag.{name}", label, FLAG, ADDED_OR_SET, field="state", values=(state,))
        for name, label, state in (
            ("opened", _("A flag is opened"), "open"),
            ("acknowledged", _("A flag is acknowledged"), "acknowledged"),
            ("dismissed", _("A flag is dismissed"), "dismissed"),
            ("resolved", _("A flag is resolved"), "resolved"),
        )
    ),
)
