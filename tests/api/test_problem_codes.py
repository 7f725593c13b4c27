"""Every error code in the sources has an entry on the page that its `type` points to."""

import ast

from django.test import Client

from core import errors
from core.error_responses import CODES, TYPE_PREFIX
from core.errors import AppError
from pages.problem_codes import PROBLEMS, all_problems
from tests.architecture.project import sources
from tests.support.factories import SampleWorld

REFUSALS = {
    name: kind
    for name, kind in vars(errors).items()
    if isinstance(kind, type) and issubclass(kind, AppError)
}


def raised() -> set[str]:
    """Return the codes that the sources pass to errors, and those of the error classes."""
    found = {kind.code for kind in REFUSALS.values()} | set(CODES.values())
    for _, text in sources():
        for call in ast.walk(ast.parse(text)):
            if isinstance(call, ast.Call) and getattr(call.func, "id", "") in REFUSALS:
                given = {word.arg: word.value for word in call.keywords}.get("code")
                if isinstance(given, ast.Constant):
                    found.add(given.value)
    return found


def test_every_code_has_an_entry_and_every_entry_a_code() -> None:
    codes = [code for code, _ in all_problems()]
    assert len(codes) == len(set(codes))
    assert raised() - set(codes) == set()
    # Codes of batch items, which a batch of one returns as its own (touchpoints/sync_placement.py).
    assert set(PROBLEMS) - raised() == {"other-journey"}


def test_the_type_of_a_problem_leads_to_its_entry(world: SampleWorld) -> None:
    refused = Client().get("/api/v1/journeys").json()
    assert refused["type"] == TYPE_PREFIX + "unauthenticated"
    address, _, anchor = refused["type"].partition("#")
    page = Client().get(address)
    assert page.status_code == 200
    assert f'id="{anchor}"' in page.content.decode()
    assert 'id="one-director-per-stage"' in page.content.decode()
