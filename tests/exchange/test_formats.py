"""The registry of file formats. Pages, API, commands and services look formats up in it."""

from collections.abc import Iterator
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from core.errors import InvalidRequest
from exchange.formats.draft import DraftJourney
from exchange.formats.registry import FORMATS, Format, readers, register, writers
from exchange.services import import_journey
from tests.support.api_client import ApiClient
from tests.support.factories import SampleWorld
from tests.support.html_client import signed_in


def write_titles(journey: DraftJourney) -> str:
    return "\n".join(stage.title for stage in journey.stages)


@pytest.fixture
def titles() -> Iterator[None]:
    """Register a format that can be exported but not imported."""
    register(
        Format(
            name="titles",
            title="Titles",
            media_type="text/csv",
            extension="csv",
            scale="",
            omissions="Only the titles of stages.",
            write=write_titles,
        )
    )
    yield
    del FORMATS["titles"]


def test_the_app_registers_mermaid_both_ways() -> None:
    assert list(FORMATS) == list(readers()) == list(writers()) == ["mermaid"]


def test_a_registered_format_is_exported_everywhere(titles: None, world: SampleWorld) -> None:
    page = signed_in(world.bob).get(reverse("map_export", args=[world.acme.journey, "titles"]))
    assert page["Content-Type"] == "text/csv; charset=utf-8"
    assert page["Content-Disposition"].endswith('.csv"')
    assert page.content.decode() == "Choose\nBuy\nUse"
    api = ApiClient(user=world.bob.user).client.get(
        f"/api/v1/journeys/{world.acme.journey}/export?format=titles"
    )
    assert (api["Content-Type"], api.content) == (page["Content-Type"], page.content)
    out = StringIO()
    call_command("map_export", str(world.acme.journey), format="titles", stdout=out)
    assert out.getvalue() == page.content.decode()


def test_without_a_reader_it_cannot_be_imported(titles: None, world: SampleWorld) -> None:
    with pytest.raises(InvalidRequest) as refused:
        import_journey(text=b"Choose", format="titles", actor=world.alice.actor)
    assert [error.detail for error in refused.value.errors] == ["Use one of mermaid."]
    with pytest.raises(CommandError):
        call_command("map_import", "titles.csv", "--workspace", "acme", "--format", "titles")


def test_an_unknown_format_is_not_found(world: SampleWorld) -> None:
    client, journey = ApiClient(user=world.bob.user), world.acme.journey
    url = reverse("map_export", args=[journey, "titles"])
    assert signed_in(world.bob).get(url).status_code == 404
    (error,) = client.get(f"journeys/{journey}/export?format=titles").json()["errors"]
    assert (error["pointer"], error["detail"]) == ("?format", "Use mermaid.")
