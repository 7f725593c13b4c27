"""The nouns of the API: for each, a body that creates a record and one that changes it."""

from typing import Any

from tests.support.factories import SampleWorld

NOUNS: dict[str, dict[str, Any]] = {
    "departments": {"new": {"name": "Legal", "hue": "ops"}, "change": {"name": "Law"}},
    "persons": {"new": {"name": "Zoe", "email": "zoe@x.test"}, "change": {"job_title": "Head"}},
    "placements": {
        "new": {"person": "@person", "department": "@Network", "since": "2026-02-01"},
        "change": {"until": "2026-03-01"},
    },
    "personas": {"new": {"name": "Ben", "age": 40}, "change": {"age": None}},
    "channels": {"new": {"name": "Letter"}, "change": {"glyph": "mail"}},
    "journeys": {"new": {"title": "A move"}, "change": {"status": "live"}},
    "stages": {"new": {"journey": "@journey", "title": "Leave"}, "change": {"title": "Go"}},
    "steps": {"new": {"stage": "@stage", "title": "Thinks"}, "change": {"quote": "Hm."}},
    "lanes": {"new": {"journey": "@journey", "kind": "customer"}, "change": {"after": None}},
    "touchpoints": {
        "new": {"step": "@step", "lane": "@lane", "title": "Looks", "emotion": -2},
        "change": {"emotion": 2, "after": None},
    },
    "promises": {
        "new": {"made_in": "@step", "tested_in": "@step", "title": "Soon"},
        "change": {"status": "broken"},
    },
    "notes": {"new": {"step": "@step", "title": "Is slow"}, "change": {"kind": "idea"}},
    "measures": {
        "new": {"step": "@step", "title": "Waits", "value": 61, "unit": "h", "trend": [3, 6.5]},
        "change": {"value": 1.5, "target": None, "trend": [], "after": None},
    },
}

NOUNS["frames"] = {
    "new": {"step": "@step", "caption": "Looks", "duration": 9},
    "change": {"size": "wide", "after": None},
}

LISTS = [
    *NOUNS,
    "absences",
    "directorships",
    "deputies",
    "claims",
    "attestations",
    "contests",
    "contributors",
    "parties",
    "rulings",
    "appeals",
    "cases",
    "case-answers",
    "handoffs",
    "handoff-signatures",
    "breaches",
    "volunteers",
    "appointments",
    "flags",
    "comments",
    "workspaces",
]


def filled(body: dict[str, Any], world: SampleWorld, of_twin: bool = False) -> dict[str, Any]:
    place = world.twin if of_twin else world.acme
    ids = {
        "@person": (world.charlie if of_twin else world.bob).person_id,
        "@Network": place.departments["Network"],
        "@journey": place.journey,
        "@stage": place.stages["Choose"],
        "@step": place.steps["Looks"],
        "@lane": place.lanes["Retail"],
    }
    return {k: str(ids[v]) if isinstance(v, str) and v in ids else v for k, v in body.items()}
