"""Every page is translated completely, shown by a made-up language (tests/support/pseudo_locale.py)."""

import re
from collections.abc import Iterator

import pytest
from django.conf import settings as django_settings

from changes.queries import snapshot
from core.tenancy import tenant_scope
from journey_templates.builtin import builtin_templates
from tests.support.factories import SampleWorld
from tests.support.html_client import signed_in, without_isolation
from tests.support.pseudo_locale import CODE, untranslated, write_pseudo_catalog
from tests.support.sample_pages import (
    create_ownership_states,
    pages,
    share_pages,
)

NAMES = {"cxmap", "UTC", "API", "Acme", "English", "Pseudo", "Is this so,", "6.5 days"}
MEMBERS = {"alice", "bob", "dana", "erin", "frank", "oscar"}
FOR_DEVELOPERS = {"/design/", "/api/problems/"}
# Dates, addresses, codes of rules, and the names of time zones
NEUTRAL = re.compile(
    r"\d{1,2} \w{3} \d{4}(, \d\d:\d\d)?|[\w.]*@[\w.-]*|OWN-\d\d|<select[^>]*time_zone.*?</select>",
    re.DOTALL,
)


@pytest.fixture
def pseudo_locale(settings, tmp_path) -> None:
    settings.LANGUAGES = [*django_settings.LANGUAGES, (CODE, "Pseudo")]
    settings.LOCALE_PATHS = [tmp_path]
    write_pseudo_catalog(tmp_path, tmp_path / "browser.js")


def texts_in(value: object) -> Iterator[str]:
    """Yield the texts in JSON data that people wrote: they begin with a capital letter."""
    if isinstance(value, str):
        yield from (line for line in value.splitlines() if line[:1].isupper())
    elif isinstance(value, dict | list):
        for item in value.values() if isinstance(value, dict) else value:
            yield from texts_in(item)


def data_of(world: SampleWorld) -> set[str]:
    """Return every text in the workspace and in the built-in templates, and names."""
    with tenant_scope([world.acme.id]):
        snapshots = [snapshot(stream) for stream in (world.acme.id, world.acme.journey)]
    return NAMES | MEMBERS | set(texts_in([snapshots, builtin_templates()]))


@pytest.mark.usefixtures("pseudo_locale")
def test_every_page_is_translated(world: SampleWorld):
    create_ownership_states(world)
    data = data_of(world)
    left = {}
    client = signed_in(world.dana)
    for url in [*pages(world), *share_pages(world)]:
        if url in FOR_DEVELOPERS:
            continue
        html = client.get(url, headers={"Accept-Language": CODE}, follow=True).content.decode()
        if texts := [*untranslated(NEUTRAL.sub("", without_isolation(html)), data)]:
            left[url] = texts
    assert not left, "\n".join(f"{url}: {texts}" for url, texts in left.items())
