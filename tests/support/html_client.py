"""A browser without scripts: fills in and submits the forms of a page."""

import re
from html.parser import HTMLParser
from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.support.factories import SampleMember

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def without_isolation(html: str) -> str:
    """Return a page without the elements and characters that isolate text direction."""
    return re.sub("</?bdi>|[\u2066-\u2069]", "", html)


def signed_in(somebody: SampleMember) -> Client:
    client = Client()
    client.force_login(somebody.user, backend=BACKEND)
    return client


class FormParser(HTMLParser):
    """Parses a page's forms into `action`, `method` and `fields`, as a browser submits them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[dict[str, Any]] = []
        self._select = self._textarea = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attr = dict(attrs)
        if tag == "form":
            self.found.append(
                {"action": attr.get("action") or "", "method": attr.get("method"), "fields": {}}
            )
            return
        if not self.found:
            return
        fields, name = self.found[-1]["fields"], attr.get("name")
        if tag == "input" and name and attr.get("type") not in {"submit", "file"}:
            if attr.get("type") not in {"checkbox", "radio"} or "checked" in attr:
                fields[name] = attr.get("value") or ("on" if attr.get("type") == "checkbox" else "")
        elif tag == "select" and name:
            self._select = name
        elif (
            tag == "option" and self._select and ("selected" in attr or self._select not in fields)
        ):
            fields[self._select] = attr.get("value") or ""
        elif tag == "textarea" and name:
            self._textarea = name
            fields[name] = ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self._select = ""
        if tag == "textarea":
            self._textarea = ""

    def handle_data(self, data: str) -> None:
        if self._textarea:
            self.found[-1]["fields"][self._textarea] += data.removeprefix("\n")


def send(client: Client, url: str, fields: dict[str, Any], number: int = 0, **typed: Any) -> Any:
    """Load a page, fill in the form with this number in its panel, and submit it."""
    page = client.get(url)
    assert page.status_code == 200, (url, page.status_code)
    text = page.content.decode()
    forms = FormParser(text[text.index('class="form-panel"') :]).found
    form = forms[number]
    assert form["method"] == "post"
    return client.post(form["action"] or url, {**form["fields"], **fields, **typed})


def count(client, url: str) -> int:
    client.get(url)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    return len(queries)
