"""Every page is translated completely, shown by a made-up language (tests/support/pseudo_locale.py)."""

import pytest

from tests.support.factories import SampleWorld
from tests.support.html_client import signed_in
from tests.support.pseudo_locale import CODE, data_of, untranslated
from tests.support.sample_pages import create_ownership_states, pages, share_pages

FOR_DEVELOPERS = {"/design/", "/api/problems/"}


@pytest.mark.usefixtures("pseudo_locale")
def test_every_page_is_translated(world: SampleWorld):
    create_ownership_states(world)
    data = data_of(world)
    left = {}
    client = signed_in(world.dana)
    for url in {*pages(world), *share_pages(world)} - FOR_DEVELOPERS:
        html = client.get(url, headers={"Accept-Language": CODE}, follow=True).content.decode()
        if texts := [*untranslated(html, data)]:
            left[url] = texts
    assert not left, "\n".join(f"{url}: {texts}" for url, texts in left.items())
