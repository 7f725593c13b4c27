"""User-written text keeps its own writing direction, on every page and in e-mail."""

import re
from html.parser import HTMLParser
from typing import Any

import pytest
from django.conf import settings
from django.db import models

from changes.models import record_types
from changes.ops import parse_ops
from changes.services import apply_ops
from comments.models import Comment
from comments.services import comment_edit
from pages.templatetags.form_tags import isolate_quotes
from tests.authz.matrix import PAGES, address
from tests.support.actors import build_things
from tests.support.factories import SampleWorld
from tests.support.html_client import signed_in
from workspaces.access import system_actor
from workspaces.models import Token, User, Workspace

HEBREW = "שלום (1), טוב!"
ISOLATING = {
    "bdi",
    "textarea",
    "option",
    "title",
    "text",
    "ins",
    "del",
}  # according to components.css
ISOLATED = re.compile("\u2068[^\u2068\u2069]*\u2069")
FOR_PROGRAMS = {"metrics"}
VOID = {
    "input",
    "br",
    "img",
    "link",
    "meta",
    "hr",
    "use",
    "path",
    "circle",
    "rect",
    "line",
    "stop",
    "wbr",
}


class Texts(HTMLParser):
    """Finds Hebrew texts outside an element with its own direction."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[tuple[str, bool]] = []
        self.seen = 0
        self.wrong: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attr = dict(attrs)
        is_text_input = tag == "input" and attr.get("type") == "text"
        if is_text_input and "dir" not in attr and HEBREW in (attr.get("value") or ""):
            self.wrong.append(f"<input name={attr.get('name')}>")
        if tag not in VOID:
            self.open.append((tag, tag in ISOLATING or attr.get("dir") == "auto"))

    def handle_endtag(self, tag: str) -> None:
        if any(tag == name for name, _ in self.open):
            while self.open.pop()[0] != tag:
                pass

    def handle_data(self, data: str) -> None:
        if "שלום" in data:
            self.seen += 1
            data = ISOLATED.sub("", data)
        if "שלום" in data:
            is_data = any(tag == "script" for tag, _ in self.open)
            if not is_data and not any(is_own for _, is_own in self.open[-2:]):
                self.wrong.append(f"{self.open[-2:]} {data.strip()[:80]}")


def write_hebrew(world: SampleWorld) -> None:
    """Give the workspace and each of its records, members and tokens Hebrew texts."""
    number = 0
    for user in User.objects.filter(memberships__workspace=world.acme.workspace):
        User.objects.filter(pk=user.pk).update(name=f"{HEBREW} {user.pk}"[:100])
    Workspace.objects.filter(pk=world.acme.id).update(name=HEBREW)
    Token.objects.filter(workspace=world.acme.workspace).update(name=HEBREW)
    for slug, model in record_types().items():
        texts = [
            name
            for name in model.op_fields
            if isinstance(model._meta.get_field(name), models.CharField | models.TextField)
            and not model._meta.get_field(name).choices
            and name not in {"glyph", "email"}
        ]
        for row in world.acme.all(model) if texts else ():
            number += 1
            fields = {
                name: f"{HEBREW} {number}"[: model._meta.get_field(name).max_length]
                for name in texts
            }
            op = {"op": "set", "type": slug, "id": str(row.pk), "fields": fields}
            apply_ops(row.stream_id, parse_ops([op]), actor=system_actor(world.acme.id))


def longest(model: Any, name: str) -> Any:
    return model._meta.get_field(name).max_length


@pytest.mark.slow
def test_every_text_on_every_page_has_its_own_direction(world: SampleWorld) -> None:
    ours = build_things(world.acme, "erin", "bob", "alice", "dana")
    write_hebrew(world)
    comment = world.acme.read(Comment, ours["comment"])
    comment_edit(comment=comment, body=HEBREW, mentions=[], actor=world.alice.actor)
    seen, wrong = 0, {}
    for row in PAGES:
        if row.method != "GET" or row.stranger == 302 or row.name in FOR_PROGRAMS:
            continue
        browser = signed_in(
            getattr(world, "dana" if "dana" in row.may else min(row.may, default="dana"))
        )
        answer = browser.get(address(row, ours))
        if answer.status_code == 200 and "html" in answer["Content-Type"]:
            texts = Texts(answer.content.decode())
            seen += texts.seen
            if texts.wrong:
                wrong[row.name] = texts.wrong
    assert seen > 300
    assert not wrong, "\n".join(f"{name}: {texts}" for name, texts in wrong.items())


def test_a_quoted_name_in_a_sentence_is_isolated_and_escaped() -> None:
    assert isolate_quotes(f"Moved “{HEBREW}” up.") == f"Moved “<bdi>{HEBREW}</bdi>” up."
    assert isolate_quotes("Removed “<b>”.") == "Removed “<bdi>&lt;b&gt;</bdi>”."
    assert isolate_quotes("“a” and “b”") == "“<bdi>a</bdi>” and “<bdi>b</bdi>”"


def test_no_moment_is_printed_without_its_zone() -> None:
    """Times use the filters of pages/templatetags/form_tags.py. `date` is for calendar days."""
    for path in (settings.ROOT / "templates").rglob("*.html"):
        text = path.read_text().replace('"SHORT_DATE_FORMAT"', "")
        assert not re.search(r"_at\|date\b|\.at\|date\b|\bdate:['\"][^'\"]*H", text), path
