"""Typed numbers: the test vectors shared with the map, and every field of every form."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse

from core.numbers import language_of, read_number, reader_language, write_number
from journeys.models import Measure
from tests.support.factories import SampleWorld
from tests.support.html_client import FormParser, signed_in

VECTORS = json.loads((Path(__file__).parent / "number_vectors.json").read_text())


@pytest.fixture(params=VECTORS["locales"])
def locale(request: Any) -> Any:
    token = reader_language.set(language_of(f"{request.param},en;q=0.5"))
    yield request.param
    reader_language.reset(token)


def cases(kind: str, locale: str) -> list[dict[str, Any]]:
    return [one for one in VECTORS[kind] if locale in one.get("locales", [locale])]


def test_numbers_are_read_by_the_vectors(locale: str) -> None:
    for case in cases("read", locale):
        if "problem" not in case:
            assert read_number(case["text"]) == case["value"], case
            continue
        with pytest.raises(ValueError, match="“") as refused:
            read_number(case["text"])
        start, _, end = VECTORS["messages"][case["problem"]].partition("{text}")
        assert start == "“", case
        assert end.partition("{")[0] in str(refused.value), case


def test_numbers_are_written_by_the_vectors(locale: str) -> None:
    for case in cases("written", locale):
        assert write_number(case["value"]) == case["text"], case
        assert read_number(case["text"]) == case["value"], case


def test_a_header_that_makes_no_sense_is_english() -> None:
    for header in ("", "*", "xx-YY", "de\n", ";;", "a" * 9_000):
        assert language_of(header) in {"en", "de"}, header
    assert language_of("*, de-CH;q=0.4, xx;q=0.9") == "de_CH"


MEASURE = ("measure", "Days of waiting")


def form_of(world: SampleWorld, language: str) -> tuple[Any, str, dict[str, str]]:
    client = signed_in(world.alice)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = language
    url = reverse("measure_edit", args=[world.acme.measures["Days of waiting"]])
    page = client.get(url).content.decode()
    assert 'type="number"' not in page
    assert page.count('inputmode="decimal"') == 2
    return client, url, FormParser(page[page.index('class="form-panel"') :]).found[0]["fields"]


def test_a_form_shows_and_reads_numbers_as_the_reader_writes_them(world: SampleWorld) -> None:
    client, url, fields = form_of(world, "de-DE,de;q=0.9")
    assert (fields["value"], fields["trend"]) == ("6,5", "4; 5; 6,5")
    sent = fields | {"value": "1.234,5", "target": "3,5", "trend": "38; 44,5 61"}
    assert client.post(url, sent).status_code == 303
    row = world.acme.read(Measure, world.acme.measures["Days of waiting"])
    assert (row.value, row.target, row.trend) == (1234.5, 3.5, [38, 44.5, 61])


@pytest.mark.parametrize(
    ("field", "typed"),
    [("value", "1.234"), ("target", "12 apples"), ("trend", "44,5 61"), ("trend", "1; x")],
)
def test_what_could_be_two_numbers_is_refused_in_words(
    world: SampleWorld, field: str, typed: str
) -> None:
    client, url, fields = form_of(world, "en-GB")
    answer = client.post(url, fields | {field: typed})
    assert answer.status_code == 422
    text = answer.content.decode()
    assert re.search(r"field-error.*?“", text, re.DOTALL)
    assert FormParser(text[text.index('class="form-panel"') :]).found[0]["fields"][field] == typed


def test_no_field_of_any_form_is_a_number_input() -> None:
    root = Path(__file__).parents[2]
    for path in [*root.glob("*/forms.py"), *root.glob("templates/**/*.html")]:
        text = path.read_text()
        assert 'type="number"' not in text, path
        assert "NumberInput" not in text, path
