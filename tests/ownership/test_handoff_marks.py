"""The marks of hand-offs in snapshots. tests/support/handoffs.py compares them with the database's view."""

import json
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_OID, UUID, uuid5

import pytest

from ownership.handoff_marks import HandOffMark, public_handoff_states, recorded_handoff_marks

CASES = json.loads((Path(__file__).parent / "handoff_vectors.json").read_text())["cases"]


def uuid_of(name: str) -> UUID:
    return uuid5(NAMESPACE_OID, name)


def record(slug: str, name: str, **fields: Any) -> dict[str, Any]:
    return {"type": slug, "id": str(uuid_of(name)), "fields": fields}


def records_of(case: dict[str, Any]) -> list[dict[str, Any]]:
    stage = {name: str(uuid_of(name)) for name in "abc"}
    return [
        *(record("stage", name, position=name) for name in "cab"),
        *(
            record(
                "directorship",
                f"d-{name}",
                stage=stage[name],
                person=person,
                accepted_at="then",
                ended_at=None,
            )
            for name, person in case["directors"].items()
        ),
        *(
            record(
                "handoff",
                f"{before}-{after}",
                from_stage=stage[before],
                to_stage=stage[after],
                revision=revision,
            )
            for before, after, revision in case.get("handoffs", [])
        ),
        *(
            record(
                "handoff_signature",
                f"s{at}",
                handoff=str(uuid_of(handoff)),
                directorship=str(uuid_of(directorship)),
                revision=revision,
            )
            for at, (handoff, directorship, revision) in enumerate(case.get("signed", []))
        ),
        *(
            record(
                "breach",
                f"x{at}",
                handoff=str(uuid_of(handoff)),
                answered_at="then" if is_answered else None,
            )
            for at, (handoff, is_answered) in enumerate(case.get("breaches", []))
        ),
    ]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_marks_of_a_snapshot(case: dict[str, Any]) -> None:
    marks = recorded_handoff_marks(records_of(case))
    found = {pk: [mark.state, mark.is_breached] for pk, mark in marks.items()}
    assert found == {uuid_of(stage): mark for stage, mark in case["marks"].items()}


def test_guests_see_only_whether_a_hand_off_is_agreed() -> None:
    agreed, other = uuid_of("a"), uuid_of("b")
    marks = {agreed: HandOffMark("agreed", True), other: HandOffMark("half-signed", True)}
    assert public_handoff_states(marks) == {str(agreed): "agreed", str(other): "not-agreed"}
