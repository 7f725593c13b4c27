"""A made-up language in which every translated text stands in brackets: ⟦Save⟧."""

import re
from collections.abc import Iterator
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import allauth
import django
import pytest
from babel.messages import Catalog
from babel.messages.pofile import read_po, write_po
from django.apps import apps
from django.conf import settings

from changes.queries import snapshot
from core.catalogs import compile_catalog, extract_messages
from core.tenancy import tenant_scope
from journey_templates.builtin import builtin_templates
from tests.support.factories import SampleWorld
from tests.support.html_client import without_isolation

CODE = "eo"  # Esperanto, because Django and Babel must know the language
BRACKETED = re.compile(r"⟦[^⟦⟧]*⟧")
WORD = re.compile(r"[^\W\d_]{2,}")
READ_ATTRIBUTES = {"aria-label", "aria-description", "title", "placeholder", "alt"}
UNREAD_ELEMENTS = {"script", "style", "code", "kbd", "svg", "textarea"}
NAMES = {"cxmap", "UTC", "API", "Acme", "English", "Pseudo", "Is this so,", "6.5 days"}
MEMBERS = {"alice", "bob", "dana", "erin", "frank", "oscar"}
# Dates, addresses, codes of rules, and the names of time zones
NEUTRAL = re.compile(
    r"\d{1,2} \w{3} \d{4}(, \d\d:\d\d)?|[\w.]*@[\w.-]*|OWN-\d\d|<select[^>]*time_zone.*?</select>",
    re.DOTALL,
)


@pytest.fixture
def pseudo_locale(settings: Any, tmp_path: Path) -> Path:
    """Make the pseudo-language available. Return the folder, with the browser's `browser.js`."""
    settings.LANGUAGES = [*settings.LANGUAGES, (CODE, "Pseudo")]
    settings.LOCALE_PATHS = [tmp_path]
    write_pseudo_catalog(tmp_path, tmp_path / "browser.js")
    return tmp_path


def write_pseudo_catalog(directory: Path, browser_file: Path) -> None:
    """Write and compile the pseudo-language's catalog."""
    path = directory / CODE / "LC_MESSAGES" / "django.po"
    path.parent.mkdir(parents=True)
    with path.open("wb") as file:
        write_po(file, pseudo_catalog())
    compile_catalog(path, browser_file)


@cache
def pseudo_catalog() -> Catalog:
    """Return the catalog of all our texts and those of Django and allauth, in brackets."""
    own_apps = [
        app.label for app in apps.get_app_configs() if Path(app.path).parent == settings.ROOT
    ]
    catalog = extract_messages(settings.ROOT, own_apps)
    for package in (django, allauth):
        for path in Path(package.__path__[0]).glob("**/locale/en/LC_MESSAGES/django.po"):
            with path.open("rb") as file:
                merge(catalog, read_po(file))
    for message in catalog:
        if message.id:
            message.string = (
                tuple(f"⟦{text}⟧" for text in message.id)
                if message.pluralizable
                else f"⟦{message.id}⟧"
            )
    return catalog


def merge(catalog: Catalog, other: Catalog) -> None:
    for message in other:
        if message.id and message.id not in catalog:
            catalog.add(message.id, context=message.context)


class TextParser(HTMLParser):
    """Collects the texts of a page that a person reads or hears."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.texts: list[str] = []
        self._unread: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.texts += [value for name, value in attrs if name in READ_ATTRIBUTES and value]
        if tag in UNREAD_ELEMENTS:
            self._unread.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if self._unread and self._unread[-1] == tag:
            self._unread.pop()

    def handle_data(self, data: str) -> None:
        if not self._unread:
            self.texts.append(data)


def untranslated(html: str, data: set[str]) -> Iterator[str]:
    """Yield the texts of a page that are neither in brackets nor among the data, with what is left.

    A message may contain elements, so that its brackets stand in different text nodes.
    """
    joined = "\n".join(TextParser(NEUTRAL.sub("", without_isolation(html))).texts)
    while BRACKETED.search(joined):
        joined = BRACKETED.sub("", joined)
    for text in sorted(data, key=len, reverse=True):
        joined = joined.replace(text, "")
    for line in joined.splitlines():
        if WORD.search(line):
            yield line.strip()


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
