"""A user chooses language and time zone; otherwise the browser's and the workspace's are used."""

import pytest
from babel.messages import Catalog
from babel.messages.pofile import read_po
from django.test import Client

from core.catalogs import browser_script, update_catalog
from core.languages import language_choices, language_codes
from cxmap.api import build_schema_document
from tests.support.comments import deliver, say
from tests.support.factories import SampleWorld
from tests.support.html_client import signed_in
from tests.support.pseudo_locale import CODE

LOGIN = "/accounts/login/"
ACCOUNT = "/account/"


def test_a_language_needs_nothing_but_a_catalog(pseudo_locale, tmp_path):
    (tmp_path / CODE).rename(tmp_path / "pt_BR")
    assert language_codes(tmp_path) == ["en", "pt-br"]
    assert language_choices(tmp_path) == [("en", "English"), ("pt-br", "Português (brasil)")]


@pytest.mark.parametrize(
    ("accepted", "language"), [("eo", "eo"), ("de, eo;q=0.5", "eo"), ("de", "en"), ("", "en")]
)
def test_a_page_is_in_the_browsers_language(db, pseudo_locale, accepted, language):
    html = Client().get(LOGIN, headers={"Accept-Language": accepted}).content.decode()
    assert f'<html lang="{language}" dir="ltr"' in html
    assert ("⟦Skip to main content⟧" in html) == (language == "eo")
    assert ("catalogs/eo.js" in html) == (language == "eo")


def test_a_user_chooses_language_and_time_zone(world: SampleWorld, pseudo_locale, settings):
    client = signed_in(world.alice)
    answer = client.post(ACCOUNT, {"language": "en", "time_zone": "Asia/Tokyo"})
    assert (answer.status_code, answer["Location"]) == (303, ACCOUNT)
    html = client.get(ACCOUNT, headers={"Accept-Language": "eo"}).content.decode()
    assert '<html lang="en" dir="ltr" data-language="en" data-time-zone="Asia/Tokyo"' in html
    assert "Your preferences were saved." in html
    assert '<option value="Asia/Tokyo" selected>' in html
    client.post(ACCOUNT, {"language": "", "time_zone": ""})
    html = client.get(ACCOUNT, headers={"Accept-Language": "eo"}).content.decode()
    assert '<html lang="eo" dir="ltr" data-theme=' in html


def test_mail_is_in_the_language_of_its_reader(world: SampleWorld, pseudo_locale):
    world.alice.user.language = CODE
    world.alice.user.save()
    say(world, body="@alice @dana", mentions=[world.alice.member.pk, world.dana.member.pk])
    subjects = {one.to[0].partition("@")[0]: one.subject for one in deliver(world)}
    assert subjects == {
        "alice": "⟦bob mentioned you in “A contract”⟧",
        "dana": "bob mentioned you in “A contract”",
    }


def test_an_unknown_language_or_time_zone_is_refused(world: SampleWorld):
    client = signed_in(world.alice)
    answer = client.post(ACCOUNT, {"language": "tlh", "time_zone": "Mars/Base"})
    assert answer.status_code == 422
    world.alice.user.refresh_from_db()
    assert (world.alice.user.language, world.alice.user.time_zone) == ("", "")


def test_the_browser_gets_its_own_messages_only():
    catalog = Catalog(locale="pl")
    catalog.add("Save", "Zapisz", locations=[("frontend/src/ui/Panel.tsx", 1)])
    catalog.add(
        ("{n} card", "{n} cards"),
        ("{n} karta", "{n} karty", "{n} kart"),
        locations=[("frontend/src/map/Row.tsx", 1)],
    )
    catalog.add("Only on the server", "Tylko", locations=[("pages/views.py", 1)])
    catalog.add("Guessed", "Chyba", locations=[("frontend/src/a.ts", 1)], flags=["fuzzy"])
    catalog.add("Not yet", "", locations=[("frontend/src/a.ts", 1)])
    script = browser_script(catalog)
    assert script.startswith("globalThis.cxmapCatalog={plural:n=>Number(n == 1 ? 0 : ")
    assert script.endswith(
        'messages:{"Save": "Zapisz", "{n} card": ["{n} karta", "{n} karty", "{n} kart"]}}\n'
    )


def test_updating_a_catalog_keeps_its_translations(tmp_path):
    path = tmp_path / "de" / "LC_MESSAGES" / "django.po"
    for messages in (["Save", "Gone"], ["Save", "New"]):
        extracted = Catalog()
        for text in messages:
            extracted.add(text)
        catalog = update_catalog(path, "de", extracted)
        if "Gone" in catalog:
            text = path.read_text().replace(
                'msgid "Save"\nmsgstr ""', 'msgid "Save"\nmsgstr "Sichern"'
            )
            path.write_text(text)
    with path.open("rb") as file:
        catalog = read_po(file)
    assert catalog["Save"].string == "Sichern"
    assert "Gone" not in catalog and not catalog["New"].string


def test_the_api_is_described_in_english_for_every_reader(db, pseudo_locale):
    build_schema_document.cache_clear()
    text = Client().get("/api/v1/openapi.json", headers={"Accept-Language": CODE}).content.decode()
    assert "customer" in text and "⟦" not in text
